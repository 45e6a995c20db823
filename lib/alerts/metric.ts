import type { Instrument } from "../model/instrument.ts";
import { type Timeframe, TIMEFRAMES } from "../model/timeframe.ts";
import type { JudgedMinute, MinuteSide } from "./judged_minute.ts";
import { known, type Reading, unknown } from "./reading.ts";

/** What a rule asks of its metric. Rules that ask the same share the answer. */
export interface MetricQuery {
  readonly of: string;
  /** Instruments of `of`: one, or y and x of a pair; of a venue, none. */
  readonly ids: readonly string[];
  readonly timeframe: Timeframe;
  /** 0 for a metric without a window. */
  readonly window: number;
  /** 0 for a metric without a horizon. */
  readonly horizon: number;
}

/** A number of bars that a rule may set. */
export interface BarCount {
  readonly least: number;
  readonly usual: (timeframe: Timeframe) => number;
}

/** Something a rule can watch: one file in `metrics/`, one line in its registry. */
export interface Metric {
  readonly name: string;
  /** For people: `correlation`, `change`. */
  readonly title: string;
  /** Behind the value: ` %`, ` ms`; empty for a plain number. */
  readonly unit: string;
  /** What a value means where the number alone would not say it, without its full stop. @default nothing to add */
  meaning?(value: number): string | undefined;
  /** What `of` names. `contact` is an instrument or a venue. */
  readonly of: "instrument" | "pair" | "contact";
  readonly timeframes: readonly Timeframe[];
  /** Whether `timeframe: tick` judges each trade. @default false */
  readonly isTick?: boolean;
  /** Left out: rules that set `window` are refused. */
  readonly window?: BarCount;
  readonly horizon?: BarCount;
  /** Why an instrument cannot be watched: `has no volume`; undefined for one that can. */
  refusal?(instrument: Pick<Instrument, "id" | "kind" | "venue">): string | undefined;
  /** Pure: what is known at the end of the minute. */
  read(query: MetricQuery, minute: JudgedMinute): Reading;
}

/** Bars of one minute alone make it. */
export const MINUTES: readonly Timeframe[] = ["1m"];
/** Made from bars of any timeframe that is correlated. */
export const ALL_TIMEFRAMES: readonly Timeframe[] = TIMEFRAMES;

/** Fewest observations of a windowed metric. */
export function neededOf(window: number): number {
  return Math.max(20, Math.ceil(window / 2));
}

/** Reads a metric of one instrument whose newest minute is there. */
export function ofInstrument(
  { ids }: MetricQuery,
  minute: JudgedMinute,
  read: (side: MinuteSide) => Reading,
): Reading {
  const side = minute.side(ids[0]!);
  if (side === undefined) return unknown("stale");
  return side.trouble === undefined ? read(side) : unknown(side.trouble);
}

/** Reads a metric of a pair, both of which have their newest minute. */
export function ofPair(
  { ids }: MetricQuery,
  minute: JudgedMinute,
  read: (y: MinuteSide, x: MinuteSide) => Reading,
): Reading {
  const y = minute.side(ids[0]!), x = minute.side(ids[1]!);
  if (y === undefined || x === undefined) return unknown("stale");
  const troubles = [y.trouble, x.trouble];
  const trouble = troubles.find((one) => one === "closed") ?? troubles.find((one) => one);
  return trouble === undefined ? read(y, x) : unknown(trouble);
}

/** @returns unknown with fewer observations than a window needs. */
export function knownOf(value: number, { n, expected, window }: {
  readonly n: number;
  readonly expected: number;
  readonly window: number;
}): Reading {
  return n < neededOf(window) ? unknown("insufficient n") : known(value, n, expected);
}

/** Rows of which both are known, and rows that both could have. @param rows the first so many. */
export function countPairs(
  y: { readonly value: Float64Array; readonly possible: Uint8Array },
  x: { readonly value: Float64Array; readonly possible: Uint8Array },
  rows = y.value.length,
): { readonly n: number; readonly expected: number } {
  let n = 0, expected = 0;
  for (let i = 0; i < rows; i++) {
    if (!Number.isNaN(y.value[i]! + x.value[i]!)) n++;
    expected += y.possible[i]! & x.possible[i]!;
  }
  return { n, expected };
}
