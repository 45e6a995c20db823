import { type MinuteGrid, MinuteStatus } from "../model/minute_grid.ts";
import { formatUtc, MINUTE } from "../model/time.ts";
import { SortedWindow } from "../stats/rolling/sorted_window.ts";
import { counted, type DataFinding, Tally } from "./data_finding.ts";
import { flagMinutes } from "./quality.ts";
import type { ReportRows } from "./report_rows.ts";

/** Times the usual move of the whole file that a spike must be: a wild minute is not enough. */
const SPIKE_MOVES = 20;
/** A spike takes back at least this share of its move in the next bar. */
const TAKEN_BACK = 0.8;
/** Times the usual range a wick must be, and times the rest of its own bar. */
const WICK_RANGES = 25;
const WICK_BODIES = 8;
/** Past bars that tell the usual range, and the fewest of them. */
const WINDOW = 240;
const MIN_PAST = 30;

/**
 * Finds prices far above the usual size, by `flagMinutes`: spikes, which leave and are back with the next bar or
 * within it, and moves, which stay. No move is judged over a gap or from one contract to the next.
 *
 * @param order sound rows in order of time.
 */
export function judgeMoves(rows: ReportRows, order: Uint32Array, stepMs: number): DataFinding[] {
  const { grid, rowOf } = compactGrid(rows, order, stepMs);
  const spike = new Tally(), move = new Tally(), roll = new Tally();
  const least = SPIKE_MOVES * usualMove(grid);
  const wicks = wickRows(grid, least);
  let takenBack = -1;
  const flags = flagMinutes(grid).filter(({ kind }) => kind === "extreme");
  const extreme = new Map(flags.map(({ openTime, reason }) => [openTime / MINUTE, reason]));
  for (let i = 0; i < grid.length; i++) {
    const reason = extreme.get(i);
    const time = rows.openTime[rowOf[i]!]!;
    if (reason !== undefined && takenBack !== i) {
      if (isTakenBack(grid, i, least)) {
        takenBack = i + 1;
        spike.add(time, () => `${formatUtc(time)}: ${reason}, and back with the next bar`);
      } else move.add(time, () => `${formatUtc(time)}: ${reason}`);
    } else if (wicks.has(i)) spike.add(time, () => `${formatUtc(time)}: ${wicks.get(i)}`);
    if (i > 0 && grid.contract[i] !== grid.contract[i - 1] && isBar(grid, i)) {
      roll.add(
        time,
        () =>
          `${formatUtc(time)}: ${rows.contracts[rows.contract[rowOf[i]!]!] || "another contract"}`,
      );
    }
  }
  return [
    ...spike.finding(
      "spike",
      "warning",
      () =>
        `${counted(spike.count, "price")} ${
          spike.count === 1 ? "leaves and is" : "leave and are"
        } back at once, far beyond the usual size: bad prints, or a very thin moment.`,
    ),
    ...move.finding(
      "move",
      "note",
      () =>
        `${
          counted(move.count, "bar")
        } moved more than 8 times the usual and stayed there: most likely news.`,
    ),
    ...roll.finding(
      "roll",
      "note",
      () =>
        `The contract changes ${
          counted(roll.count, "time")
        }; the step in price there is no return.`,
    ),
  ];
}

/**
 * The bars as a grid for `flagMinutes`: neighbours stay neighbours, and a break of any length is one row without
 * a bar, so that a hole of years costs nothing. Its times are row numbers in minutes.
 */
function compactGrid(rows: ReportRows, order: Uint32Array, stepMs: number) {
  const rowOf: number[] = [];
  order.forEach((row, i) => {
    const before = order[i - 1];
    if (before !== undefined && rows.openTime[row]! - rows.openTime[before]! > 1.5 * stepMs) {
      rowOf.push(-1);
    }
    rowOf.push(row);
  });
  const column = (values: Float64Array) =>
    Float64Array.from(rowOf, (row) => row < 0 ? NaN : values[row]!);
  const contract = new Uint8Array(rowOf.length);
  rowOf.forEach((row, i) => contract[i] = row < 0 ? contract[i - 1]! : rows.contract[row]! % 256);
  const grid: MinuteGrid = {
    start: 0,
    length: rowOf.length,
    open: column(rows.open),
    high: column(rows.high),
    low: column(rows.low),
    close: column(rows.close),
    volume: column(rows.volume).map((volume) => Number.isNaN(volume) ? 0 : volume),
    status: Uint8Array.from(rowOf, (row) => row < 0 ? MinuteStatus.Absent : MinuteStatus.History),
    contract,
  };
  return { grid, rowOf };
}

function isBar(grid: MinuteGrid, i: number): boolean {
  return grid.status[i] === MinuteStatus.History;
}

/** Robust standard deviation of the moves between neighbours that moved at all. */
function usualMove({ close, contract }: MinuteGrid): number {
  const moves = close.map((price, i) =>
    contract[i] === contract[i - 1] ? Math.abs(Math.log(price / close[i - 1]!)) : NaN
  ).filter((move) => move > 0).sort();
  return 1.4826 * (moves[moves.length >> 1] ?? NaN);
}

/** Whether the move into bar `i` is large and taken back by the bar after it. */
function isTakenBack({ close, contract }: MinuteGrid, i: number, least: number): boolean {
  const away = Math.log(close[i]! / close[i - 1]!), back = Math.log(close[i + 1]! / close[i]!);
  if (contract[i + 1] !== contract[i] || !(Math.abs(away) > least)) return false;
  return Math.sign(away) === -Math.sign(back) &&
    Math.abs(away + back) <= (1 - TAKEN_BACK) * Math.abs(away);
}

/** Bars whose high or low lies far beyond the rest of the bar, with a word on it. */
function wickRows(grid: MinuteGrid, least: number): Map<number, string> {
  const found = new Map<number, string>();
  const ranges = new SortedWindow(WINDOW);
  const { open, high, low, close } = grid;
  for (let i = 0; i < grid.length; i++) {
    if (!isBar(grid, i)) continue;
    const top = Math.max(open[i]!, close[i]!), bottom = Math.min(open[i]!, close[i]!);
    const above = Math.log(high[i]! / top), below = Math.log(bottom / low[i]!);
    const range = above + below + Math.log(top / bottom);
    const wick = Math.max(above, below);
    const usual = ranges.n < MIN_PAST ? NaN : ranges.median;
    if (wick > least && wick > WICK_RANGES * usual && wick > WICK_BODIES * (range - wick)) {
      const side = above > below ? `high ${high[i]}` : `low ${low[i]}`;
      found.set(i, `${side} is ${(100 * wick).toFixed(2)} % beyond open and close`);
    }
    ranges.push(range);
  }
  return found;
}
