import assert from "node:assert/strict";
import { DASHBOARD_CODE, PageSite } from "../../../lib/api/page/page_site.ts";
import { bundleForBrowser } from "../../../lib/runtime/bundle.ts";

const site = await PageSite.make((entry) =>
  entry.href === DASHBOARD_CODE.href ? bundleForBrowser(entry) : Promise.resolve("'charts'")
);
const ask = (path: string, init: RequestInit = {}) =>
  site.answer(new Request(`http://127.0.0.1:8377${path}`, init));

Deno.test("the page runs scripts of its own origin alone, by addresses that name what is in them", async () => {
  const page = ask("/")!;
  const html = await page.text();
  assert.match(
    page.headers.get("content-security-policy")!,
    /default-src 'none'; script-src 'self'/,
  );
  assert.doesNotMatch(html, /<script>|https?:\/\/(?!www\.tradingview\.com)/);
  const scripts = [...html.matchAll(/<script src="([^"]+)"/g)].map(([, path]) => path!);
  assert.equal(scripts.length, 2);
  for (const path of scripts) {
    const script = ask(path)!;
    assert.match(script.headers.get("content-type")!, /javascript/);
    assert.match(script.headers.get("cache-control")!, /immutable/);
    assert.notEqual(await script.text(), "");
  }
});

Deno.test("what has not changed is not sent again, and what is sent is packed", async () => {
  const plain = ask("/")!, tag = plain.headers.get("etag")!;
  const again = ask("/", { headers: { "if-none-match": tag } })!;
  assert.deepEqual([again.status, await again.text()], [304, ""]);
  const packed = ask("/", { headers: { "accept-encoding": "br, gzip" } })!;
  assert.equal(packed.headers.get("content-encoding"), "gzip");
  const unpacked = packed.body!.pipeThrough(new DecompressionStream("gzip"));
  assert.equal(await new Response(unpacked).text(), await plain.text());
});

Deno.test("a token that is given stands in the page alone, and no cache keeps it", async () => {
  const bundle = () => Promise.resolve("''");
  const given = await PageSite.make(bundle, { token: 'to"ken' });
  const page = given.answer(new Request("http://127.0.0.1/"))!;
  assert.equal(page.headers.get("cache-control"), "no-store");
  assert.match(await page.text(), /<meta name="comove-token" content="to&quot;ken">/);
  assert.doesNotMatch(await ask("/")!.text(), /comove-token"/);
});

Deno.test("what is none of its files is left to others", () => {
  assert.equal(ask("/api/v1/health"), undefined);
  assert.equal(ask("/assets/../secret"), undefined);
  assert.equal(ask("/", { method: "POST" }), undefined);
});
