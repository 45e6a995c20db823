import { SECOND } from "../../model/time.ts";
import { adf } from "../../stats/stationarity/adf.ts";
import { priceDiscovery, type ShareBounds } from "../../stats/stationarity/price_discovery.ts";
import { StatisticsError } from "../../stats/statistics_error.ts";
import { lastBegin, type SecondPrices } from "./second_prices.ts";
import type { Study, StudyEvidence } from "./study.ts";
import { LEAST_VENUE_SECONDS, type VenueLeadSettings } from "./venue_lead.ts";

/** How much of the price is made at one venue. */
export interface VenueShare {
  /** Place among the venues. */
  readonly venue: number;
  /** Component share (Gonzalo & Granger), and its standard error. */
  readonly component: number;
  readonly bse: number;
  /** Information share (Hasbrouck). */
  readonly information: ShareBounds;
  /** Seconds with a trade of it, of those that were looked at. */
  readonly n: number;
}

/** Where the price of a coin is made. */
export interface VenueSharesFound {
  readonly shares: readonly VenueShare[];
  /** Venues that are left out, by their places, and why. */
  readonly left: readonly { readonly venue: number; readonly reason: string }[];
}

/** Furthest second that counts for the next: quiet venues take that long to trade again. */
const LAGS = 20;
/** Fewest rows for each coefficient of a venue. */
const ROWS_EACH = 10;
/** A difference that passes for a random walk has no price to come back to. */
const RETURNS_BELOW = 0.05;
/** Nothing older is asked: volatility and fees were others. */
const LONGEST_MS = 3 * 3_600 * SECOND;

/**
 * How much of what moves a coin for good comes from each venue: component and information shares of the prices that stand
 * at the end of each second since the last break of any, three hours at most. A price that stands is the venue's own last
 * one: no venue is filled from another, and one that trades seldom follows. A venue with too few trades, or whose
 * difference from the others does not come back, is left out by name.
 */
export const venueSharesStudy: Study<VenueLeadSettings, VenueSharesFound> = {
  name: "venueShares",
  run(_scope, { seconds }) {
    const left: { venue: number; reason: string }[] = [];
    const known = Array.from(seconds.keys()).filter((venue) => {
      const n = seconds[venue]!.time.length;
      if (n >= LEAST_VENUE_SECONDS) return true;
      left.push({ venue, reason: `${n} of ${LEAST_VENUE_SECONDS} seconds with trades` });
      return false;
    });
    const span = spanOf(known.map((venue) => seconds[venue]!));
    const columns = known.map((venue) => ({
      venue,
      n: tradesWithin(seconds[venue]!, span),
      price: standing(seconds[venue]!, span),
    }));
    const held = together(columns);
    for (const { venue } of columns) {
      if (held.some((one) => one.venue === venue)) continue;
      left.push({ venue, reason: "its difference from the others does not come back" });
    }
    const evidence = evidenceOf(span);
    const least = ROWS_EACH * (LAGS * held.length + held.length) + LAGS;
    if (held.length < 2) return { kind: "lacking", reason: lackOf(left), evidence };
    if (!(evidence.n >= least)) {
      const reason = `it takes ${least} seconds since the last break of any of ${held.length} ` +
        `venues; there are ${evidence.n}.`;
      return { kind: "lacking", reason, evidence };
    }
    try {
      const { componentShares, bse, informationShares } = priceDiscovery(
        held.map(({ price }) => price),
        { lags: LAGS },
      );
      const shares = held.map(({ venue, n }, i): VenueShare => ({
        venue,
        n,
        component: componentShares[i]!,
        bse: bse[i]!,
        information: informationShares[i]!,
      }));
      return { kind: "found", found: { shares, left }, evidence };
    } catch (error) {
      if (!(error instanceof StatisticsError)) throw error;
      return { kind: "lacking", reason: `${error.message}.`, evidence };
    }
  },
};

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Ends of the seconds in which all of them have a price, since the last break of any. */
function spanOf(sides: readonly SecondPrices[]): Span {
  const to = Math.min(...sides.map(({ time }) => time.at(-1) ?? -Infinity));
  const from = Math.max(to - LONGEST_MS, ...sides.map(({ time }) => lastBegin(time)));
  return { from, to };
}

function tradesWithin({ time }: SecondPrices, { from, to }: Span): number {
  return time.reduce((count, end) => end >= from && end <= to ? count + 1 : count, 0);
}

/** Log price at the end of each second. */
function standing({ time, price }: SecondPrices, { from, to }: Span): Float64Array {
  const length = Math.max(0, Math.round((to - from) / SECOND) + 1) || 0;
  let row = 0;
  return Float64Array.from({ length }, (_, second) => {
    while (time[row + 1]! <= from + second * SECOND) row++;
    return price[row]!;
  });
}

/** Most venues of which each comes back to one of them, in their order; of several such sets the first. */
function together<Side extends { readonly price: Float64Array }>(
  sides: readonly Side[],
): readonly Side[] {
  const near = sides.map(() => new Set<number>());
  sides.forEach(({ price }, i) => {
    near[i]!.add(i);
    for (let j = 0; j < i; j++) {
      if (!returns(price, sides[j]!.price)) continue;
      near[i]!.add(j);
      near[j]!.add(i);
    }
  });
  const most = near.reduce((best, one) => one.size > best.size ? one : best, new Set<number>());
  return sides.filter((_, i) => most.has(i));
}

/** Whether the difference of two prices comes back to a level. */
function returns(a: Float64Array, b: Float64Array): boolean {
  try {
    const apart = a.map((value, row) => value - b[row]!);
    return adf(apart, { regression: "c", maxLag: LAGS, autolag: null }).pvalue < RETURNS_BELOW;
  } catch (error) {
    if (error instanceof StatisticsError) return false;
    throw error;
  }
}

function lackOf(left: VenueSharesFound["left"]): string {
  const reasons = [...new Set(left.map(({ reason }) => reason))];
  return `it takes two venues whose prices come back to each other${
    reasons.length === 0 ? "" : `; of the others ${reasons.join(", ")}`
  }.`;
}

function evidenceOf({ from, to }: Span): StudyEvidence {
  const n = Number.isFinite(to - from) && to >= from ? Math.round((to - from) / SECOND) + 1 : 0;
  return {
    n,
    expected: n,
    from: n === 0 ? NaN : from - SECOND,
    to: n === 0 ? NaN : to,
    excluded: { cut: 0, closed: 0, roll: 0, gap: 0 },
    unit: "seconds in which all of them have a price",
  };
}
