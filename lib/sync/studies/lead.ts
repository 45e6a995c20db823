import { HOUR, SECOND } from "../../model/time.ts";
import { stepOf } from "../../model/timeframe.ts";
import { benjaminiHochberg } from "../../stats/correlation/benjamini_hochberg.ts";
import { barLeadLag } from "../../stats/ticks/bar_lead_lag.ts";
import { type LeadLag, leadLag } from "../../stats/ticks/lead_lag.ts";
import { type LeadReading, readLead } from "../../stats/ticks/lead_reading.ts";
import { DAY_PARTS, type DayPart, dayParts } from "./day_parts.ts";
import {
  type BothSeconds,
  newestStretch,
  type SecondPrices,
  type SecondStretch,
  stretchWithin,
} from "./second_prices.ts";
import type { Study, StudyEvidence } from "./study.ts";
import { type StudyPairs, studyPairs } from "./study_pairs.ts";

/** Settings of {@link leadStudy}. */
export interface LeadSettings {
  /** What readers call the sides. */
  readonly names: { readonly first: string; readonly second: string };
  /** Of both sides; without them, or with too few, bars are compared. */
  readonly seconds?: BothSeconds;
}

/** The curve of an estimate, and what it says. */
export interface LeadEstimate {
  /** Positive: the first side leads. */
  readonly lagsMs: Float64Array;
  /** At each lag, as correlation; by Hayashi and Yoshida of seconds. */
  readonly values: Float64Array;
  /** Unrelated sides stay below this at all lags together with a chance of 95 %. */
  readonly threshold: number;
  readonly reading: LeadReading;
}

/** A part of the day. */
export interface PartLead {
  readonly part: DayPart;
  /** Seconds with trades of the side that has fewer, or pairs of bars. */
  readonly n: number;
  /** p-value of the peak, adjusted for the parts (Benjamini & Hochberg); NaN where it was not tested. */
  readonly adjusted: number;
  readonly estimate: LeadEstimate | undefined;
  /** As it stands after the correction. */
  readonly reading: LeadReading;
}

/** The estimate in one stretch of time. */
export interface StretchLead {
  readonly from: number;
  readonly to: number;
  readonly reading: LeadReading;
}

/** Who leads. */
export interface LeadFound {
  readonly basis: "seconds" | "bars";
  /** Length of a second or a bar, ms: a lead shorter than that cannot be seen. */
  readonly stepMs: number;
  readonly all: LeadEstimate;
  readonly parts: readonly PartLead[];
  readonly strip: readonly StretchLead[];
}

/** Fewest seconds with trades of either side, and of pairs of bars, for an estimate. */
const LEAST_SECONDS = 300;
const LEAST_BARS = 120;
const FURTHEST_SECONDS = 15;
const FURTHEST_BARS = 10;
/** Length of an estimate in the strip. */
const STRIP_SECONDS_MS = HOUR / 2;
const STRIP_BARS = 240;
const SIGNIFICANT_BELOW = 0.05;
const REPLICATIONS = 499;
const STRIP_REPLICATIONS = 199;

/**
 * Which side leads: on seconds where both sides' trades are received, else on bars. The verdict is `leadLag`'s, over all
 * of the time and for each part of the day; a part's stands only where it does after the correction for all parts.
 */
export const leadStudy: Study<LeadSettings, LeadFound> = {
  name: "lead",
  run(scope, { names, seconds }) {
    const stretch = seconds === undefined ? undefined : newestStretch(scope, seconds);
    if (stretch !== undefined && stretch.n >= LEAST_SECONDS) return ofSeconds(stretch, names);
    const pairs = studyPairs(scope), { evidence } = pairs;
    if (evidence.n < LEAST_BARS) {
      const reason = `an estimate takes ${LEAST_BARS} pairs of bars, or ${LEAST_SECONDS} seconds ` +
        `with trades of both sides; there are ${evidence.n} and ${stretch?.n ?? 0}.`;
      return { kind: "lacking", reason, evidence };
    }
    return { kind: "found", found: ofBars(pairs, stepOf(scope.timeframe), names), evidence };
  },
};

function ofSeconds(stretch: SecondStretch, names: LeadSettings["names"]) {
  const { a, b, from, to, n } = stretch;
  const stepMs = SECOND;
  const estimate = (one: SecondStretch, replications = REPLICATIONS) =>
    one.n < LEAST_SECONDS ? undefined : estimateOf(
      leadLag(one.a.time, one.a.price, one.b.time, one.b.price, {
        lagsMs: lagsOf(FURTHEST_SECONDS, stepMs),
        // Times are cut to the second: two of one moment may be one apart.
        clockUncertaintyMs: stepMs,
        band: { replications },
      }),
      names,
    );
  const startOf = (time: Float64Array) => time.map((end) => end - SECOND);
  const partsOf = [dayParts(startOf(a.time)), dayParts(startOf(b.time))];
  const parts = DAY_PARTS.map((part, index) => {
    const only = (side: SecondPrices, which: number) => {
      const rows = Array.from(side.time.keys()).filter((row) => partsOf[which]![row] === index);
      return {
        time: Float64Array.from(rows, (row) => side.time[row]!),
        price: Float64Array.from(rows, (row) => side.price[row]!),
      };
    };
    const one = stretchWithin(only(a, 0), only(b, 1), from, to);
    return { part, n: one.n, estimate: estimate(one) };
  });
  const strip: StretchLead[] = [];
  for (
    let begin = Math.ceil(from / STRIP_SECONDS_MS) * STRIP_SECONDS_MS;
    begin + STRIP_SECONDS_MS <= to + SECOND;
    begin += STRIP_SECONDS_MS
  ) {
    const end = begin + STRIP_SECONDS_MS;
    const one = estimate(stretchWithin(a, b, begin + 1, end), STRIP_REPLICATIONS);
    strip.push({ from: begin, to: end, reading: one?.reading ?? few(names) });
  }
  const evidence: StudyEvidence = {
    n,
    expected: Math.round((to - from) / SECOND) + 1,
    from: from - SECOND,
    to,
    excluded: { cut: 0, closed: 0, roll: 0, gap: 0 },
    unit: "seconds with trades of the side that has fewer",
  };
  const all = estimate(stretch)!;
  const found: LeadFound = { basis: "seconds", stepMs, all, parts: corrected(parts, names), strip };
  return { kind: "found" as const, found, evidence };
}

function ofBars(pairs: StudyPairs, stepMs: number, names: LeadSettings["names"]): LeadFound {
  const part = dayParts(pairs.openTime);
  const estimate = (isIn: (row: number) => boolean, replications = REPLICATIONS) => {
    const column = (values: Float64Array) => values.map((value, row) => isIn(row) ? value : NaN);
    const a = column(pairs.a), b = column(pairs.b);
    const n = a.reduce((sum, value, row) => Number.isFinite(value + b[row]!) ? sum + 1 : sum, 0);
    const lead = n < LEAST_BARS
      ? undefined
      : barLeadLag(a, b, { stepMs, maxLag: FURTHEST_BARS, band: { replications } });
    return { n, estimate: lead === undefined ? undefined : estimateOf(lead, names) };
  };
  const strip: StretchLead[] = [];
  for (let begin = pairs.length % STRIP_BARS; begin < pairs.length; begin += STRIP_BARS) {
    const end = begin + STRIP_BARS;
    const one = estimate((row) => row >= begin && row < end, STRIP_REPLICATIONS).estimate;
    strip.push({
      from: pairs.openTime[begin]!,
      to: pairs.endTime[end - 1]!,
      reading: one?.reading ?? few(names),
    });
  }
  return {
    basis: "bars",
    stepMs,
    all: estimate(() => true).estimate!,
    parts: corrected(
      DAY_PARTS.map((name, index) => {
        const one = estimate((row) => part[row] === index);
        return { part: name, n: one.n, estimate: one.estimate };
      }),
      names,
    ),
    strip,
  };
}

function estimateOf(lead: LeadLag, names: LeadSettings["names"]): LeadEstimate {
  const { lagsMs, correlations, contrast, band } = lead;
  const peak = contrast.findIndex((value, i) => value !== 0 && Number.isFinite(correlations[i]!));
  const scale = peak < 0 ? NaN : contrast[peak]! / correlations[peak]!;
  return {
    lagsMs,
    values: correlations,
    threshold: (band?.threshold ?? NaN) / scale,
    reading: readLead(lead, names),
  };
}

function corrected(
  parts: readonly Omit<PartLead, "adjusted" | "reading">[],
  names: LeadSettings["names"],
): PartLead[] {
  const adjusted = benjaminiHochberg(parts.map(({ estimate }) => estimate?.reading.pvalue ?? NaN));
  return parts.map((one, i) => {
    const p = adjusted[i]!;
    const reading = one.estimate === undefined
      ? few(names)
      : p < SIGNIFICANT_BELOW
      ? one.estimate.reading
      : readLead(undefined, names, "unrelated markets peak as high too often");
    return { ...one, adjusted: p, reading };
  });
}

function few(names: LeadSettings["names"]): LeadReading {
  return readLead(undefined, names, "too little trades in that time");
}

function lagsOf(furthest: number, stepMs: number): Float64Array {
  return Float64Array.from({ length: 2 * furthest + 1 }, (_, i) => (i - furthest) * stepMs);
}
