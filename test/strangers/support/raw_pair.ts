import type { Market } from "../../../lib/market/market.ts";

/** Columns and tests of the market's first pair as JSON, numbers in full. */
export async function rawPair(market: Market): Promise<string> {
  using pair = market.pair("BTCUSDT", "ES", { history: 1_440 });
  await pair.ready();
  const tests = await pair.refreshTests();
  const { openTime, beta, spread, z } = pair.columns;
  const columns = { openTime, beta, spread, z };
  const { y, x, settings } = pair;
  return JSON.stringify(
    { y, x, settings, columns, tests },
    (_, value) => ArrayBuffer.isView(value) ? [...value as Float64Array] : value,
  );
}
