/** Against two vendors and several venues of the same days, where that data is beside the checkout. */
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { readBarsCsv } from "../../../lib/bars/csv/read_bars_csv.ts";
import type { ComparedColumns } from "../../../lib/store/compare/bar_series.ts";
import { compareBars } from "../../../lib/store/compare/compare_bars.ts";
import { sharedBytes } from "../../support/shared_data.ts";

/** The bars of files of real data; undefined where one is absent. */
async function realBars(...names: readonly string[]): Promise<ComparedColumns[] | undefined> {
  const texts: string[] = [];
  for (const name of names) {
    const bytes = await sharedBytes(`${name}.csv.gz`);
    if (bytes === undefined) return undefined;
    texts.push(new TextDecoder().decode(gunzipSync(bytes)));
  }
  return texts.map((text, i) => readBarsCsv(text, { file: names[i]! }).columns as ComparedColumns);
}

Deno.test("ES of one vendor is MES of another, one contract month ahead until the roll of 19 March 2023", async () => {
  const read = await realBars(
    "overlap/w1_2023_databento_MES_1m",
    "overlap/w1_2023-03_frd_ES_1min",
  );
  if (read === undefined) return;
  const { price, shift, moves, theirs } = compareBars(read[0]!, read[1]!, { hasContracts: true });
  assert.deepEqual(shift.stretches.map(({ shiftMs }) => shiftMs), [0]);
  assert.ok(moves.r > 0.96 && moves.n > 15_000);
  assert.deepEqual(
    price.kind === "offset" && price.levels.map(({ offset, from }) => [offset, from]),
    [[33.5, Date.UTC(2023, 2, 8, 5)], [0, Date.UTC(2023, 2, 19, 22)]],
  );
  // Nothing traded as MES.c.0 on the Friday of its expiry after 13:30 UTC.
  assert.ok(theirs.alone.some(({ from }) => from === Date.UTC(2023, 2, 17, 13, 30)));
});

Deno.test("bars of 5m made of ours are the vendor's own, in every column", async () => {
  const read = await realBars("overlap/w3_2026_frd_ES_1min", "overlap/w3_2026_frd_ES_5min");
  if (read === undefined) return;
  const { verdict, equalBars } = compareBars(read[0]!, read[1]!, { hasContracts: true });
  assert.deepEqual([verdict, equalBars], ["equal", 3_043]);
});

Deno.test("New York times of March 2026 read as UTC are found on both sides of the clock change", async () => {
  const name = "es/frd_ES_1min_20260301_20260316";
  const read = await realBars(name), bytes = await sharedBytes(`${name}.csv.gz`);
  if (read === undefined || bytes === undefined) return;
  const lines = new TextDecoder().decode(gunzipSync(bytes)).split("\n");
  const withoutUtc = lines.map((line) => line.slice(line.indexOf(",") + 1)).join("\n");
  const local = readBarsCsv(withoutUtc, { file: name }).columns as ComparedColumns;
  const { shift, equal } = compareBars(read[0]!, local, { hasContracts: true });
  assert.deepEqual(shift.stretches.map(({ shiftMs }) => shiftMs / 3_600_000), [-5, -4]);
  assert.equal(shift.stretches[1]!.from, Date.UTC(2026, 2, 8, 7));
  assert.deepEqual(shift.cause, { kind: "zone", zones: ["America/New_York"], readAs: "UTC" });
  assert.equal(equal, 1);
});

Deno.test("bitcoin in dollars wanders from bitcoin in USDT, and in USDC it is no market of the same prices", async () => {
  const read = await realBars(
    "overlap/w4_2023-03_binanceus_BTCUSDT_1m",
    "overlap/w4_2023-03_binanceus_BTCUSD_1m",
    "overlap/w4_2023-03_binanceus_BTCUSDC_1m",
  );
  if (read === undefined) return;
  const [usdt, usd, usdc] = read;
  const dollars = compareBars(usdt!, usd!), coins = compareBars(usdt!, usdc!);
  assert.deepEqual(dollars.shift.stretches.map(({ shiftMs }) => shiftMs), [0]);
  assert.equal(dollars.price.kind, "drift");
  // USDC fell below 0.90 dollars on 11 March 2023: bitcoin cost a tenth more in it.
  assert.ok(coins.price.kind === "drift" && coins.price.to > 1.09);
  assert.ok(dollars.moves.r > 0.9 && coins.moves.r < 0.6);
});

Deno.test("two venues of one pair have one price level and moves that go together", async () => {
  const read = await realBars(
    "overlap/w1_2023_binance_spot_BTCUSDT_1m",
    "overlap/w4_2023-03_binanceus_BTCUSDT_1m",
  );
  if (read === undefined) return;
  const { price, moves, volume } = compareBars(read[0]!, read[1]!);
  assert.equal(price.kind, "same");
  assert.ok(moves.r > 0.9);
  assert.equal(volume.kind, "other");
});
