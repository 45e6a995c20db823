import assert from "node:assert/strict";
import { record } from "../../lib/cli/record.ts";
import type { ExportManifest } from "../../lib/export/manifest.ts";
import { replay } from "../../lib/cli/replay.ts";
import { type ByteFiles, systemByteFiles } from "../../lib/runtime/byte_files.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const SPEED = "{ source: simulated, clock: { speed: 600 }, data: { backfillHours: 2 } }\n";

Deno.test("record and replay: both export the same, but for the label", async () => {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/config.yaml`, SPEED);
    const live = fakeTerminal();
    const code = await record(
      ["--config", `${dir}/config.yaml`, "--out", `${dir}/tapes`]
        .concat(["--minutes", "20", "--export", `${dir}/live`]),
      live.terminal,
    );
    assert.equal(code, 0, live.err());
    const [, folder = ""] = /deno task replay (\S+)/.exec(live.out()) ?? [];
    assert.match(folder, /tapes\/\d{4}-\d\d-\d\dT[\d-]+Z$/);

    const again = fakeTerminal();
    assert.equal(
      await replay([folder, "--export", `${dir}/again`], again.terminal),
      0,
      again.err(),
    );
    assert.match(again.out(), /did exactly what it did/);
    assert.equal(tablesOf(again.out()), tablesOf(live.out()).replaceAll("simulated", "replay"));
    const names = (await Array.fromAsync(Deno.readDir(`${dir}/live`))).map(({ name }) => name);
    assert.equal(names.length, 10);
    for (const name of names.filter((name) => name !== "manifest.json")) {
      const [was, is] = await Promise.all(
        ["live", "again"].map((run) => Deno.readTextFile(`${dir}/${run}/${name}`)),
      );
      assert.equal(is, was!.replaceAll("simulated", "replay"), name);
    }
    assert.match(await Deno.readTextFile(`${dir}/again/bars_ES_1m.csv`), /,replay\n/);
    const manifests = await Promise.all(
      ["live", "again"].map(async (run): Promise<ExportManifest> =>
        JSON.parse(await Deno.readTextFile(`${dir}/${run}/manifest.json`))
      ),
    );
    assert.deepEqual(manifests.map(({ source }) => source), ["simulated", "replay"]);
    // Tables without a label of their source are the same data.
    const hashes = manifests.map(({ files }) =>
      files.filter(({ what }) => what !== "bars").map(({ dataSha256 }) => dataSha256)
    );
    assert.equal(hashes[0]!.length, 3);
    assert.deepEqual(hashes[1], hashes[0]);
  });
});

/** What is printed each minute, without the closing words. */
function tablesOf(out: string): string {
  return out.replace(/(Recorded to|Replayed)[\s\S]*$/, "");
}

Deno.test("record stops cleanly at Ctrl-C, and what it wrote can be replayed at a pace", async () => {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/config.yaml`, SPEED);
    const { terminal, stop, out, err } = fakeTerminal();
    const args = ["--config", `${dir}/config.yaml`, "--out", dir];
    const running = record(args, terminal);
    const deadline = performance.now() + 8_000;
    while (!/BTCUSDT\/ES/.test(out())) {
      assert.ok(performance.now() < deadline, err());
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    stop();
    assert.equal(await running, 0);
    const [, folder = ""] = /deno task replay (\S+)/.exec(out()) ?? [];
    const again = fakeTerminal();
    assert.equal(await replay([folder, "--speed", "12000"], again.terminal), 0, again.err());
    assert.match(again.out(), /Replayed \d+ inputs\./);
  });
});

Deno.test("record --speed sets the clock of the simulated market, above its configuration", async () => {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(
      `${dir}/config.yaml`,
      "{ clock: { speed: 2 }, data: { backfillHours: 0 } }",
    );
    const { terminal, out, err } = fakeTerminal();
    const args = ["--config", `${dir}/config.yaml`, "--out", dir, "--minutes", "3"];
    assert.equal(await record([...args, "--speed", "600"], terminal), 0, err());
    const [, folder = ""] = /deno task replay (\S+)/.exec(out()) ?? [];
    const { settings } = JSON.parse(await Deno.readTextFile(`${folder}/manifest.json`));
    assert.deepEqual(settings.clock, { speed: 600 });
    await assert.rejects(record([...args, "--speed", "0"], terminal), /--speed must be a number/);
    const live = { ...terminal, env: { COMOVE_SOURCE: "live" } };
    await assert.rejects(
      record([...args, "--speed", "30"], live),
      /clock\.speed must be 1 against/,
    );
  });
});

Deno.test("replay names what is wrong with its arguments", async () => {
  const { terminal } = fakeTerminal();
  await assert.rejects(replay([], terminal), /folder of one recording/);
  await assert.rejects(replay(["a", "b"], terminal), /got 2/);
  await assert.rejects(replay(["/nowhere/at/all"], terminal), /is not a recording/);
  await assert.rejects(replay(["a", "--speed", "0"], terminal), /--speed must be a number/);
  await assert.rejects(replay(["a", "--sped", "0"], terminal), /--sped is not an option/);
});

Deno.test("record has nothing to record on source: replay", async () => {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/config.yaml`, "source: replay\n");
    await assert.rejects(
      record(["--config", `${dir}/config.yaml`], fakeTerminal().terminal),
      /replay was recorded already/,
    );
  });
});

/** So slow that the recorder writes a block some times, whatever the machine does besides. */
const SLOW = "{ source: simulated, clock: { speed: 120 }, data: { backfillHours: 1 } }\n";

/** A disk that is full once this many blocks are on it. */
function fullAfter(blocks: number): ByteFiles {
  let taken = 0;
  return {
    read: systemByteFiles.read,
    async create(path) {
      const file = await systemByteFiles.create(path);
      return {
        append(bytes) {
          if (taken++ < blocks) return file.append(bytes);
          return Promise.reject(Object.assign(new Error("No space"), { code: "ENOSPC" }));
        },
        get isWhole() {
          return file.isWhole;
        },
        close: () => file.close(),
      };
    },
  };
}

Deno.test("record on a disk that fills up says what was saved and lost, exits 1, and what there is can be replayed", async () => {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/config.yaml`, SLOW);
    const { terminal, out, err } = fakeTerminal();
    const args = ["--config", `${dir}/config.yaml`, "--out", `${dir}/tapes`, "--minutes", "5"];
    assert.equal(await record(args, terminal, { byteFiles: fullAfter(2) }), 1);
    assert.doesNotMatch(out(), /Recorded to/);
    assert.match(
      err(),
      /^The recording in \S+ is not complete: the disk is full; [1-9]\d* rows were saved, [1-9]\d* were lost\.$/m,
    );
    const [, folder = ""] = /deno task replay (\S+)/.exec(err()) ?? [];
    const files = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
    assert.equal(files.length, 2, `one file beside the manifest, not one a second: ${files}`);
    const again = fakeTerminal();
    assert.equal(await replay([folder], again.terminal), 0, again.err());
  });
});

Deno.test("record on a disk that takes nothing says so, and does not offer a replay", async () => {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/config.yaml`, SLOW);
    const { terminal, out, err } = fakeTerminal();
    const args = ["--config", `${dir}/config.yaml`, "--out", `${dir}/tapes`, "--minutes", "2"];
    assert.equal(await record(args, terminal, { byteFiles: fullAfter(0) }), 1);
    assert.match(err(), /not complete: the disk is full; nothing was saved, \d+ were lost\.$/m);
    assert.doesNotMatch(out() + err(), /Recorded to|deno task replay/);
  });
});

Deno.test("record tries the folder before it connects to anything", async () => {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/config.yaml`, SLOW);
    const { terminal, out, err } = fakeTerminal();
    const args = ["--config", `${dir}/config.yaml`, "--out", `${dir}/config.yaml/tapes`];
    await assert.rejects(record(args, terminal), { code: "cannot-write", message: /^--out / });
    assert.equal(out() + err(), "");
  });
});

Deno.test("record refuses a folder that another process records into, and lets go of its own", async () => {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/config.yaml`, SPEED);
    const args = ["--config", `${dir}/config.yaml`, "--out", `${dir}/tapes`, "--minutes", "30"];
    const first = fakeTerminal(), second = fakeTerminal();
    const running = record(args, first.terminal);
    const deadline = performance.now() + 8_000;
    while (!/BTCUSDT\/ES/.test(first.out())) {
      assert.ok(performance.now() < deadline, first.err());
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await assert.rejects(record(args, second.terminal), {
      code: "folder-in-use",
      message: new RegExp(
        `^--out \\S+/tapes is in use: process ${Deno.pid}, since .* another folder`,
      ),
    });
    assert.equal(second.out() + second.err(), "");
    assert.equal(await running, 0, first.err());
    const beside = [...args, "--export", `${dir}/tapes`];
    assert.equal(await record(beside, fakeTerminal().terminal), 0, "its own export may lie there");
    const names = [...Deno.readDirSync(`${dir}/tapes`)].map(({ name }) => name);
    assert.equal(names.filter((name) => name.endsWith("Z")).length, 2);
    assert.ok(names.includes("bars_ES_1m.csv") && !names.includes(".comove.lock"), `${names}`);
  });
});
