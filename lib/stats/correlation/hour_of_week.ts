import { checkNumbers } from "../numbers.ts";
import { LocalClock } from "../../calendar/local_clock.ts";
import { benjaminiHochberg } from "./benjamini_hochberg.ts";
import { checkLengths, type Column, scaledDown } from "../regression/columns.ts";
import { PairList } from "./pair_list.ts";
import { inferFromEffective, inferFromRows } from "./correlation_inference.ts";
import { type CellOptions, checkCells, type CorrelationCell } from "./session_correlation.ts";

/** {@link CorrelationCell} of one hour of the week. */
export interface HourCell extends CorrelationCell {
  /** 1 Monday to 7 Sunday. */
  readonly weekday: number;
  /** 0 to 23. */
  readonly hour: number;
  /** p-value adjusted for the number of cells looked at (Benjamini & Hochberg). */
  readonly adjustedPvalue: number;
  /** Three for an adjusted p-value below 0.001, two below 0.01, one below 0.05. */
  readonly stars: 0 | 1 | 2 | 3;
}

/** Options of {@link correlationByHourOfWeek}. */
export interface HourOfWeekOptions extends CellOptions {
  /** Zone whose weekdays and hours are meant, by its IANA name. @default "UTC" */
  readonly timeZone?: string;
}

/**
 * Correlation in each hour of the week, over all weeks: 168 cells, Monday 00:00 first. Each is Pearson's r
 * of the rows whose bar opens in that hour, with n, the effective n, Fisher interval and p-value on it; a cell
 * with fewer than `minPairs` pairs has none. Looking at 168 cells finds chance ones, so stars go by p-values
 * that hold the share of false ones.
 *
 * @param openTime start of each row's bar, epoch ms UTC.
 * @param x returns; NaN where there is none.
 * @throws {RangeError} when columns differ in length, an option is out of range or the zone is not known.
 *
 * @example
 * ```ts
 * import { correlationByHourOfWeek } from "./hour_of_week.ts";
 * import assert from "node:assert/strict";
 * const openTime = Array.from({ length: 120 }, (_, i) => Date.UTC(2026, 0, 26) + i * 60_000);
 * const x = openTime.map((_, i) => Math.sin(i));
 * const cells = correlationByHourOfWeek(openTime, x, x);
 * assert.equal(cells.length, 168);
 * assert.deepEqual([cells[1]!.value, cells[1]!.n, cells[1]!.stars, cells[2]!.n], [1, 60, 3, 0]);
 * ```
 */
export function correlationByHourOfWeek(
  openTime: Column,
  x: Column,
  y: Column,
  options: HourOfWeekOptions = {},
): HourCell[] {
  const { minPairs, level, basis } = checkCells(options);
  checkLengths([x, y], openTime.length, "x and y");
  checkNumbers(openTime, "openTime");
  const clock = new LocalClock(options.timeZone ?? "UTC");
  const cells = Array.from({ length: 168 }, () => new PairList());
  const a = scaledDown(x).values, b = scaledDown(y).values;
  for (let row = 0; row < openTime.length; row++) {
    const time = openTime[row]!;
    if (!Number.isFinite(time) || !Number.isFinite(a[row]) || !Number.isFinite(b[row])) continue;
    const { weekday, minute } = clock.at(time);
    cells[(weekday - 1) * 24 + Math.floor(minute / 60)]!.add(row, a[row]!, b[row]!);
  }
  const found = cells.map((cell) => {
    cell.centre();
    const value = cell.n >= minPairs ? cell.correlation : NaN;
    const inference = basis === "rows"
      ? inferFromRows(value, cell.n, level)
      : inferFromEffective(value, cell.n, level, cell.inflation());
    return { value, n: cell.n, ...inference };
  });
  const adjusted = benjaminiHochberg(found.map(({ pvalue }) => pvalue));
  return found.map((cell, i) => ({
    weekday: Math.floor(i / 24) + 1,
    hour: i % 24,
    ...cell,
    adjustedPvalue: adjusted[i]!,
    stars: starsOf(adjusted[i]!),
  }));
}

function starsOf(p: number): HourCell["stars"] {
  if (p < 0.001) return 3;
  if (p < 0.01) return 2;
  return p < 0.05 ? 1 : 0;
}
