/** Where the results of a run go, and what becomes of them when the disk refuses. */
import assert from "node:assert/strict";
import { stream } from "../../lib/cli/stream.ts";
import { type Files, systemFiles } from "../../lib/runtime/files.ts";
import { claimFolder } from "../../lib/runtime/output_folder.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const CONFIG = "{ source: simulated, clock: { speed: 120 }, data: { backfillHours: 1 } }\n";

/** The machine's disk, but for some names that do not fit any more. */
function fullFor(names: RegExp): Files {
  const full = () => Promise.reject(Object.assign(new Error("No space"), { code: "ENOSPC" }));
  return {
    ...systemFiles,
    writeText: (path, text) => names.test(path) ? full() : systemFiles.writeText(path, text),
    writePieces: (path, pieces) =>
      names.test(path) ? full() : systemFiles.writePieces(path, pieces),
  };
}

async function withConfig(use: (dir: string, args: string[]) => Promise<void>): Promise<void> {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/config.yaml`, CONFIG);
    await use(dir, ["--config", `${dir}/config.yaml`, "--export", `${dir}/out`]);
  });
}

Deno.test("stream refuses an export folder that another process writes to, before it connects", async () => {
  await withConfig(async (dir, args) => {
    const first = await claimFolder(`${dir}/out`, "--export");
    const { terminal, out, err } = fakeTerminal();
    await assert.rejects(stream(args, terminal), {
      code: "folder-in-use",
      message: new RegExp(`process ${Deno.pid}`),
    });
    assert.equal(out() + err(), "");
    await first.release();
  });
});

Deno.test("stream refuses an export folder that cannot be written to, before it connects", async () => {
  await withConfig(async (dir, args) => {
    await Deno.writeTextFile(`${dir}/out`, "a file");
    const { terminal, out, err } = fakeTerminal();
    await assert.rejects(stream(args, terminal), { code: "cannot-write", message: /^--export / });
    assert.equal(out() + err(), "");
  });
});

Deno.test("stream saves every file that fits and names those that do not, after Ctrl-C too", async () => {
  for (const isStopped of [false, true]) {
    await withConfig(async (dir, args) => {
      const { terminal, out, err, stop } = fakeTerminal();
      const running = stream(isStopped ? args : [...args, "--minutes", "2"], terminal, {
        files: fullFor(/\/correlation.*\.csv$/),
      });
      const refused = assert.rejects(running, {
        code: "not-saved",
        message:
          /^The export to \S+ is not complete: the disk is full\. Saved: bars_.*events\.jsonl, manifest\.json\. Not saved: correlation\.csv, correlation_full\.csv\.$/,
      });
      const until = performance.now() + 8_000;
      while (isStopped && !/BTCUSDT\/ES/.test(out())) {
        assert.ok(performance.now() < until, err());
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      if (isStopped) stop();
      await refused;
      const names = (await Array.fromAsync(Deno.readDir(`${dir}/out`))).map(({ name }) => name);
      assert.ok(names.includes("bars_ES_1m.csv") && names.includes("coverage.json"));
      assert.deepEqual(names.filter((name) => /correlation|lock|part/.test(name)), []);
      const { files } = JSON.parse(await Deno.readTextFile(`${dir}/out/manifest.json`));
      const described = files.map(({ name }: { readonly name: string }) => name);
      assert.ok(described.includes("aligned_1m.csv") && !described.includes("correlation.csv"));
    });
  }
});
