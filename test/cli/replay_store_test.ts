import assert from "node:assert/strict";
import { record } from "../../lib/cli/record.ts";
import { stream } from "../../lib/cli/stream.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { openStore, openStoreReader } from "../../lib/store/open_store.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const ALL = { from: -Infinity, to: Infinity };

/** Bars and trades of a store, as text. */
async function contentOf(path: string): Promise<string> {
  const reader = await openStoreReader({ kind: "sqlite", path });
  try {
    assert.equal(reader.dataKind, "replay");
    assert.deepEqual((await reader.check()).findings, []);
    const parts: unknown[] = [];
    for (const { id: instrument } of await reader.instruments()) {
      const { openTime, close, source } = await reader.bars({ instrument, stepMs: MINUTE, ...ALL });
      const { id, time, price } = await reader.trades({ instrument, ...ALL });
      assert.ok(source.every((one) => one === "replay"), `${instrument}: ${[...new Set(source)]}`);
      parts.push([instrument, [...openTime], [...close], [...id], [...time], [...price]]);
    }
    return JSON.stringify(parts);
  } finally {
    await reader.close();
  }
}

Deno.test("stream puts a recording into a store of kind replay: the recorded minutes, and the same once more", async () => {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(
      `${dir}/live.yaml`,
      "{ source: simulated, clock: { speed: 120 }, data: { backfillHours: 1, trades: true } }\n",
    );
    const live = fakeTerminal();
    const given = ["--config", `${dir}/live.yaml`, "--out", `${dir}/tapes`, "--minutes", "5"];
    assert.equal(await record([...given, "--export", `${dir}/out`], live.terminal), 0, live.err());
    const [, tape = ""] = /deno task replay (\S+)/.exec(live.out()) ?? [];
    await Deno.writeTextFile(
      `${dir}/replay.yaml`,
      `{ source: replay, replay: { path: "${tape}", speed: max }, data: { trades: true }, store: { kind: sqlite } }\n`,
    );
    const play = async () => {
      const again = fakeTerminal();
      const to = ["--export", `${dir}/again`];
      const code = await stream(["--config", `${dir}/replay.yaml`, ...to], again.terminal);
      assert.equal(code, 0, again.err());
      // No question of the feeds waits for the disk: the run is the recorded one.
      for (const name of ["bars_BTCUSDT_1m.csv", "bars_ES_1m.csv", "correlation.csv"]) {
        const was = await Deno.readTextFile(`${dir}/out/${name}`);
        const is = await Deno.readTextFile(`${dir}/again/${name}`);
        assert.equal(is, was.replaceAll("simulated", "replay"), name);
      }
      return await contentOf(`${dir}/comove-replay.db`);
    };
    const first = await play();
    const exported = await Deno.readTextFile(`${dir}/out/bars_BTCUSDT_1m.csv`);
    const rows = exported.trim().split("\n").slice(1).map((row) => row.split(","));
    const [, times, closes, ids] = JSON.parse(first).find(([id]: string[]) => id === "BTCUSDT");
    assert.deepEqual(times, rows.map(([time]) => Number(time)));
    assert.deepEqual(closes, rows.map((row) => Number(row[4])));
    assert.ok(ids.length > 30, `${ids.length} trades`);
    assert.equal(await play(), first, "stored once");
    await assert.rejects(
      openStore({ kind: "sqlite", path: `${dir}/comove-replay.db`, dataKind: "live" }),
      /holds replay data, and live data never goes into the same file/,
    );
  });
});
