import type { Market } from "../../../lib/market/market.ts";
import { kalmanNoise } from "../../../lib/stats/mod.ts";

/** Columns and tests of the market's first pair as JSON, numbers in full. */
export async function rawPair(market: Market): Promise<string> {
  using pair = market.pair("BTCUSDT", "ES", { history: 1_440 });
  await pair.ready();
  const tests = await pair.refreshTests();
  const { openTime, beta, spread, z } = pair.columns;
  const columns = { openTime, beta, spread, z };
  const rows = [...openTime.keys()].filter((row) =>
    openTime[row]! >= tests.from && openTime[row]! < tests.to
  );
  const logs = (prices: Float64Array) => Float64Array.from(rows, (row) => Math.log(prices[row]!));
  const { q, r: noise, logLikelihood } = kalmanNoise(logs(pair.columns.y), logs(pair.columns.x));
  const kalman = { q, noise, logLikelihood };
  const { y, x, settings } = pair;
  return JSON.stringify(
    { y, x, settings, columns, tests, kalman },
    (_, value) => ArrayBuffer.isView(value) ? [...value as Float64Array] : value,
  );
}
