import type { RenderFunction } from "@observablehq/plot";
import { tenthsGroup } from "./svg_nodes.ts";
import { type Point, simplify, TenthsPath } from "./tenths_path.ts";

/** A line has at most four points to so many px, however long its data. */
const LINE_COLUMN_PX = 1.5;
/** A band may be coarser: its edge is not read off. */
const BAND_COLUMN_PX = 4;

export interface LineMarkOptions {
  readonly label: string;
  readonly stroke: string;
  /** CSS px. @default 1.5 */
  readonly width?: number;
  /** @default 1 */
  readonly opacity?: number;
  /** As SVG writes it, CSS px. @default a full line */
  readonly dash?: readonly number[];
}

/** A line with a break wherever `y` is NaN, as a mark for Plot: one path of few bytes. */
export function lineMark(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: LineMarkOptions,
): RenderFunction {
  const { label, stroke, width = 1.5, opacity = 1, dash } = options;
  return (_index, scales, _values, _dimensions, context) => {
    const path = new TenthsPath();
    for (const run of runsOf(y)) {
      const points = run.map((i) => ({ x: scales.x!(x[i]!), y: scales.y!(y[i]!) }));
      path.polyline(simplify(columnExtremes(points, LINE_COLUMN_PX)));
    }
    return tenthsGroup(context, label, [{
      d: String(path),
      fill: "none",
      stroke,
      "stroke-width": Math.round(10 * width),
      "stroke-linejoin": "round",
      "stroke-linecap": "round",
      "stroke-opacity": opacity === 1 ? undefined : opacity,
      "stroke-dasharray": dash?.map((px) => 10 * px).join(" "),
    }]);
  };
}

export interface BandMarkOptions {
  readonly label: string;
  readonly fill: string;
  readonly opacity: number;
}

/** The area between two lines, left out wherever either is NaN, as a mark for Plot. */
export function bandMark(
  x: ArrayLike<number>,
  lo: ArrayLike<number>,
  hi: ArrayLike<number>,
  options: BandMarkOptions,
): RenderFunction {
  const { label, fill, opacity } = options;
  return (_index, scales, _values, _dimensions, context) => {
    const path = new TenthsPath();
    const both = Array.from({ length: lo.length }, (_, i) => lo[i]! + hi[i]!);
    for (const run of runsOf(both)) {
      const edge = (y: ArrayLike<number>): Point[] => {
        const points = run.map((i) => ({ x: scales.x!(x[i]!), y: scales.y!(y[i]!) }));
        return simplify(columnExtremes(points, BAND_COLUMN_PX), 0.8);
      };
      path.polygon([...edge(hi), ...edge(lo).reverse()]);
    }
    return tenthsGroup(context, label, [{ d: String(path), fill, "fill-opacity": opacity }]);
  };
}

/**
 * The first, highest, lowest and last point of every column of `widthPx`, in their order: what can be seen of a
 * line whose points lie closer than that (M4: Jugel and others, 2014). Points further apart all stay.
 */
function columnExtremes(points: readonly Point[], widthPx: number): Point[] {
  const kept: Point[] = [];
  for (let first = 0, next = 0; first < points.length; first = next) {
    const column = Math.floor(points[first]!.x / widthPx);
    let high = first, low = first;
    for (next = first; next < points.length; next++) {
      if (Math.floor(points[next]!.x / widthPx) !== column) break;
      if (points[next]!.y < points[high]!.y) high = next;
      if (points[next]!.y > points[low]!.y) low = next;
    }
    const rows = new Set([first, Math.min(high, low), Math.max(high, low), next - 1]);
    for (const row of rows) kept.push(points[row]!);
  }
  return kept;
}

/** Rows in a row whose value is a number. */
function runsOf(values: ArrayLike<number>): number[][] {
  const runs: number[][] = [];
  let run: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) {
      run.push(i);
      continue;
    }
    if (run.length > 0) runs.push(run);
    run = [];
  }
  if (run.length > 0) runs.push(run);
  return runs;
}
