import { SECOND } from "../../model/time.ts";
import { benjaminiHochberg } from "../../stats/correlation/benjamini_hochberg.ts";
import { type LeadLag, leadLag } from "../../stats/ticks/lead_lag.ts";
import { type LeadReading, readLead } from "../../stats/ticks/lead_reading.ts";
import { newestStretch, type SecondPrices, type SecondStretch } from "./second_prices.ts";
import type { Study, StudyEvidence } from "./study.ts";

/** Settings of {@link venueLeadStudy}. */
export interface VenueLeadSettings {
  /** What readers call the venues, and the one-second bars of each, in the order of the scope's sides. */
  readonly names: readonly string[];
  readonly seconds: readonly SecondPrices[];
}

/** Which of two venues of one coin moves first. */
export interface VenuePairLead {
  /** Places of the two among the venues. */
  readonly first: number;
  readonly second: number;
  /** Seconds with trades of the side that has fewer, from the end of the first of them to that of the last, ms. */
  readonly n: number;
  readonly from: number;
  readonly to: number;
  /** Hayashi–Yoshida correlation at the lag where it is largest; NaN where too little is there. */
  readonly correlation: number;
  /** p-value of the peak, adjusted for all pairs (Benjamini & Hochberg); NaN where it was not tested. */
  readonly adjusted: number;
  /** As it stands after the correction. */
  readonly reading: LeadReading;
}

/** Who leads, every two venues. */
export interface VenueLeadFound {
  readonly pairs: readonly VenuePairLead[];
}

/** Fewest seconds with trades of either side. */
export const LEAST_VENUE_SECONDS = 300;
/** Furthest lag that is looked at. */
const FURTHEST_SECONDS = 15;
const REPLICATIONS = 499;
const SIGNIFICANT_BELOW = 0.05;

/**
 * Which venue of one coin moves first: every two of them on the one-second bars of their own trades since the last break,
 * three hours at most. The verdict is `leadLag`'s, and stands where it does after the correction for all pairs. A
 * second's last trade lies anywhere in it, so that a lead of a second or less is `together`.
 */
export const venueLeadStudy: Study<VenueLeadSettings, VenueLeadFound> = {
  name: "venueLead",
  run(scope, { names, seconds }) {
    const tried = pairsOf(seconds.length).map(([first, second]) => {
      const stretch = newestStretch(scope, { a: seconds[first]!, b: seconds[second]! });
      const isEnough = stretch.n >= LEAST_VENUE_SECONDS;
      return { first, second, stretch, lead: isEnough ? leadOf(stretch) : undefined };
    });
    const known = tried.filter(({ lead }) => lead !== undefined);
    const evidence = evidenceOf((known.length > 0 ? known : tried).map(({ stretch }) => stretch));
    if (known.length === 0) {
      const reason = `it takes ${LEAST_VENUE_SECONDS} seconds with trades of two venues; ` +
        `there are ${evidence.n}.`;
      return { kind: "lacking", reason, evidence };
    }
    const adjusted = benjaminiHochberg(tried.map(({ lead }) => lead?.band?.pvalue ?? NaN));
    const pairs = tried.map(({ first, second, stretch, lead }, i): VenuePairLead => ({
      first,
      second,
      n: stretch.n,
      from: stretch.from,
      to: stretch.to,
      correlation: peakOf(lead),
      adjusted: adjusted[i]!,
      reading: readingOf(lead, adjusted[i]!, { first: names[first]!, second: names[second]! }),
    }));
    return { kind: "found", found: { pairs }, evidence };
  },
};

/** Every two places of a list. */
function pairsOf(length: number): readonly (readonly [number, number])[] {
  const places = Array.from({ length }, (_, i) => i);
  return places.flatMap((first) =>
    places.slice(first + 1).map((second) => [first, second] as const)
  );
}

function leadOf({ a, b }: SecondStretch): LeadLag {
  return leadLag(a.time, a.price, b.time, b.price, {
    lagsMs: Float64Array.from(
      { length: 2 * FURTHEST_SECONDS + 1 },
      (_, i) => (i - FURTHEST_SECONDS) * SECOND,
    ),
    // Times are cut to the second: two of one moment may be one apart.
    clockUncertaintyMs: SECOND,
    band: { replications: REPLICATIONS },
  });
}

function peakOf(lead: LeadLag | undefined): number {
  if (lead === undefined) return NaN;
  return lead.correlations[lead.lagsMs.indexOf(lead.lagMs)] ?? NaN;
}

function readingOf(
  lead: LeadLag | undefined,
  adjusted: number,
  names: { readonly first: string; readonly second: string },
): LeadReading {
  if (lead === undefined) return readLead(undefined, names, "too few trades");
  return adjusted < SIGNIFICANT_BELOW
    ? readLead(lead, names)
    : readLead(undefined, names, "unrelated prices peak as high too often");
}

/** Of the pair that has most: each pair has its own time. */
function evidenceOf(stretches: readonly SecondStretch[]): StudyEvidence {
  const most = stretches.reduce((best, one) => one.n > best.n ? one : best);
  const isEmpty = most.n === 0;
  return {
    n: most.n,
    expected: isEmpty ? 0 : Math.round((most.to - most.from) / SECOND) + 1,
    from: isEmpty ? NaN : most.from - SECOND,
    to: isEmpty ? NaN : most.to,
    excluded: { cut: 0, closed: 0, roll: 0, gap: 0 },
    unit: "seconds with trades of two venues, of the pair that has most",
  };
}
