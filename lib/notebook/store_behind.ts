import type { Market } from "../market/market.ts";
import { MarketError } from "../model/errors.ts";
import { type Clock, sleep, systemClock } from "../runtime/clock.ts";
import type { StoreReader } from "../store/store.ts";
import { storeOf } from "../store/store_of.ts";

/** Between two looks at whether all is written, local ms, and for how long. */
const LOOK_MS = 250;
const MOST_LOOKS = 80;

/**
 * The store that a market writes to, or rests on, once what the market holds by now has been written. It closes with
 * the market.
 *
 * @throws {MarketError} `no-store` for a market that keeps its bars in memory alone.
 *
 * @example In a notebook
 * ```ts ignore
 * const market = await openMarket({ store: { kind: "sqlite" } });
 * const store = await storeBehind(market);
 * ```
 */
export async function storeBehind(
  market: Market,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<StoreReader> {
  const held = storeOf(market);
  if (held === undefined) {
    throw new MarketError(
      "no-store",
      "configure",
      'This market keeps its bars in memory alone. Open it with store: { kind: "sqlite" }.',
    );
  }
  let written = -1;
  for (let look = 0; look < MOST_LOOKS && held.progress !== undefined; look++) {
    const { bars, waiting } = held.progress;
    if (bars > 0 && waiting === 0 && bars === written) break;
    written = bars;
    await sleep(clock, LOOK_MS);
  }
  const reader = await held.reader() ?? await held.whenOpen;
  if (reader !== undefined) return reader;
  throw new MarketError("no-store", "retry", "Nothing has been stored yet: no data has come.");
}
