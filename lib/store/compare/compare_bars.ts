import { barLength } from "../../bars/csv/end_stamps.ts";
import type { Interval } from "../../model/time.ts";
import { type BarSeries, barSeries, type ComparedColumns } from "./bar_series.ts";
import { barMoves, correlationOf, noSums } from "./bar_moves.ts";
import { type CommonBars, commonBars, type OneSided } from "./common_bars.ts";
import { atStep } from "./at_step.ts";
import {
  type BarDifferences,
  barDifferences,
  type ColumnDifference,
  columnDifferences,
} from "./differences.ts";
import { type PriceRelation, priceRelation } from "./price_relation.ts";
import { atClockChanges, type ShiftCause, shiftCause } from "./shift_cause.ts";
import { findTimeShift, type ShiftStretch } from "./time_shift.ts";
import { type VolumeRelation, volumeRelation } from "./volume_relation.ts";
import { type WorstBar, worstBars } from "./worst_bars.ts";

export type { ComparedColumns } from "./bar_series.ts";

/** How {@link compareBars} compares. */
export interface CompareOptions {
  /** Whether the instrument has contract months. @default false */
  readonly hasContracts?: boolean;
  /** Length of their bars, ms. @default what their times show */
  readonly stepMs?: number;
  /** Length of ours, ms: longer ones are made of them where theirs are. @default 60000 */
  readonly ourStepMs?: number;
  /** Zone in which their times were read that name none: the cause of a shift is named by it. @default UTC */
  readonly readAs?: string;
  /** Prices may differ by so many points. @default 0 */
  readonly tolerance?: number;
  /** Volumes may differ by this share of ours. @default 0 */
  readonly volumeTolerance?: number;
  /** Share of the bars that must be equal for both to count as equal, those of one side alone included. @default 1 */
  readonly share?: number;
  /** Bars named as the worst. @default 10 */
  readonly worst?: number;
}

/** Two series of bars of one instrument, laid on each other. */
export interface BarComparison {
  /** `apart`: they share no time. */
  readonly verdict: "equal" | "different" | "apart";
  /** Whether the instrument has contract months. */
  readonly hasContracts: boolean;
  /** Length of the bars compared, ms. */
  readonly stepMs: number;
  /** Time that both sides reach over, ours. */
  readonly range: Interval;
  readonly ours: SideOfComparison;
  readonly theirs: SideOfComparison;
  /** Bars that both have. */
  readonly common: number;
  /** Of the common bars and those of one side alone, the share that is equal within the tolerance. */
  readonly equal: number;
  /** The same in bars. */
  readonly equalBars: number;
  readonly shift: {
    /** Oldest first; empty where too few bars move together to say: none is taken. */
    readonly stretches: readonly ShiftStretch[];
    readonly cause: ShiftCause | undefined;
    readonly tried: number;
  };
  /** Correlation of the moves from bar to bar, both laid on each other, and of how many. */
  readonly moves: { readonly r: number; readonly n: number };
  readonly price: PriceRelation;
  readonly volume: VolumeRelation;
  readonly columns: readonly ColumnDifference[];
  readonly worst: readonly WorstBar[];
  readonly differences: BarDifferences;
}

/** One side of a comparison. */
export interface SideOfComparison extends Interval {
  readonly bars: number;
  readonly unusable: number;
  readonly repeated: number;
  /** Stretches within the shared time that the other side lacks. */
  readonly alone: readonly OneSided[];
  readonly aloneBars: number;
}

/**
 * Compares two series of bars of one instrument: finds the shift of their times, what their prices and volumes are of
 * ours, and the differences bar by bar. Nothing is filled: a bar that one side lacks is a bar of the other alone.
 *
 * @throws {RangeError} for an option out of range, or bars of theirs that ours cannot be made into.
 *
 * @example
 * ```ts
 * import { compareBars } from "./compare_bars.ts";
 * import assert from "node:assert/strict";
 * const close = Float64Array.from({ length: 300 }, (_, i) => 100 + Math.sin(i * i));
 * const openTime = close.map((_, i) => i * 60_000);
 * const ours = { openTime, open: close, high: close, low: close, close, volume: close };
 * const late = { ...ours, openTime: openTime.map((time) => time + 3_600_000) };
 * const { verdict, shift } = compareBars(ours, late);
 * assert.deepEqual([verdict, shift.stretches[0]?.shiftMs], ["different", 3_600_000]);
 * ```
 */
export function compareBars(
  ourColumns: ComparedColumns,
  theirColumns: ComparedColumns,
  options: CompareOptions = {},
): BarComparison {
  const {
    hasContracts = false,
    ourStepMs = 60_000,
    readAs = "UTC",
    tolerance = 0,
    volumeTolerance = 0,
    share = 1,
    worst = 10,
  } = options;
  checkRange("tolerance", tolerance, 0, Infinity);
  checkRange("volumeTolerance", volumeTolerance, 0, Infinity);
  checkRange("share", share, 0, 1);
  const given = barSeries(theirColumns);
  const theirStepMs = options.stepMs ?? barLength(given.openTime) ?? ourStepMs;
  const stepMs = Math.max(ourStepMs, theirStepMs);
  const theirs = atStep(given, theirStepMs, stepMs);
  const ours = atStep(barSeries(ourColumns), ourStepMs, stepMs);
  const { stretches: found, tried } = findTimeShift(ours, theirs, stepMs);
  const cause = shiftCause(found, stepMs, readAs);
  const stretches = atClockChanges(found, cause, ours.openTime, stepMs);
  const common = commonBars(ours, theirs, stretches, stepMs);
  const within = { price: tolerance, volume: volumeTolerance };
  const differences = barDifferences(ours, theirs, common, within);
  const price = priceRelation(closesOf(ours, theirs, common), hasContracts);
  const sides = { ours: sideOf(ours, common.onlyOurs), theirs: sideOf(theirs, common.onlyTheirs) };
  const equalBars = differences.isEqual.reduce((sum, one) => sum + one, 0);
  const all = common.ours.length + sides.ours.aloneBars + sides.theirs.aloneBars;
  const equal = equalBars / all;
  const isInTime = stretches.every(({ shiftMs }) => shiftMs === 0);
  const verdict = common.ours.length === 0
    ? "apart"
    : isInTime && equal >= share
    ? "equal"
    : "different";
  return {
    verdict,
    hasContracts,
    stepMs,
    range: common.range,
    ...sides,
    common: common.ours.length,
    equal,
    equalBars,
    shift: { stretches, cause, tried },
    moves: movesOf(ours, theirs, common, stepMs),
    price,
    volume: volumeOf(ours, theirs, common),
    columns: columnDifferences(ours, common, differences, within),
    worst: worstBars(ours, theirs, common, price, worst),
    differences,
  };
}

function sideOf(series: BarSeries, alone: readonly OneSided[]): SideOfComparison {
  const { openTime, unusable, repeated } = series;
  return {
    from: openTime[0] ?? NaN,
    to: openTime.at(-1) ?? NaN,
    bars: openTime.length,
    unusable,
    repeated,
    alone,
    aloneBars: alone.reduce((sum, { bars }) => sum + bars, 0),
  };
}

function closesOf(ours: BarSeries, theirs: BarSeries, common: CommonBars) {
  return {
    time: Float64Array.from(common.ours, (row) => ours.openTime[row]!),
    ours: Float64Array.from(common.ours, (row) => ours.close[row]!),
    theirs: Float64Array.from(common.theirs, (row) => theirs.close[row]!),
  };
}

function volumeOf(ours: BarSeries, theirs: BarSeries, common: CommonBars): VolumeRelation {
  return volumeRelation({
    ours: Float64Array.from(common.ours, (row) => ours.volume[row]!),
    theirs: Float64Array.from(common.theirs, (row) => theirs.volume[row]!),
    low: Float64Array.from(common.ours, (row) => ours.low[row]!),
    high: Float64Array.from(common.ours, (row) => ours.high[row]!),
  });
}

function movesOf(ours: BarSeries, theirs: BarSeries, common: CommonBars, stepMs: number) {
  const x = barMoves(ours, stepMs), y = barMoves(theirs, stepMs), sums = noSums();
  common.ours.forEach((row, i) => {
    const one = x[row]!, other = y[common.theirs[i]!]!;
    if (Number.isNaN(one) || Number.isNaN(other)) return;
    sums.n++;
    sums.xy += one * other;
    sums.xx += one * one;
    sums.yy += other * other;
  });
  return { r: correlationOf(sums), n: sums.n };
}

function checkRange(name: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  const rule = most === Infinity ? `${least} or more` : `from ${least} to ${most}`;
  throw new RangeError(`${name} must be ${rule}, got ${value}`);
}
