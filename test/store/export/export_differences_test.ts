import assert from "node:assert/strict";
import { csvPieces } from "../../../lib/export/csv_format.ts";
import type { Instrument } from "../../../lib/model/instrument.ts";
import { DAY, MINUTE } from "../../../lib/model/time.ts";
import { barColumnsOf } from "../../../lib/store/bar_columns.ts";
import { exportSource, storeTable } from "../../../lib/store/export/export_store.ts";
import { openStore } from "../../../lib/store/open_store.ts";
import { textOf } from "../../export/support.ts";
import { BITCOIN, ES } from "../../support/fake_market.ts";

const BEGIN = Date.UTC(2025, 0, 15);
const KRAKEN: Instrument = {
  ...BITCOIN,
  id: "BTC-USD@kraken",
  venue: "kraken",
  currency: "USD",
  symbol: "BTC/USD",
};

/** A day and two hours, over midnight; Kraken lacks every tenth minute. */
async function withVenues(use: (csvOf: (query: object) => Promise<string[][]>) => Promise<void>) {
  const store = await openStore({ kind: "memory", dataKind: "live" });
  for (const [instrument, level] of [[BITCOIN, 100], [KRAKEN, 100.2], [ES, 6_000]] as const) {
    const minutes = Array.from({ length: 1_560 }, (_, minute) => minute)
      .filter((minute) => instrument !== KRAKEN || minute % 10 !== 3);
    const bars = minutes.map((minute) => {
      const close = level + Math.sin(minute);
      const flat = { open: close, high: close, low: close, close, volume: 1 };
      return {
        openTime: BEGIN + minute * MINUTE,
        ...flat,
        closed: true,
        revision: 0,
        source: "live" as const,
      };
    });
    await store.write({
      instruments: [instrument],
      bars: [{ instrument: instrument.id, stepMs: MINUTE, bars: barColumnsOf(bars) }],
    });
  }
  try {
    await use(async (query) => {
      const { table } = await storeTable(await exportSource(store, {}), "differences", query);
      const lines = (await textOf(csvPieces(table))).trim().split("\n");
      return lines.map((line) => line.trim().split(","));
    });
  } finally {
    await store.close();
  }
}

Deno.test("differences of one coin are exported minute by minute, unknown ones empty", () =>
  withVenues(async (csvOf) => {
    const [head, ...rows] = await csvOf({});
    assert.deepEqual(head, ["openTime", "pair", "price", "comparedWith", "basisPoints"]);
    assert.equal(rows.length, 1_560, "one pair: ES is no coin");
    assert.equal(new Set(rows.map(([time]) => time)).size, 1_560);
    for (const [time, pair, price, comparedWith, basisPoints] of rows) {
      const minute = (Number(time) - BEGIN) / MINUTE;
      assert.equal(pair, "BTCUSDT/BTC-USD@kraken");
      assert.equal(Number(price), 100 + Math.sin(minute));
      if (minute % 10 === 3) assert.deepEqual([comparedWith, basisPoints], ["", ""]);
      else {
        const wanted = 1e4 * Math.log(Number(price) / Number(comparedWith));
        assert.ok(Math.abs(Number(basisPoints) - wanted) < 1e-8);
      }
    }
    const range = { from: BEGIN + DAY - 5 * MINUTE, to: BEGIN + DAY + 5 * MINUTE };
    const [, ...part] = await csvOf({ ...range, pair: "BTC-USD@kraken/BTCUSDT" });
    assert.deepEqual(part.map(([time]) => Number(time)), [
      ...Array.from({ length: 10 }, (_, i) => range.from + i * MINUTE),
    ]);
    const there = rows.slice(1_435, 1_445).map((row) => Number(row[4]));
    assert.deepEqual(part.map((row) => Number(row[4])), there.map((bp) => bp === 0 ? 0 : -bp));
  }));

Deno.test("a difference of two assets is refused by name", () =>
  withVenues(async (csvOf) => {
    await assert.rejects(csvOf({ pair: "BTCUSDT/ES" }), {
      code: "export",
      message: /A difference takes one coin twice, got BTCUSDT\/ES\./,
    });
  }));
