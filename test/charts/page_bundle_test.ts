import assert from "node:assert/strict";
import { PAGE_EXTENSIONS } from "../../lib/charts/page_extensions.ts";
import { MarketError } from "../../lib/model/errors.ts";
import { bundleForBrowser } from "../../lib/runtime/bundle.ts";

const ENTRY = new URL("../../lib/charts/browser/mod.ts", import.meta.url);

Deno.test("bundleForBrowser makes the page code one small script that asks nothing of the page", async () => {
  const script = await bundleForBrowser(ENTRY);
  new Function(script); // a classic script: no import, no export
  assert.ok(script.length > 200_000 && script.length < 600_000, `${script.length} characters`);
  const packed = new Blob([script]).stream().pipeThrough(new CompressionStream("gzip"));
  const { byteLength } = await new Response(packed).arrayBuffer();
  // The dashboard's page may have 250 kB in all.
  assert.ok(byteLength < 210_000, `${byteLength} bytes packed`);
  // Notebook pages have require.js: whoever registers there is lost.
  assert.doesNotMatch(script, /define\.amd|\brequire\(/);
  assert.doesNotMatch(script, /\bimport\(|\bDeno\.|new WebSocket|XMLHttpRequest/);
  assert.match(script, /comove-trading-view/);
  const own = script.match(/\bfont:\s*(?:\d{3} )?\d+px [a-z][^;"`}]*/g) ?? [];
  assert.deepEqual(own, [], "panels are written in the theme's font alone");

  const broken = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(broken, "export const x = ;");
  for (const entry of [new URL(`file://${broken}`), new URL("./no_such_file.ts", ENTRY)]) {
    await assert.rejects(bundleForBrowser(entry), (error) => {
      assert.ok(error instanceof MarketError);
      assert.equal(error.code, "bundle-failed");
      assert.match(
        error.message,
        /^The charts' page code could not be bundled: .+ run: deno bundle/,
      );
      return true;
    });
  }
  await assert.rejects(
    bundleForBrowser(ENTRY, { signal: AbortSignal.abort(new Error("stopped")) }),
    /stopped|abort/i,
  );
  await Deno.remove(broken);
});

Deno.test("code of elements that few notebooks show is small, brings no library a second time, and asks for nothing", async () => {
  for (const [name, entry] of Object.entries(PAGE_EXTENSIONS)) {
    const script = await bundleForBrowser(entry);
    new Function(script);
    const packed = new Blob([script]).stream().pipeThrough(new CompressionStream("gzip"));
    const { byteLength } = await new Response(packed).arrayBuffer();
    assert.ok(byteLength < 25_000, `${name}: ${byteLength} bytes packed`);
    assert.doesNotMatch(script, /\bimport\(|\bDeno\.|new WebSocket|XMLHttpRequest|\bfetch\(/);
    assert.ok(script.includes(name));
  }
});
