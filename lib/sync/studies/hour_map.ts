import { benjaminiHochberg } from "../../stats/correlation/benjamini_hochberg.ts";
import { type HourCell, hourCells, THIN_BELOW } from "./hour_cells.ts";
import { type LocalPair, localPairs } from "./local_pairs.ts";
import { stepOf } from "../../model/timeframe.ts";
import { HOUR } from "../../model/time.ts";
import type { GridTimeframe } from "../timeframe_grid.ts";
import type { Study, StudyScope, StudySide } from "./study.ts";
import { studyPairs } from "./study_pairs.ts";

/** Settings of {@link hourMapStudy}. */
export interface HourMapSettings {
  /** Whose clock counts, by its IANA name. */
  readonly timeZone: string;
  /** One row a timeframe, or one a weekday at the timeframe of the query. */
  readonly rows: readonly GridTimeframe[] | "weekdays";
}

/** A cell of the map. */
export interface MapCell extends HourCell {
  /** p-value adjusted for all cells that were tested (Benjamini & Hochberg); NaN where it was not. */
  readonly adjusted: number;
  /** Differs from the other hours of its row, after the correction. */
  readonly isStarred: boolean;
  /** Too few pairs to say much: its value is not tested. */
  readonly isThin: boolean;
}

export interface MapRow {
  /** `5m`, `Mon`. */
  readonly label: string;
  readonly cells: readonly MapCell[];
}

/** Correlation by hour of the day, in rows. */
export interface HourMap {
  readonly timeZone: string;
  /** First and last hour in which there could be a pair. */
  readonly firstHour: number;
  readonly lastHour: number;
  readonly rows: readonly MapRow[];
  /** Cells that were tested, and those that are starred. */
  readonly tested: number;
  readonly starred: number;
}

/** Share of false ones among the stars, at most. */
export const FALSE_SHARE = 0.05;

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/**
 * Correlation by time of day, with one row a timeframe or a weekday. The hours are those of the exchange's own clock, so
 * that an hour stays the same hour of trading through both changes of clocks.
 */
export const hourMapStudy: Study<HourMapSettings, HourMap> = {
  name: "hour-map",
  run(scope, settings) {
    const { evidence } = studyPairs(scope);
    const rows = settings.rows === "weekdays"
      ? weekdayRows(scope, settings.timeZone)
      : timeframeRows(scope, settings.timeZone, settings.rows);
    const cells = rows.flatMap((row) => row.cells);
    if (!cells.some(({ value }) => Number.isFinite(value))) {
      const most = cells.reduce((sum, { n }) => Math.max(sum, n), 0);
      const reason =
        `no hour has the 10 pairs of returns that a correlation takes; the most is ${most}.`;
      return { kind: "lacking", reason, evidence };
    }
    return { kind: "found", found: starred(rows, settings.timeZone), evidence };
  },
};

interface PlainRow {
  readonly label: string;
  readonly cells: readonly HourCell[];
}

function timeframeRows(
  scope: StudyScope,
  timeZone: string,
  timeframes: readonly GridTimeframe[],
): PlainRow[] {
  return timeframes.map((label) => {
    const hours = Math.max(1, stepOf(label) / HOUR);
    const pairs = localPairs(bothOf(scope), label, timeZone);
    return { label, cells: hourCells(pairs, ({ hour }) => hour / hours, columnsOf(hours)) };
  });
}

function weekdayRows(scope: StudyScope, timeZone: string): PlainRow[] {
  const { timeframe } = scope;
  if (timeframe === "4h" || timeframe === "1d") {
    throw new RangeError(`timeframe of a map by weekday must be at most 1h, got ${timeframe}`);
  }
  const pairs = localPairs(bothOf(scope), timeframe, timeZone);
  const columns = WEEKDAYS.flatMap(() => columnsOf(1));
  // One test over the week: an hour of a weekday against all hours of all days.
  const cells = hourCells(pairs, (pair: LocalPair) => (pair.weekday - 1) * 24 + pair.hour, columns);
  return WEEKDAYS.map((label, i) => ({ label, cells: cells.slice(24 * i, 24 * (i + 1)) }))
    .filter((row) => row.cells.some(({ expected }) => expected > 0));
}

function columnsOf(hours: number) {
  return Array.from({ length: 24 / hours }, (_, i) => ({ hour: i * hours, hours }));
}

function bothOf({ sides: [a, b] }: StudyScope): readonly [StudySide, StudySide] {
  return [a!, b!];
}

function starred(rows: readonly PlainRow[], timeZone: string): HourMap {
  const cells = rows.flatMap((row) => row.cells);
  const adjusted = benjaminiHochberg(cells.map(({ pvalue }) => pvalue));
  let place = 0;
  const judged = rows.map(({ label, cells }) => ({
    label,
    cells: cells.map((cell): MapCell => {
      const p = adjusted[place++]!;
      const isThin = Number.isFinite(cell.value) && cell.n < THIN_BELOW;
      return { ...cell, adjusted: p, isStarred: p < FALSE_SHARE, isThin };
    }),
  }));
  const possible = judged.flatMap((row) => row.cells).filter(({ expected }) => expected > 0);
  const all = judged.flatMap((row) => row.cells);
  return {
    timeZone,
    firstHour: Math.min(...possible.map(({ hour }) => hour)),
    lastHour: Math.max(...possible.map(({ hour, hours }) => hour + hours - 1)),
    rows: judged,
    tested: all.filter(({ adjusted }) => !Number.isNaN(adjusted)).length,
    starred: all.filter(({ isStarred }) => isStarred).length,
  };
}
