import assert from "node:assert/strict";
import { simulatedBars } from "../../lib/simulator/bars_csv.ts";
import { correlation } from "../../lib/stats/correlation/correlation.ts";
import { barsCsv, type CoinBars, manyBars } from "./many_bars.ts";

const START = Date.UTC(2025, 11, 2);

function returnsOf({ rows }: CoinBars): number[] {
  return rows.map(({ open, close }) => Math.log(close / open));
}

Deno.test("manyBars plants groups, and its files are read back as they were made", () => {
  const coins = manyBars({ count: 10, start: START, minutes: 1_000 });
  const r = (a: number, b: number) => correlation(returnsOf(coins[a]!), returnsOf(coins[b]!)).value;
  assert.equal(coins[0]!.group, coins[5]!.group);
  assert.ok(r(0, 5) > 0.48 && r(0, 5) < 0.63, `${r(0, 5)} in a group: 32 / 57 planted`);
  assert.ok(r(0, 1) > 0.2 && r(0, 1) < 0.36, `${r(0, 1)} between groups: 16 / 57 planted`);
  const { symbol } = coins[3]!;
  const { rows } = simulatedBars(barsCsv(coins[3]!), { symbol, file: "c.csv" });
  assert.deepEqual(
    rows.map(({ openTime, close, volume }) => [openTime, close, volume]),
    coins[3]!.rows.map(({ openTime, close, volume }) => [openTime, close, volume]),
  );
});
