import type { Interval } from "../model/time.ts";
import { formatUtc } from "../model/time.ts";
import { DAY_PARTS } from "../sync/studies/day_parts.ts";
import type { ScatterPoints } from "../sync/studies/returns_scatter.ts";
import type { SideNames } from "./lead_text.ts";
import { percentText } from "./number_text.ts";
import { PART_NAMES } from "./part_names.ts";

/** A rectangle over returns, per cent; its ends belong to it. */
export interface ReturnsBox {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Choices by name, for those who do not draw a rectangle. */
export const SCATTER_PRESETS = [
  "nothing",
  "both fall hardest",
  "both rise hardest",
  "apart by more than 1 sd each",
  ...DAY_PARTS.map((part) => `${PART_NAMES[part]} hours`),
] as const;

/** Share of a side's bars that move hardest. */
const HARDEST = 0.05;

/** Points within a rectangle, by their rows. */
export function rowsWithin({ x, y }: ScatterPoints, box: ReturnsBox): number[] {
  const isIn = (value: number, [lo, hi]: readonly [number, number]) => value >= lo && value <= hi;
  return Array.from(x.keys()).filter((row) =>
    isIn(100 * x[row]!, box.x) && isIn(100 * y[row]!, box.y)
  );
}

/** Points of a named choice; none for an unknown name. */
export function presetRows(points: ScatterPoints, preset: string): number[] {
  const { x, y, part } = points, rows = Array.from(x.keys());
  const index = DAY_PARTS.findIndex((one) => preset === `${PART_NAMES[one]} hours`);
  if (index >= 0) return rows.filter((row) => part[row] === index);
  switch (preset) {
    case "both fall hardest": {
      const [a, b] = [rankLimit(x, HARDEST), rankLimit(y, HARDEST)];
      return rows.filter((row) => x[row]! <= a && y[row]! <= b);
    }
    case "both rise hardest": {
      const [a, b] = [rankLimit(x, 1 - HARDEST), rankLimit(y, 1 - HARDEST)];
      return rows.filter((row) => x[row]! >= a && y[row]! >= b);
    }
    case "apart by more than 1 sd each": {
      const [a, b] = [deviation(x), deviation(y)];
      return rows.filter((row) =>
        x[row]! * y[row]! < 0 && Math.abs(x[row]!) > a && Math.abs(y[row]!) > b
      );
    }
    default:
      return [];
  }
}

/** The bars of the rows, half-open. */
export function spansOf({ openTime, endTime }: ScatterPoints, rows: readonly number[]): Interval[] {
  return rows.map((row) => ({ from: openTime[row]!, to: endTime[row]! }));
}

/** What the chosen points have in common; what was chosen by size says nothing about correlation, so none is given. */
export function choiceText(
  points: ScatterPoints,
  rows: readonly number[],
  { first, second }: SideNames,
): string {
  const all = points.x.length.toLocaleString("en-US");
  if (rows.length === 0) return `No point is chosen of ${all}.`;
  const mean = (values: Float64Array) =>
    100 * rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;
  const inParts = DAY_PARTS.map((part, index) => ({
    name: PART_NAMES[part],
    count: rows.filter((row) => points.part[row] === index).length,
  })).filter(({ count }) => count > 0).map(({ name, count }) => `${count} in ${name}`);
  const times = rows.map((row) => points.openTime[row]!);
  const from = formatUtc(Math.min(...times)), to = formatUtc(Math.max(...times));
  const when = rows.length === 1 ? from : `${from} to ${to}`;
  return `${rows.length.toLocaleString("en-US")} of ${all} points: mean ${first} ${
    percentText(mean(points.y))
  }, ` +
    `${second} ${percentText(mean(points.x))}; ${inParts.join(", ")} hours; ${when}.`;
}

function rankLimit(values: Float64Array, share: number): number {
  const sorted = values.slice().sort();
  return sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1),
  );
}
