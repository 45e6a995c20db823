import assert from "node:assert/strict";
import { MINUTE } from "../../lib/model/time.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { simulatedBars } from "../../lib/simulator/bars_csv.ts";
import { openFileTruth } from "../../lib/simulator/file_truth.ts";
import type { SimulatedBar } from "../../lib/simulator/truth.ts";
import { sharedData } from "../support/shared_data.ts";

const START = Date.UTC(2026, 0, 26, 15, 0);

function bar(openTime: number, change: Partial<SimulatedBar> = {}): SimulatedBar {
  const prices = { open: 5, high: 7.25, low: 4, close: 6 };
  return { openTime, ...prices, volume: 30, trades: 12, vwap: 5, ...change };
}

Deno.test("openFileTruth serves a future's bars for every contract month listed at the time", () => {
  const rows = [bar(START + MINUTE), bar(START)];
  const truth = openFileTruth([{ symbol: "ES", rows }]);
  assert.deepEqual([truth.from, truth.to], [START, START + 2 * MINUTE]);
  assert.deepEqual(truth.listings(START).map(({ symbol }) => symbol), ["ESH6", "ESM6"]);
  assert.deepEqual(truth.minute("ESH6", START), rows[1]);
  assert.deepEqual(truth.minute("ESM6", START), rows[1]);
  assert.equal(truth.minute("ESZ6", START), undefined);
  assert.equal(truth.minute("ES", START), undefined);
  assert.equal(truth.minute("ESH6", START + 2 * MINUTE), undefined);
  const ids = [START, START + MINUTE].flatMap((time) =>
    truth.trades("ESH6", time).map((t) => t.id)
  );
  assert.deepEqual(ids, Array.from({ length: 24 }, (_, i) => i + 1));
});

Deno.test("openFileTruth lists spot with the decimals of its rows", () => {
  const rows = [bar(START, { volume: 0.12345 }), bar(START + MINUTE, { high: 7.5, volume: 3 })];
  const truth = openFileTruth([{ symbol: "BTCUSDT", rows }]);
  assert.deepEqual(truth.listings(START), [
    { symbol: "BTCUSDT", kind: "crypto", root: "BTCUSDT", tickSize: 0.01, sizeStep: 0.00001 },
  ]);
  assert.equal(truth.trades("BTCUSDT", START).length, 4);
});

Deno.test("openFileTruth is open by the calendar and wherever there is a bar", () => {
  const inBreak = Date.UTC(2026, 0, 26, 22, 30);
  const rows = [bar(START), bar(inBreak), bar(inBreak + 2 * 60 * MINUTE)];
  const truth = openFileTruth([{ symbol: "ES", rows }, { symbol: "ETHUSDT", rows }]);
  assert.equal(truth.isOpen("ESH6", START + MINUTE), true);
  assert.equal(truth.minute("ESH6", START + MINUTE), undefined);
  assert.deepEqual(truth.fiveSeconds("ESH6", START + MINUTE), []);
  assert.deepEqual(truth.trades("ESH6", START + MINUTE), []);
  assert.equal(truth.isOpen("ESH6", inBreak), true);
  assert.equal(truth.isOpen("ESH6", inBreak + MINUTE), false);
  assert.equal(truth.isOpen("ETHUSDT", inBreak + MINUTE), true);
  assert.equal(truth.isOpen("ETHUSDT", truth.to), false);
  assert.equal(truth.isOpen("ESH6", START - MINUTE), false);
});

Deno.test("openFileTruth takes other listings", () => {
  const listing = {
    symbol: "M2KH6",
    kind: "future",
    root: "M2K",
    tickSize: 0.1,
    sizeStep: 1,
  } as const;
  const truth = openFileTruth([{ symbol: "M2K", rows: [bar(START)] }], {
    listings: () => [listing],
  });
  assert.deepEqual(truth.listings(START), [listing]);
  assert.equal(truth.fiveSeconds("M2KH6", START).length, 12);
});

Deno.test("openFileTruth has a bar without volume trade nothing, yet serves it", () => {
  const flat = { open: 5, high: 5, low: 5, close: 5, volume: 0, trades: 0 };
  const truth = openFileTruth([{
    symbol: "BTCUSDT",
    rows: [bar(START, flat), bar(START + MINUTE)],
  }]);
  assert.equal(truth.minute("BTCUSDT", START)?.volume, 0);
  assert.deepEqual(truth.trades("BTCUSDT", START), []);
  assert.equal(truth.fiveSeconds("BTCUSDT", START).length, 12);
  assert.equal(truth.trades("BTCUSDT", START + MINUTE)[0]?.id, 1);
});

Deno.test("openFileTruth refuses no rows, and what comes twice", () => {
  assert.throws(() => openFileTruth([]), /files must hold at least one bar/);
  const rows = [bar(START)];
  assert.throws(
    () => openFileTruth([{ symbol: "ES", rows }, { symbol: "ES", rows }]),
    /symbol ES comes twice/,
  );
  assert.throws(
    () => openFileTruth([{ symbol: "ES", rows: [...rows, ...rows] }]),
    /a minute of ES comes twice/,
  );
});

Deno.test("openFileTruth serves every real bar, rebuilt exactly from five seconds and trades", async () => {
  const names = ["BTC", "ES"].map((name) => sharedData(`overlap/w3_2026_frd_${name}_1min.csv.gz`));
  const [btc, es] = names;
  if (btc === undefined || es === undefined) return;
  const files = await Promise.all([["BTCUSDT", btc], ["ES", es]].map(async ([symbol, file]) => {
    const text = await systemFiles.readText(file!);
    return { symbol: symbol!, rows: simulatedBars(text, { symbol: symbol!, file: file! }).rows };
  }));
  assert.deepEqual(files.map(({ rows }) => rows.length), [23_027, 15_214]);
  const truth = openFileTruth(files);
  for (const { symbol, rows } of files) {
    const listed = symbol === "ES" ? "ESH6" : symbol;
    let id = 1;
    for (const row of rows) {
      assert.equal(truth.minute(listed, row.openTime), row);
      assert.equal(truth.isOpen(listed, row.openTime), true);
      const parts = truth.fiveSeconds(listed, row.openTime);
      const trades = truth.trades(listed, row.openTime);
      assert.equal(trades[0]!.id, id);
      id += trades.length;
      for (const points of [parts, trades.map(asBar)]) {
        const mine = totalOf(points);
        if (!isSame(mine, row)) assert.fail(`${symbol} ${JSON.stringify({ mine, row })}`);
      }
    }
  }
});

type Values = Pick<SimulatedBar, "open" | "high" | "low" | "close" | "volume">;

function asBar({ price, size }: { price: number; size: number }): Values {
  return { open: price, high: price, low: price, close: price, volume: size };
}

function totalOf(parts: readonly Values[]): Values {
  let high = -Infinity, low = Infinity, volume = 0;
  for (const part of parts) {
    high = Math.max(high, part.high);
    low = Math.min(low, part.low);
    volume += part.volume;
  }
  return { open: parts[0]!.open, high, low, close: parts.at(-1)!.close, volume };
}

function isSame(a: Values, b: Values): boolean {
  return a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close &&
    a.volume === b.volume;
}
