import type { Rounded } from "./canonical_correlations.ts";
import { type Column, gapless, largest, powerOfTwo } from "../regression/columns.ts";
import { termColumns } from "./deterministic.ts";
import { HouseholderQr } from "../regression/householder.ts";
import type { JohansenModel } from "./johansen_terms.ts";
import { StatisticsError } from "../statistics_error.ts";

/** A series less its anchor (and trend, if the model takes it out), divided by a power of two. */
export interface JohansenLevel extends Rounded {
  readonly anchor: number;
  readonly scale: number;
}

/**
 * The columns of the regressions, a row for each difference: terms outside the relations, lagged differences
 * (all series of a lag together), and what is cleared of both, the differences and the levels one row before
 * with the term inside the relations last.
 */
export interface JohansenColumns {
  readonly terms: readonly Rounded[];
  readonly lags: readonly Rounded[];
  readonly differences: readonly Rounded[];
  readonly lagged: readonly Rounded[];
}

/** @throws {StatisticsError} `missing`, `constant`, `singular` (a straight line). */
export function prepareLevels(
  series: readonly Column[],
  model: JohansenModel,
): JohansenLevel[] {
  return series.map((column, index) => {
    const x = gapless(column, `series ${index}`);
    if (x.every((value) => value === x[0])) {
      throw new StatisticsError("constant", `series ${index} never changes; leave it out`);
    }
    if ((model.terms !== "none" || model.lagDiff !== 0) && isStraight(x)) {
      throw new StatisticsError(
        "singular",
        `series ${index} is a straight line, which the terms of the model take away; leave it out`,
      );
    }
    return prepareLevel(x, model);
  });
}

/** True for a line up to the rounding of its values: what is left of it would be noise. */
function isStraight(x: Float64Array): boolean {
  const rounding = 4 * Number.EPSILON * largest(x);
  return x.every((value, row) =>
    row < 2 || Math.abs(value - 2 * x[row - 1]! + x[row - 2]!) <= rounding
  );
}

function prepareLevel(x: Float64Array, model: JohansenModel): JohansenLevel {
  // With a constant anywhere the level of a series is free.
  const anchor = model.terms === "none" ? 0 : x[0]!;
  const values = x.map((value) => value - anchor);
  const scale = powerOfTwo(largest(values));
  for (let row = 0; row < values.length; row++) values[row]! /= scale;
  if (model.outside > 0) {
    const terms = new HouseholderQr(termColumns(model.detrends ? "ct" : "c", x.length));
    terms.applyTransposed(values);
    values.fill(0, 0, terms.count);
    terms.applyForward(values);
  }
  return { values, anchor, scale, rounding: Number.EPSILON * largest(x) / scale };
}

/** Columns for the rows that `lagDiff` lagged differences leave. */
export function johansenColumns(
  levels: readonly Rounded[],
  { outside, inside, seasons }: JohansenModel,
  lagDiff: number,
): JohansenColumns {
  const steps = levels.map(({ values, rounding }) => ({
    values: values.slice(1).map((value, row) => value - values[row]!),
    rounding,
  }));
  const length = steps[0]!.values.length, rows = length - lagDiff;
  const [ones, time] = termColumns("ct", rows).map((values) => ({ values, rounding: 0 })) as [
    Rounded,
    Rounded,
  ];
  const terms: Rounded[] = [ones, time].slice(0, outside);
  for (let season = 1; season < seasons; season++) {
    const values = ones.values.map((_, row) => (row % seasons === season ? 1 : 0) - 1 / seasons);
    terms.push({ values, rounding: 0 });
  }
  const lags: Rounded[] = [];
  for (let lag = 1; lag <= lagDiff; lag++) {
    for (const step of steps) lags.push(cut(step, lagDiff - lag, length - lag));
  }
  const lagged = levels.map((level) => cut(level, lagDiff, length));
  if (inside !== null) {
    const term = inside === "constant" ? ones : time;
    lagged.push({ values: term.values.slice(), rounding: 0 });
  }
  return { terms, lags, differences: steps.map((step) => cut(step, lagDiff, length)), lagged };
}

/** Rows `from` to `to` of a column. */
export function cut({ values, rounding }: Rounded, from: number, to: number): Rounded {
  return { values: values.slice(from, to), rounding };
}
