import type { ReturnsScatter, ScatterLine } from "../sync/studies/returns_scatter.ts";
import type { Figure } from "./figure.ts";
import { partSigns } from "./part_signs.ts";
import { placesIn, type PlotBox, xGrid, yGrid } from "./plot_box.ts";
import type { StudyFigureOptions } from "./sessions_figure.ts";
import { element, textAt } from "./svg_parts.ts";
import { sheet } from "./svg_sheet.ts";
import type { Theme } from "./theme.ts";

const TOP = 44, FLOOR = 414, WIDTH = 760;
/** Half the size of a point. */
const POINT_TENTHS = 24;

/** What is drawn of a scatter; travels to the page. */
export type ScatterData = Pick<
  ReturnsScatter,
  "n" | "points" | "older" | "line" | "robust" | "reach"
>;

/** The points by part of the day, older ones as shaded cells, and both lines; for viewers that run no scripts. */
export function scatterFigure(found: ScatterData, options: StudyFigureOptions): Figure {
  const { theme, names, sentence, updatedAt } = options;
  const box = scatterBox(found.reach, WIDTH);
  const title = `Returns of ${names.first} against those of ${names.second}, %`;
  return sheet([
    textAt(8, 18, title, { fill: theme.text, "font-size": 13, "font-weight": 600 }),
    ...scatterParts(found, box, { names, theme }),
  ], {
    theme,
    start: "left",
    width: WIDTH,
    height: SCATTER_PX,
    title,
    alt: sentence,
    footer: { left: drawnText(found), updatedAt },
  });
}

/** How much of the pairs is drawn as points, and which line is which. */
export function drawnText({ n, points, older }: ScatterData): string {
  const lines = "full line: least squares · dashed: robust";
  const count = (value: number) => value.toLocaleString("en-US");
  return older === undefined
    ? lines
    : `${lines} · the newest ${count(points.x.length)} of ${
      count(n)
    } as points, older ones as shade`;
}

/** Height of the drawing, CSS px. */
export const SCATTER_PX = FLOOR + 34;

/** Everything within the frame of a scatter, as SVG. */
export function scatterParts(
  { points, older, line, robust }: ScatterData,
  box: PlotBox,
  { names, theme }: Pick<StudyFigureOptions, "names" | "theme">,
): string[] {
  const dots = partSigns(theme).map(({ colour, name, shape }, part) => {
    const rows = Array.from(points.part.keys()).filter((row) => points.part[row] === part);
    const d = pointsPath(points, rows, box, (x, y) => shape(x, y, POINT_TENTHS));
    if (d === "") return "";
    return element("path", {
      d,
      transform: "scale(.1)",
      fill: colour,
      "fill-opacity": 0.75,
      role: "img",
      "aria-label": name,
    });
  });
  return [
    older === undefined ? "" : cells(older, box, theme),
    yGrid(box, theme),
    xGrid(box, theme, `return of ${names.second}, %`),
    textAt(8, box.top - 8, `return of ${names.first}, %`, {
      fill: theme.faintText,
      "font-size": 11,
    }),
    ...dots,
    straight(line, box, theme.text, undefined),
    straight(robust, box, theme.warning, "6 4"),
  ];
}

/** Path data of some of the points, in whole tenths of a px. */
export function pointsPath(
  { x, y }: ReturnsScatter["points"],
  rows: readonly number[],
  box: PlotBox,
  shape: (x: number, y: number) => string,
): string {
  const { xOf, yOf } = placesIn(box);
  return rows.map((row) =>
    shape(Math.round(10 * xOf(100 * x[row]!)), Math.round(10 * yOf(100 * y[row]!)))
  ).join("");
}

/** Per cent, a little beyond the largest. */
export function scatterBox(reach: ReturnsScatter["reach"], width: number): PlotBox {
  const x = 103 * reach.x, y = 103 * reach.y;
  return { left: 56, right: width - 16, top: TOP, floor: FLOOR, x: [-x, x], y: [-y, y] };
}

/** Where a line of log returns runs within a box of per cent; undefined where it does not. */
export function lineEnds(
  { slope, intercept }: Pick<ScatterLine, "slope" | "intercept">,
  { x, y }: Pick<PlotBox, "x" | "y">,
): readonly [number, number, number, number] | undefined {
  if (!Number.isFinite(slope + intercept)) return undefined;
  const at = (value: number) => 100 * intercept + slope * value;
  let [from, to] = x;
  if (slope !== 0) {
    const cuts = y.map((value) => (value - 100 * intercept) / slope).sort((a, b) => a - b);
    from = Math.max(from, cuts[0]!);
    to = Math.min(to, cuts[1]!);
  }
  return from < to ? [from, at(from), to, at(to)] : undefined;
}

function straight(
  line: ScatterLine,
  box: PlotBox,
  stroke: string,
  dash: string | undefined,
): string {
  const ends = lineEnds(line, box);
  if (ends === undefined) return "";
  const { xOf, yOf } = placesIn(box), [x0, y0, x1, y1] = ends;
  return element("path", {
    d: `M${xOf(x0).toFixed(1)} ${yOf(y0).toFixed(1)}L${xOf(x1).toFixed(1)} ${yOf(y1).toFixed(1)}`,
    stroke,
    "stroke-width": 2,
    "stroke-dasharray": dash,
  });
}

function cells(
  { across, counts }: NonNullable<ReturnsScatter["older"]>,
  { left, right, top, floor }: PlotBox,
  theme: Theme,
): string {
  const most = counts.reduce((sum, count) => Math.max(sum, count), 1);
  // The cells end at the largest return, the box a little beyond.
  const edge = (1 - 1 / 1.03) / 2, wide = (right - left) / 1.03 / across;
  const high = (floor - top) / 1.03 / across;
  const x0 = left + edge * (right - left), y0 = floor - edge * (floor - top);
  // In units of a cell, from the lowest row up: a cell costs a few bytes, and neighbours of one level are one stroke.
  const transform = `translate(${x0.toFixed(2)} ${y0.toFixed(2)})scale(${wide.toFixed(4)} -${
    high.toFixed(4)
  })`;
  return CELL_OPACITIES.map((opacity, level) => {
    const d = cellStrokes(counts, across, (count) => cellLevel(count, most) === level);
    return d === ""
      ? ""
      : element("path", { d, transform, stroke: theme.text, "stroke-opacity": opacity });
  }).join("");
}

/** How dense each level of {@link cellLevel} looks. */
const CELL_OPACITIES = [0.06, 0.12, 0.2, 0.3];

/** A stroke along the middle of each run of cells that are wanted, none of which is empty. */
export function cellStrokes(
  counts: Uint32Array,
  across: number,
  isWanted: (count: number) => boolean,
): string {
  const isIn = (i: number) => counts[i]! > 0 && isWanted(counts[i]!);
  let d = "";
  for (let i = 0; i < counts.length; i++) {
    if (!isIn(i)) continue;
    const column = i % across;
    let length = 1;
    while (column + length < across && isIn(i + length)) length++;
    d += `M${column} ${Math.floor(i / across)}.5h${length}`;
    i += length - 1;
  }
  return d;
}

/** 0 to 3, by the logarithm: a few far cells must be seen beside crowded ones. */
export function cellLevel(count: number, most: number): number {
  return Math.min(3, Math.floor(4 * Math.log1p(count) / Math.log1p(most + 1)));
}
