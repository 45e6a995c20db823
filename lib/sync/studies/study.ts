import type { FundingPayment } from "../../model/funding.ts";
import type { Instrument } from "../../model/instrument.ts";
import type { MinuteGrid } from "../../model/minute_grid.ts";
import type { CorrelatedTimeframe } from "../../model/timeframe.ts";

/** Which part of the day a study looks at: all of it, or US regular hours alone. */
export const STUDY_HOURS = ["all", "us"] as const;
export type StudyHours = (typeof STUDY_HOURS)[number];

/** How many days of the newest past a study can look at. */
export const STUDY_DAYS = [1, 3, 7, 30] as const;
export type StudyDays = (typeof STUDY_DAYS)[number];

/** What a study looks at; plain data, as it travels to a thread. */
export interface StudyQuery {
  readonly timeframe: CorrelatedTimeframe;
  readonly days: StudyDays;
  readonly hours: StudyHours;
}

/** An instrument in a study. */
export interface StudySide {
  readonly instrument: Instrument;
  /** Minutes of the days asked for; those outside the hours asked for are out of session. */
  readonly grid: MinuteGrid;
  /** The same minutes, in all hours. */
  readonly allHours: MinuteGrid;
  /** Of a perpetual: what was paid, oldest first. @default none is known */
  readonly fundings?: readonly FundingPayment[];
}

/** What a study is given. */
export interface StudyScope extends StudyQuery {
  /** In the order asked for; of a pair, two. */
  readonly sides: readonly StudySide[];
  /**
   * What studies of the same sides, minutes and hours have fitted, by a key of theirs: whoever fits first keeps it for
   * the others. @default nothing is shared
   */
  readonly shared?: Map<string, unknown>;
}

/** Bars that came to no pair of returns, each by the first of these that holds. */
export interface StudyExclusions {
  /** Outside the hours asked for, though there would be a pair. */
  readonly cut: number;
  /** A side was shut, or the bar reaches over its break. */
  readonly closed: number;
  /** The contract month changed. */
  readonly roll: number;
  /** A side has no complete bar, here or before. */
  readonly gap: number;
}

/** What a study rests on. */
export interface StudyEvidence {
  /** Pairs of returns. */
  readonly n: number;
  /** Pairs there could have been while both markets were open and covered. */
  readonly expected: number;
  /** Time covered, half-open, epoch ms UTC; NaN where there is none. */
  readonly from: number;
  readonly to: number;
  readonly excluded: StudyExclusions;
  /** What n counts, where that is none of the query's bars and days. @default pairs of returns */
  readonly unit?: string;
}

/** What a study has found, or why it cannot say. */
export type StudyResult<Found> =
  | { readonly kind: "found"; readonly found: Found; readonly evidence: StudyEvidence }
  | { readonly kind: "lacking"; readonly reason: string; readonly evidence: StudyEvidence };

/**
 * A study: a pure function of minutes, slow enough to be made in a thread of its own. Settings and what it finds are
 * plain data. The registry in `mod.ts` knows it by its name.
 */
export interface Study<Settings, Found> {
  readonly name: string;
  readonly run: (scope: StudyScope, settings: Settings) => StudyResult<Found>;
}
