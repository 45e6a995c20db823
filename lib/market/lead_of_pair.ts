import { HOUR, SECOND } from "../model/time.ts";
import { assetsOf } from "../model/instrument.ts";
import { leadLag } from "../stats/ticks/lead_lag.ts";
import { type LeadReading, readLead } from "../stats/ticks/lead_reading.ts";
import type { Market } from "./market.ts";

/** Seconds with trades that each side must have for an estimate. */
export const LEAST_SECONDS = 300;
/** What is looked back on, venue ms. */
export const LEAD_LOOK_BACK_MS = HOUR;
const FURTHEST_LAG_S = 10;
const REPLICATIONS = 199;

/**
 * Which side of a pair has led over the last hour, from the one-second bars of its trades. A second's last trade lies
 * anywhere in it, so that a lead of a second or less cannot be seen.
 */
export function leadOfPair(
  market: Pick<Market, "instruments" | "bars" | "venueTime">,
  { a, b }: { readonly a: string; readonly b: string },
): LeadReading {
  const nameOf = (id: string) => assetsOf(market.instruments.find((one) => one.id === id)!).base;
  const names = { first: nameOf(a), second: nameOf(b) };
  const from = market.venueTime - LEAD_LOOK_BACK_MS;
  const sides = [a, b].map((id) =>
    Number.isNaN(from) ? [] : market.bars(id, { timeframe: "1s", from })
  );
  const counts = sides.map((bars) => bars.length);
  if (Math.min(...counts) < LEAST_SECONDS) {
    const lacking = `${names.first} ${counts[0]} and ${names.second} ${counts[1]} seconds with ` +
      `trades, it takes ${LEAST_SECONDS}${counts.includes(0) ? " (data.trades: true)" : ""}`;
    return readLead(undefined, names, lacking);
  }
  const [[t1, p1], [t2, p2]] = sides.map((bars) => [
    Float64Array.from(bars, ({ openTime }) => openTime + SECOND),
    Float64Array.from(bars, ({ close }) => Math.log(close)),
  ]) as [[Float64Array, Float64Array], [Float64Array, Float64Array]];
  const lagsMs = Float64Array.from(
    { length: 2 * FURTHEST_LAG_S + 1 },
    (_, i) => (i - FURTHEST_LAG_S) * SECOND,
  );
  const band = { replications: REPLICATIONS };
  return readLead(leadLag(t1, p1, t2, p2, { lagsMs, clockUncertaintyMs: SECOND, band }), names);
}
