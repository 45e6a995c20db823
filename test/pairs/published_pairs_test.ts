import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { pairBacktest } from "../../lib/pairs/pair_backtest.ts";
import { pairSignals } from "../../lib/pairs/pair_signal.ts";
import { hedgedSpread, pastHedge } from "../../lib/pairs/past_hedge.ts";
import { pastZScore } from "../../lib/pairs/past_z_score.ts";
import { performance } from "../../lib/pairs/performance.ts";
import { assertNoLookAhead } from "../../lib/stats/no_look_ahead.ts";
import { ols } from "../../lib/stats/regression/ols.ts";
import { sharedData } from "../support/shared_data.ts";
import { distance } from "./golden.ts";

/** Rows of a gzipped CSV of real data, without its head; undefined where it is absent. */
function realRows(name: string): string[][] | undefined {
  const file = sharedData(name);
  if (file === undefined) return undefined;
  const lines = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n");
  return lines.slice(1).map((line) => line.split(","));
}

Deno.test("GLD–GDX trained on a year has the hedge ratio and the two Sharpe ratios that Chan prints", () => {
  const rows = realRows("published/chan_GLD_GDX_daily_2006_2007.csv.gz");
  if (rows === undefined) return;
  const gold = Float64Array.from(rows, (row) => Number(row[1]));
  const miners = Float64Array.from(rows, (row) => Number(row[2]));
  const train = 252;
  const fit = ols(gold.subarray(0, train), [miners.subarray(0, train)], { constant: false });
  const beta = fit.params[0]!;
  assert.equal(beta.toFixed(6), "1.631009");
  const spread = hedgedSpread(gold, miners, { beta });
  const trained = spread.subarray(0, train);
  const mean = trained.reduce((sum, s) => sum + s, 0) / train;
  const sd = Math.sqrt(trained.reduce((sum, s) => sum + (s - mean) ** 2, 0) / (train - 1));
  assert.deepEqual([mean.toFixed(6), sd.toFixed(6)], ["0.052196", "1.948731"]);
  const side = pairSignals(spread.map((s) => (s - mean) / sd), { enter: 2, exit: 1 });
  // His account holds one dollar of each leg from the next day on.
  const profit = spread.map((_, t) =>
    t === 0 ? NaN : side[t - 1]! * (gold[t]! / gold[t - 1]! - miners[t]! / miners[t - 1]!)
  );
  const sharpe = (part: Float64Array) => performance(part, { periodsPerYear: 252 }).sharpe;
  assert.equal(sharpe(profit.subarray(0, train)).toFixed(6), "2.327844");
  assert.equal(sharpe(profit.subarray(train)).toFixed(6), "1.508212");
});

Deno.test("a strategy on real BTC and ETH minutes never looks ahead, and its trades add up", () => {
  const btc = realRows("overlap/w2_2024_binance_spot_BTCUSDT_1m.csv.gz");
  const eth = realRows("overlap/w2_2024_binance_spot_ETHUSDT_1m.csv.gz");
  if (btc === undefined || eth === undefined) return;
  const ethAt = new Map(eth.map((row) => [row[0], row]));
  // From the afternoon of 4 August 2024 through the crash of the 5th; ETH lacks one minute of the month.
  const rows = btc.slice(13_000, 16_000);
  const column = (at: (row: string[]) => unknown) =>
    Float64Array.from(rows, (row) => Number(at(row) ?? NaN));
  const data = {
    openY: column((row) => row[1]),
    closeY: column((row) => row[4]),
    openX: column((row) => ethAt.get(row[0]!)?.[1]),
    closeX: column((row) => ethAt.get(row[0]!)?.[4]),
  };
  const run = (d: typeof data) => {
    const y = d.closeY.map(Math.log), x = d.closeX.map(Math.log);
    const { beta, alpha } = pastHedge(y, x, { window: 240 });
    const z = pastZScore(hedgedSpread(y, x, { beta, alpha }), { window: 120 });
    const account = pairBacktest({
      y: { open: d.openY, close: d.closeY },
      x: { open: d.openX, close: d.closeX },
      side: pairSignals(z, { stop: 6 }),
      beta,
      hedge: "log",
      gross: 50_000,
      capital: 100_000,
      yTerms: { feeRate: 1e-4, halfSpread: 0.01 },
      xTerms: { feeRate: 1e-4, halfSpread: 0.01 },
    });
    return { z, account };
  };
  const { account } = run(data);
  assert.ok(account.trades.length > 20, `${account.trades.length} trades`);
  const net = account.trades.reduce((sum, trade) => sum + trade.gross - trade.costs, 0);
  assert.ok(distance(account.equity.at(-1)! - 100_000, net) < 1e-9);
  const { totalReturn } = performance(account.returns, { periodsPerYear: 525_600 });
  assert.ok(distance(totalReturn, net / 100_000) < 1e-9, "returns compound to the equity");
  assertNoLookAhead(
    (d) => {
      const { z, account: { equity, side } } = run(d);
      return { z, equity, side };
    },
    data,
    { lengths: [300, 1_000, 1_777, 2_999] },
  );
});
