import type { CorrelationPath, RegimeSpan } from "../sync/studies/correlation_path.ts";
import { formatUtc } from "../model/time.ts";
import { correlationLevel, STRONG_ABOVE } from "./correlation_level.ts";
import { signed } from "./estimate_text.ts";
import type { Figure } from "./figure.ts";
import { levelColour } from "./level_tint.ts";
import { element, textAt } from "./svg_parts.ts";
import { sheet } from "./svg_sheet.ts";
import type { TableText } from "./table.ts";
import { TenthsPath } from "./tenths_path.ts";
import { textWidth } from "./text_width.ts";
import type { Theme } from "./theme.ts";
import { TIME_AXIS_PX, timeAxis } from "./time_axis_text.ts";
import { timeTicks } from "./time_ticks.ts";
import { usualStep } from "./usual_step.ts";

export interface PathFigureOptions {
  readonly theme: Theme;
  /** For readers who do not see the picture. */
  readonly sentence: string;
  /** End of the newest bar, epoch ms UTC. */
  readonly updatedAt: number;
  /** CSS px. @default 1000 */
  readonly width?: number | undefined;
}

/** The scale stands at both sides: where the picture scrolls, the newest end is in sight. */
const LEFT = 44, TOP = 12, HEIGHT = 240;
const STRIP_PX = 22, STRIP_GAP_PX = 22;
const GUIDES = [-1, -0.5, 0, STRONG_ABOVE, 1];
/** Colours of the line from -1 to +1: more are not told apart. */
const SHADES = 9;

/** The line coloured by its level, its band, and the regimes below on the same time. */
export function correlationPathFigure(found: CorrelationPath, options: PathFigureOptions): Figure {
  const { theme, sentence, updatedAt, width = 1_000 } = options;
  const { time, regimes } = found, right = width - LEFT;
  const range = {
    from: Math.min(time[0]!, regimes[0]?.from ?? Infinity),
    to: time.at(-1)!,
  };
  const span = Math.max(1, range.to - range.from);
  const xOf = (at: number) => LEFT + (right - LEFT) * (at - range.from) / span;
  const yOf = (r: number) => TOP + HEIGHT * (1 - r) / 2;
  const hasStrip = regimes.length > 0;
  const stripTop = TOP + HEIGHT + STRIP_GAP_PX;
  const floor = hasStrip ? stripTop + STRIP_PX : TOP + HEIGHT;
  const ticks = timeTicks([range], xOf, { within: [LEFT, right] });
  return sheet([
    ...GUIDES.map((r) => guide(r, yOf(r), right, theme)),
    band(found, xOf, yOf, theme),
    ...line(found, xOf, yOf, theme),
    hasStrip ? strip(regimes, range, { top: stripTop, xOf, theme }) : "",
    timeAxis(ticks, floor + 2, theme),
  ], {
    theme,
    width,
    height: floor + TIME_AXIS_PX + 4,
    title: "Rolling correlation, coloured by its level",
    alt: sentence,
    footer: { left: "band: 95 % interval · a break: too few pairs · times in UTC", updatedAt },
  });
}

function guide(r: number, y: number, right: number, theme: Theme): string {
  return element("path", {
    d: `M${LEFT} ${y.toFixed(1)}H${right}`,
    stroke: theme.grid,
    "stroke-dasharray": r === 0 ? undefined : "2 3",
  }) + [LEFT - 6, right + LEFT - 2].map((x) =>
    textAt(x, y + 4, signed(r), {
      fill: theme.faintText,
      "font-size": 11,
      "text-anchor": "end",
    })
  ).join("");
}

/** Rows that follow each other without a break. */
function runsOf({ time, r }: CorrelationPath): number[][] {
  const usual = usualStep(time, 1);
  const runs: number[][] = [];
  r.forEach((value, row) => {
    if (!Number.isFinite(value)) return;
    const last = runs.at(-1)?.at(-1);
    const follows = last === row - 1 && time[row]! - time[row - 1]! <= 1.5 * usual;
    if (follows) runs.at(-1)!.push(row);
    else runs.push([row]);
  });
  return runs;
}

function band(
  found: CorrelationPath,
  xOf: (time: number) => number,
  yOf: (r: number) => number,
  theme: Theme,
): string {
  const path = new TenthsPath();
  for (const rows of runsOf(found)) {
    const edge = (column: Float64Array) =>
      rows.filter((row) => Number.isFinite(column[row]!))
        .map((row) => ({ x: xOf(found.time[row]!), y: yOf(column[row]!) }));
    const upper = edge(found.hi), lower = edge(found.lo).reverse();
    if (upper.length > 1) path.polygon([...upper, ...lower]);
  }
  if (path.isEmpty) return "";
  return element("path", {
    d: String(path),
    transform: "scale(.1)",
    fill: theme.faintText,
    "fill-opacity": 0.18,
    "aria-label": "95 % interval",
  });
}

/** One path a shade, weakest first. */
function line(
  found: CorrelationPath,
  xOf: (time: number) => number,
  yOf: (r: number) => number,
  theme: Theme,
): string[] {
  const paths = Array.from({ length: SHADES }, () => new TenthsPath());
  const shadeOf = (r: number) => Math.min(SHADES - 1, Math.floor((r + 1) / 2 * SHADES));
  const point = (row: number) => ({ x: xOf(found.time[row]!), y: yOf(found.r[row]!) });
  for (const rows of runsOf(found)) {
    if (rows.length === 1) paths[shadeOf(found.r[rows[0]!]!)]!.polyline([point(rows[0]!)]);
    rows.slice(1).forEach((row, i) => {
      const middle = (found.r[row]! + found.r[rows[i]!]!) / 2;
      paths[shadeOf(middle)]!.segment(point(rows[i]!), point(row));
    });
  }
  return paths.map((path, shade) =>
    path.isEmpty ? "" : element("path", {
      d: String(path),
      transform: "scale(.1)",
      fill: "none",
      stroke: levelColour(2 * (shade + 0.5) / SHADES - 1, theme),
      "stroke-width": 20,
      "stroke-linecap": "round",
    })
  );
}

/** Regimes by colour, sign and number. */
function strip(
  regimes: readonly RegimeSpan[],
  range: { readonly from: number; readonly to: number },
  { top, xOf, theme }: { top: number; xOf: (time: number) => number; theme: Theme },
): string {
  const parts = regimes.filter(({ to }) => to > range.from).map(({ from, to, correlation }) => {
    const x = xOf(Math.max(from, range.from)), width = xOf(Math.min(to, range.to)) - x;
    const { symbol } = correlationLevel(correlation, theme);
    const label = `${symbol} ${signed(correlation)}`;
    const title = element("title", {}, `${label}, ${formatUtc(from)} to ${formatUtc(to)}`);
    const box = element("rect", {
      x,
      y: top,
      width: Math.max(1, width),
      height: STRIP_PX,
      fill: levelColour(correlation, theme),
      "fill-opacity": 0.45,
    }, title);
    const fits = textWidth(label, 11) + 8 < width;
    return fits ? box + textAt(x + 4, top + 15, label, { fill: theme.text, "font-size": 11 }) : box;
  });
  return textAt(LEFT, top - 6, "likeliest regime", { fill: theme.faintText, "font-size": 11 }) +
    parts.join("");
}

/** The newest windows in numbers, some twenty of them, and the regimes' shares. */
export function correlationPathTable(found: CorrelationPath): TableText {
  const { time, r, lo, hi } = found;
  const step = Math.max(1, Math.ceil(time.length / MOST_ROWS)), last = time.length - 1;
  const rows = [...time.keys()].filter((row) => (last - row) % step === 0).reverse();
  return {
    caption: "Rolling correlation",
    columns: ["to (UTC)", "r", "95 % interval"],
    rows: rows.map((row) => [
      formatUtc(time[row]!),
      Number.isFinite(r[row]!) ? signed(r[row]!) : "unknown",
      Number.isFinite(lo[row]!) ? `${signed(lo[row]!)} to ${signed(hi[row]!)}` : "",
    ]),
  };
}

const MOST_ROWS = 24;
