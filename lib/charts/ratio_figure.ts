import { axisY, gridX, ruleX, ruleY } from "@observablehq/plot";
import type { Source } from "../model/instrument.ts";
import type { BarTimeframe } from "../model/timeframe.ts";
import type { NormalizedRatio } from "../sync/normalized_ratio.ts";
import { type DataRemark, remarkText } from "./data_remark.ts";
import { drawPlot } from "./document.ts";
import type { Figure } from "./figure.ts";
import { sourceBadge } from "./labels.ts";
import { bandMark, lineMark } from "./line_mark.ts";
import { percentText, roundSteps, shortNumber } from "./number_text.ts";
import { panelMessage } from "./panel_text.ts";
import { sourcePill } from "./source_pill.ts";
import { element, textAt } from "./svg_parts.ts";
import { lastUpdate, sheet } from "./svg_sheet.ts";
import { fitText } from "./text_width.ts";
import { DARK, EDGE_PX, type Theme } from "./theme.ts";
import { TIME_AXIS_PX, timeAxis } from "./time_axis_text.ts";
import { timeTicks } from "./time_ticks.ts";

export interface RatioFigureOptions {
  /** Titles of the two sides: `BTC/USDT`, `ES`. */
  readonly labels: { readonly a: string; readonly b: string };
  readonly timeframe: BarTimeframe;
  /** Length of a bar, ms. */
  readonly stepMs: number;
  /** Bars in the bands. */
  readonly window: number;
  /** Standard deviations from the middle to a band. */
  readonly bandWidth: number;
  /** Where a contract follows another, epoch ms UTC: the bands begin anew. */
  readonly rolls: readonly number[];
  readonly source: Source;
  /** Venue time of the newest data, epoch ms UTC; NaN while there is none. */
  readonly updatedAt: number;
  readonly remark?: DataRemark | undefined;
  /** @default DARK */
  readonly theme?: Theme;
  /** CSS px. @default 1100 */
  readonly width?: number;
}

const HEADER_PX = 30;
const RATIO_PX = 230;
const GAP_PX = 26;
const MOVES_PX = 110;
const MARGIN_LEFT = 58;
const MARGIN_RIGHT = 84;

interface PlotArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * The normalized ratio of two prices in its bands, marked where it is beyond them, above the moves of both sides.
 *
 * @param openTime of each row, epoch ms UTC.
 */
export function ratioFigure(
  openTime: Float64Array,
  ratio: NormalizedRatio,
  options: RatioFigureOptions,
): Figure {
  const { labels, theme = DARK, width = 1_100, source, remark, updatedAt } = options;
  const name = `${labels.a} in units of ${labels.b}`;
  const pill = sourcePill(source, EDGE_PX, 18, theme, remark !== undefined);
  const left = EDGE_PX + pill.width + 9;
  const title = `${name}, ${options.timeframe} bars, 100 at the start`;
  const said = ratioSentence(ratio, options);
  const head = [
    pill.svg,
    textAt(left, 18, fitText(title, 13, width - left - EDGE_PX), {
      fill: theme.text,
      "font-size": 13,
      "font-weight": 600,
    }),
  ];
  const top = {
    left: MARGIN_LEFT,
    right: width - MARGIN_RIGHT,
    top: HEADER_PX,
    bottom: HEADER_PX + RATIO_PX,
  };
  const below = { ...top, top: top.bottom + GAP_PX, bottom: top.bottom + GAP_PX + MOVES_PX };
  const isKnown = ratio.value.some((value) => !Number.isNaN(value));
  const body = isKnown
    ? plotParts(openTime, ratio, options, theme, top, below)
    : [panelMessage("no bars that both sides have yet", top, theme)];
  return sheet([...head, ...body], {
    title: `${name}, ${sourceBadge(source)}`,
    alt: `${title}, ${sourceBadge(source)}. ${said} ${lastUpdate(updatedAt)}.`,
    theme,
    width,
    height: below.bottom + 4 + TIME_AXIS_PX,
    footer: {
      left:
        `band: mean of ${options.window} bars ± ${options.bandWidth} sd · ▲ above · ▼ below · ` +
        "no bar where either side has none · times in UTC",
      updatedAt,
    },
  });
}

/** What the picture says, in a sentence or two. */
export function ratioSentence(
  { value, middle, upper, beyond, moveA, moveB }: NormalizedRatio,
  { labels, window, bandWidth, remark, updatedAt }: RatioFigureOptions,
): string {
  const row = value.findLastIndex((one) => !Number.isNaN(one));
  if (row < 0) return "No bar that both sides have yet.";
  const sd = (upper[row]! - middle[row]!) / bandWidth;
  const score = (value[row]! - middle[row]!) / sd;
  const judged = upper.reduce((count, one) => Number.isNaN(one) ? count : count + 1, 0);
  const out = beyond.reduce((count, one) => one === 0 ? count : count + 1, 0);
  const place = Number.isFinite(score)
    ? `${signedSd(score)} sd from its mean of ${window} bars, ${
      beyond[row] === 0 ? "within" : "beyond"
    } its bands`
    : `no bands yet, they take ${window} bars`;
  const old = remark === undefined ? "" : ` Not of now: ${remarkText(remark, updatedAt)}.`;
  return `Ratio ${value[row]!.toFixed(2)}: ${place}; ${labels.a} ${
    percentText(moveA[row]!)
  }, ${labels.b} ${percentText(moveB[row]!)}. Beyond the bands: ${out} of ${judged} bars.${old}`;
}

function signedSd(score: number): string {
  return `${score < 0 ? "−" : "+"}${Math.abs(score).toFixed(1)}`;
}

function plotParts(
  openTime: Float64Array,
  ratio: NormalizedRatio,
  { labels, stepMs, rolls }: RatioFigureOptions,
  theme: Theme,
  top: PlotArea,
  below: PlotArea,
): string[] {
  const from = openTime[0]!, to = openTime.at(-1)! + stepMs;
  // A row is known at its end.
  const time = openTime.map((one) => one + stepMs);
  const xOf = (at: number) => top.left + (top.right - top.left) * (at - from) / (to - from);
  const ticks = timeTicks([{ from, to: to + 1 }], xOf, { within: [top.left, top.right] });
  const grid = ticks.map(({ time }) => time);
  const [inkA, inkB] = [theme.lines[1]!, theme.lines[0]!];
  const frame = (area: PlotArea, [lo, hi]: readonly [number, number]) => ({
    width: top.right + 1,
    height: area.bottom + 1,
    marginLeft: top.left,
    marginRight: 1,
    marginTop: area.top,
    marginBottom: 1,
    x: { type: "linear" as const, domain: [from, to], axis: null },
    y: { type: "linear" as const, domain: [lo, hi], axis: null },
  });
  const axis = (values: readonly number[], format: (value: number) => string) =>
    axisY(values, {
      tickSize: 0,
      tickPadding: 6,
      label: null,
      fontSize: 11,
      color: theme.faintText,
      tickFormat: format,
    });
  const shared = [
    gridX(grid, { stroke: theme.grid, strokeOpacity: 1 }),
    ruleX(rolls, { stroke: theme.warning, strokeDasharray: "6 3" }),
  ];
  const levels = rangeOf([ratio.value, ratio.upper, ratio.lower]);
  const guides = roundSteps(levels[0], levels[1], 5).values;
  const upper = drawPlot({
    ...frame(top, levels),
    marks: [
      ...shared,
      ruleY(guides, { stroke: theme.grid }),
      axis(guides, shortNumber),
      bandMark(time, ratio.lower, ratio.upper, {
        label: "bands",
        fill: theme.lines[0]!,
        opacity: 0.18,
      }),
      lineMark(time, ratio.middle, {
        label: "mean",
        stroke: theme.faintText,
        width: 1,
        dash: [4, 3],
      }),
      lineMark(time, ratio.value, { label: "ratio", stroke: theme.text }),
    ],
  });
  const moves = rangeOf([ratio.moveA, ratio.moveB], 0);
  const steps = roundSteps(moves[0], moves[1], 4).values;
  const lower = drawPlot({
    ...frame(below, moves),
    marks: [
      ...shared,
      ruleY(steps, { stroke: theme.grid }),
      ruleY([0], { stroke: theme.faintText }),
      axis(steps, (value) => `${shortNumber(value)} %`),
      lineMark(time, ratio.moveA, { label: labels.a, stroke: inkA }),
      lineMark(time, ratio.moveB, { label: labels.b, stroke: inkB, dash: [6, 3] }),
    ],
  });
  const yOf = (value: number) =>
    top.bottom - (top.bottom - top.top) * (value - levels[0]) / (levels[1] - levels[0]);
  const marks = beyondMarks(time, ratio, { xOf, yOf }, theme);
  return [
    element("g", { fill: theme.faintText, "text-anchor": "middle" }, upper),
    element("g", { fill: theme.faintText, "text-anchor": "middle" }, lower),
    marks,
    // Again at the right, which is in sight on a phone.
    ...guides.map((value) =>
      textAt(top.right + 6, yOf(value) + 4, shortNumber(value), {
        fill: theme.faintText,
        "font-size": 11,
      })
    ),
    textAt(top.left, below.top - 6, "moves since the start", {
      fill: theme.faintText,
      "font-size": 11,
    }),
    ...movesNames(ratio, labels, { below, moves, inks: [inkA, inkB] }),
    timeAxis(ticks, below.bottom + 2, theme),
  ];
}

/** A triangle for each stretch beyond a band, at its furthest row: what it says is seen by its shape. */
function beyondMarks(
  time: Float64Array,
  { value, beyond, middle }: NormalizedRatio,
  { xOf, yOf }: { readonly xOf: (time: number) => number; readonly yOf: (value: number) => number },
  theme: Theme,
): string {
  const marks: string[] = [];
  for (let row = 0; row < beyond.length;) {
    const side = beyond[row]!;
    let end = row + 1, furthest = row;
    while (end < beyond.length && beyond[end] === side) {
      const isFurther = Math.abs(value[end]! - middle[end]!) >
        Math.abs(value[furthest]! - middle[furthest]!);
      if (isFurther) furthest = end;
      end++;
    }
    if (side !== 0) {
      const x = xOf(time[furthest]!), y = yOf(value[furthest]!) - 9 * side;
      const tip = y - 4 * side, foot = y + 4 * side;
      marks.push(`M${x.toFixed(1)} ${tip.toFixed(1)}l4.5 ${(foot - tip).toFixed(1)}h-9z`);
    }
    row = end;
  }
  return marks.length === 0 ? "" : element(
    "g",
    { "aria-label": "beyond the bands" },
    element("path", { d: marks.join(""), fill: theme.warning }),
  );
}

/** Both sides by name and move at the right end, apart from each other. */
function movesNames(
  { moveA, moveB }: NormalizedRatio,
  labels: { readonly a: string; readonly b: string },
  { below, moves, inks }: {
    readonly below: PlotArea;
    readonly moves: readonly [number, number];
    readonly inks: readonly [string, string];
  },
): string[] {
  const last = (column: Float64Array) => column.findLast((one) => !Number.isNaN(one)) ?? 0;
  const yOf = (value: number) =>
    below.bottom - (below.bottom - below.top) * (value - moves[0]) / (moves[1] - moves[0]);
  const places = [yOf(last(moveA)), yOf(last(moveB))];
  const apart = Math.abs(places[0]! - places[1]!);
  if (apart < 14) {
    const middle = (places[0]! + places[1]!) / 2, up = places[0]! <= places[1]! ? -7 : 7;
    places[0] = middle + up;
    places[1] = middle - up;
  }
  return [labels.a, labels.b].map((label, i) =>
    textAt(below.right + 6, places[i]! + 4, fitText(label, 11, MARGIN_RIGHT - 10), {
      fill: inks[i]!,
      "font-size": 11,
    })
  );
}

/** Least and most of what is known, with a little room. */
function rangeOf(
  columns: readonly Float64Array[],
  held = NaN,
): readonly [number, number] {
  let lo = Number.isNaN(held) ? Infinity : held, hi = Number.isNaN(held) ? -Infinity : held;
  for (const column of columns) {
    for (const value of column) {
      if (value < lo) lo = value;
      if (value > hi) hi = value;
    }
  }
  const room = (hi - lo || Math.abs(hi) || 1) * 0.08;
  return [lo - room, hi + room];
}
