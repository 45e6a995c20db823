import { formatUtc, type Interval } from "../model/time.ts";
import type { Figure } from "./figure.ts";
import { hatched } from "./hatching.ts";
import { decimalsOfStep, priceText, roundSteps } from "./number_text.ts";
import { element, textAt } from "./svg_parts.ts";
import { sheet } from "./svg_sheet.ts";
import { TenthsPath } from "./tenths_path.ts";
import { textWidth } from "./text_width.ts";
import { DARK, EDGE_PX, type Theme } from "./theme.ts";
import { TIME_AXIS_PX, timeAxis } from "./time_axis_text.ts";
import { timeTicks } from "./time_ticks.ts";

/** Two series of bars laid on each other, bar by bar. */
export interface ComparedBars {
  /** What is drawn: `ES: es.csv less the store`. */
  readonly title: string;
  readonly range: Interval;
  /** Bars of both sides, oldest first, epoch ms UTC. */
  readonly openTime: Float64Array;
  /** Theirs less ours. */
  readonly difference: Float64Array;
  /** 1 where the bar is equal in all columns. */
  readonly isEqual: Uint8Array;
  /** Stretches that one side lacks. */
  readonly alone: readonly Interval[];
}

export interface ComparisonFigureOptions {
  /** @default DARK */
  readonly theme?: Theme;
  /** CSS px. @default 1100 */
  readonly width?: number;
}

const HEADER_PX = 30;
const PLOT_PX = 150;
const STRIP_TOP_PX = HEADER_PX + PLOT_PX + 30;
const STRIP_PX = 22;
/** Beyond this share at either end, differences are cut at the frame: one must not flatten all others. */
const CUT = 0.001;

/**
 * The difference of the closes over time, from its lowest to its highest in each px, and below it the share of the bars
 * that are equal: filled for equal, open above that for different, hatched for what one side lacks.
 *
 * @throws {RangeError} for a width below 320 px.
 */
export function comparisonFigure(
  bars: ComparedBars,
  options: ComparisonFigureOptions = {},
): Figure {
  const { theme = DARK, width = 1_100 } = options;
  if (!(width >= 320)) throw new RangeError(`width must be at least 320 px, got ${width}`);
  const { range, title } = bars;
  const levels = levelsOf(bars.difference);
  const decimals = decimalsOfStep(levels.step, 8);
  const labels = levels.values.map((value) => priceText(value, decimals));
  const left = EDGE_PX,
    right = width - 16 - Math.max(30, ...labels.map((one) => textWidth(one, 11)));
  const xOf = (time: number) =>
    left + (right - left) * (time - range.from) / (range.to - range.from);
  const top = HEADER_PX, floor = HEADER_PX + PLOT_PX;
  const yOf = (value: number) => {
    const share = (value - levels.lo) / (levels.hi - levels.lo);
    return floor - (floor - top) * Math.min(1, Math.max(0, share));
  };
  const columns = columnsOf(bars, xOf, { left, right });
  const lines = levels.values.map((value, i) =>
    element("path", {
      d: `M${left} ${yOf(value).toFixed(1)}H${right.toFixed(1)}`,
      stroke: value === 0 ? theme.faintText : theme.grid,
      "stroke-width": 1,
    }) + textAt(right + 6, yOf(value) + 4, labels[i]!, { fill: theme.faintText, "font-size": 11 })
  );
  const look = { fill: theme.text, "font-size": 13, "font-weight": 600 };
  const small = { fill: theme.faintText, "font-size": 11 };
  const equal = bars.isEqual.reduce((sum, one) => sum + one, 0);
  const ticks = timeTicks([range], xOf, { within: [left, right] });
  const parts = [
    textAt(left, 18, title, look),
    ...lines,
    envelope(columns, yOf, theme),
    textAt(left, STRIP_TOP_PX - 7, "share of the bars that are equal in every column", small),
    strip(columns, bars.alone.map((one) => ({ from: xOf(one.from), to: xOf(one.to) })), {
      left,
      right,
    }, theme),
    timeAxis(ticks, STRIP_TOP_PX + STRIP_PX + 2, theme),
  ];
  const cut = levels.isCut ? " · a few differences go beyond the frame" : "";
  return sheet(parts, {
    theme,
    width,
    height: STRIP_TOP_PX + STRIP_PX + 4 + TIME_AXIS_PX,
    title,
    alt: `${title}: closes of ${bars.openTime.length.toLocaleString("en-US")} bars from ${
      formatUtc(range.from)
    } to ${formatUtc(range.to)}, ${equal.toLocaleString("en-US")} of them equal in every column.`,
    footer: {
      left: `solid: equal · open: different · hatched: one side has no bar · times in UTC${cut}`,
      updatedAt: range.to,
    },
  });
}

/** What the axis shows: 0, and nearly all differences. */
function levelsOf(difference: Float64Array) {
  const sorted = difference.filter(Number.isFinite).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const low = Math.min(0, at(CUT)), high = Math.max(0, at(1 - CUT));
  const span = high - low || Math.max(1, Math.abs(high));
  const lo = low - 0.06 * span, hi = high + 0.06 * span;
  const isCut = at(0) < lo || at(1) > hi;
  return { lo, hi, isCut, ...roundSteps(lo, hi, 5) };
}

/** What falls into one px of time. */
interface PixelColumn {
  readonly x: number;
  low: number;
  high: number;
  bars: number;
  equal: number;
}

function columnsOf(
  { openTime, difference, isEqual }: ComparedBars,
  xOf: (time: number) => number,
  { left, right }: { readonly left: number; readonly right: number },
): PixelColumn[] {
  const columns = new Map<number, PixelColumn>();
  for (let i = 0; i < openTime.length; i++) {
    const x = Math.min(
      Math.floor(right) - 1,
      Math.max(Math.floor(left), Math.floor(xOf(openTime[i]!))),
    );
    let column = columns.get(x);
    if (column === undefined) {
      column = { x, low: Infinity, high: -Infinity, bars: 0, equal: 0 };
      columns.set(x, column);
    }
    column.low = Math.min(column.low, difference[i]!);
    column.high = Math.max(column.high, difference[i]!);
    column.bars++;
    column.equal += isEqual[i]!;
  }
  return [...columns.values()];
}

function envelope(
  columns: readonly PixelColumn[],
  yOf: (value: number) => number,
  theme: Theme,
): string {
  const path = new TenthsPath();
  for (const { x, low, high } of columns) {
    const y0 = yOf(high), y1 = yOf(low);
    path.stroke(x + 0.5, y0 - 0.7, Math.max(y1 + 0.7, y0 + 0.7));
  }
  if (path.isEmpty) return "";
  return element("path", {
    d: String(path),
    transform: "scale(.1)",
    stroke: theme.lines[0]!,
    "stroke-width": 11,
    "aria-label": "difference",
  });
}

function strip(
  columns: readonly PixelColumn[],
  alone: readonly Interval[],
  { left, right }: { readonly left: number; readonly right: number },
  theme: Theme,
): string {
  const top = STRIP_TOP_PX, path = new TenthsPath();
  for (const { x, bars, equal } of columns) {
    if (equal > 0) path.stroke(x + 0.5, top + STRIP_PX * (1 - equal / bars), top + STRIP_PX);
  }
  const frame = element("rect", {
    x: left,
    y: top,
    width: right - left,
    height: STRIP_PX,
    stroke: theme.grid,
  });
  const filled = path.isEmpty ? "" : element("path", {
    d: String(path),
    transform: "scale(.1)",
    stroke: theme.up,
    "stroke-width": 11,
    "aria-label": "equal",
  });
  const boxes = merged(alone).map(({ from, to }) => {
    const x = Math.max(left, from);
    const box = { x, y: top, width: Math.max(1.5, Math.min(right, to) - x), height: STRIP_PX };
    return element("rect", { ...box, fill: theme.background }) + hatched(box, theme.warning);
  });
  return frame + filled + element("g", { "aria-label": "one side has no bar" }, boxes.join(""));
}

/** Boxes that would touch are one: a thousand lost minutes are no thousand boxes. */
function merged(boxes: readonly Interval[]): Interval[] {
  const found: { from: number; to: number }[] = [];
  for (const { from, to } of boxes.toSorted((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to);
    else found.push({ from, to });
  }
  return found;
}
