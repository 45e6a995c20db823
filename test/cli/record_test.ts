import assert from "node:assert/strict";
import { record } from "../../lib/cli/record.ts";
import { replay } from "../../lib/cli/replay.ts";
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
    assert.equal(names.length, 9);
    for (const name of names) {
      const [was, is] = await Promise.all(
        ["live", "again"].map((run) => Deno.readTextFile(`${dir}/${run}/${name}`)),
      );
      assert.equal(is, was!.replaceAll("simulated", "replay"), name);
    }
    assert.match(await Deno.readTextFile(`${dir}/again/bars_ES_1m.csv`), /,replay\n/);
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
    assert.equal(await replay([folder, "--speed", "20"], again.terminal), 0, again.err());
    assert.match(again.out(), /Replayed \d+ inputs\./);
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
      /is a recording already/,
    );
  });
});
