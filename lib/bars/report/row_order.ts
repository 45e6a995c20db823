import { counted } from "../../model/counted.ts";
import { formatUtc } from "../../model/time.ts";
import { type DataFinding, Tally } from "./data_finding.ts";
import { type ReportRows, rowName } from "./report_rows.ts";

/** Rows in time order, one row for each time. */
export interface RowOrder {
  /** Row numbers by time; the first of several rows with the same time. */
  readonly order: Uint32Array;
  readonly findings: readonly DataFinding[];
}

/**
 * Sorts rows by time and finds those out of order and those with the same time.
 *
 * @param hasTime 1 for rows to be taken.
 */
export function orderRows(rows: ReportRows, hasTime: Uint8Array): RowOrder {
  const { openTime } = rows;
  const timed = rowsWith(hasTime);
  const disorder = disorderOf(rows, timed);
  if (disorder.length > 0) timed.sort((a, b) => openTime[a]! - openTime[b]! || a - b);
  const repeat = new Tally(), conflict = new Tally();
  const order: number[] = [];
  let instruments = 0;
  for (const row of timed) {
    const kept = order.at(-1);
    const time = openTime[row]!;
    if (kept === undefined || openTime[kept] !== time) {
      order.push(row);
      continue;
    }
    if (rows.contract[kept] !== rows.contract[row]) {
      instruments++;
      // Two contracts share this time: keep the row of the contract that the file was following.
      if (rows.contract[row] === rows.contract[order.at(-2) ?? kept]) order[order.length - 1] = row;
    }
    const same = sameRow(rows, kept, row);
    (same ? repeat : conflict).add(time, () => {
      const both = `${rowName(rows, kept)} and ${rowName(rows, row)}`;
      return same ? both : `${both}: ${differenceOf(rows, kept, row)}`;
    });
  }
  return {
    order: Uint32Array.from(order),
    findings: [
      ...disorder,
      ...repeat.finding(
        "repeat",
        "warning",
        () =>
          `${counted(repeat.count, "row")} ${
            repeat.count === 1 ? "repeats" : "repeat"
          } a bar with the same values.`,
      ),
      ...conflict.finding(
        "conflict",
        "fault",
        () => conflictText(conflict.count, instruments),
      ),
    ],
  };
}

function rowsWith(hasTime: Uint8Array): Uint32Array {
  const rows = new Uint32Array(hasTime.length);
  let found = 0;
  for (let row = 0; row < hasTime.length; row++) if (hasTime[row] === 1) rows[found++] = row;
  return rows.slice(0, found);
}

function conflictText(count: number, instruments: number): string {
  const rows = counted(count, "row");
  if (2 * instruments < count) {
    const give = count === 1 ? "gives" : "give";
    return `${rows} ${give} other values for a bar that is there already; only one can be right.`;
  }
  return `${rows} ${
    count === 1 ? "is" : "are"
  } of the same time as a bar of another instrument: make a file of each.`;
}

/** The fewest rows that must be moved so that all stand in order of time. */
function disorderOf(rows: ReportRows, timed: Uint32Array): DataFinding[] {
  const { openTime } = rows;
  const isOrdered = timed.every((row, i) => i === 0 || openTime[row]! >= openTime[timed[i - 1]!]!);
  if (isOrdered) return [];
  const isReversed = timed.every((row, i) => i === 0 || openTime[row]! <= openTime[timed[i - 1]!]!);
  const tally = new Tally();
  if (isReversed) {
    const newest = timed[0]!;
    tally.add(openTime[newest]!, () => `${rowName(rows, newest)} is the newest`, timed.length);
    return tally.finding(
      "disorder",
      "note",
      () => "The rows run from the newest to the oldest; they are judged in order of time.",
    );
  }
  const stays = longestAscent(timed, openTime);
  timed.forEach((row, i) => {
    if (stays[i] === 0) tally.add(openTime[row]!, () => `${rowName(rows, row)} is out of order`);
  });
  return tally.finding("disorder", "warning", () => {
    const stand = tally.count === 1 ? "stands" : "stand";
    return `${counted(tally.count, "row")} ${stand} out of order of time.`;
  });
}

/** 1 for the members of a longest stretch of values that never falls (patience sorting). */
function longestAscent(timed: Uint32Array, openTime: Float64Array): Uint8Array {
  const ends: number[] = [];
  const before = new Int32Array(timed.length).fill(-1);
  const at = (i: number) => openTime[timed[i]!]!;
  for (let i = 0; i < timed.length; i++) {
    let low = 0, high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(ends[middle]!) <= at(i)) low = middle + 1;
      else high = middle;
    }
    before[i] = ends[low - 1] ?? -1;
    ends[low] = i;
  }
  const member = new Uint8Array(timed.length);
  for (let i = ends.at(-1) ?? -1; i >= 0; i = before[i]!) member[i] = 1;
  return member;
}

const VALUES = ["contract", "open", "high", "low", "close", "volume"] as const;

function sameRow(rows: ReportRows, a: number, b: number): boolean {
  return VALUES.every((name) => Object.is(rows[name][a], rows[name][b]));
}

function differenceOf(rows: ReportRows, a: number, b: number): string {
  const name = VALUES.find((value) => !Object.is(rows[value][a], rows[value][b]))!;
  const at = formatUtc(rows.openTime[a]!);
  if (name === "contract") {
    const [one, other] = [a, b].map((row) => rows.contracts[rows.contract[row]!] || "unnamed");
    return `${one} and ${other} at ${at}`;
  }
  return `${name} ${rows[name][a]} and ${rows[name][b]} at ${at}`;
}
