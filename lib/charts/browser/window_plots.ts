import * as Plot from "@observablehq/plot";
import { formatUtc } from "../../model/time.ts";
import { lineColour } from "../correlation_line.ts";
import type { TimeArea } from "./cursor_line.ts";
import { signed } from "../estimate_text.ts";
import type { Theme } from "../theme.ts";
import { lagText } from "../window_limits.ts";
import type { LagPoint, WindowChoice, WindowStudy } from "../window_study.ts";

export interface WindowPlotOptions {
  readonly theme: Theme;
  readonly choice: WindowChoice;
  readonly labels: { readonly a: string; readonly b: string };
  readonly study: WindowStudy;
  readonly width: number;
}

/** Rolling correlation with its band; the pointer reads off a row. */
export function rollingPlot({ theme, choice, study, width }: WindowPlotOptions): SVGSVGElement {
  const { rolling } = study;
  // Shown at the later of the two bars: what is known when.
  const x = Array.from(study.laterOpen, (time) => new Date(time));
  const { r: y, lo: y1, hi: y2 } = rolling;
  const last = x.length - 1;
  const isKnown = y.some((r) => !Number.isNaN(r));
  const colour = lineColour(choice.timeframe, theme);
  const cross = {
    ...UNNAMED,
    stroke: theme.faintText,
    strokeDasharray: "3 3",
    maxRadius: Infinity,
  };
  const read = (row: number) =>
    `${formatUtc(x[row]!.getTime())}\nr ${signed(y[row]!)}` +
    (Number.isNaN(y1[row]) ? "" : `\n95 % interval ${signed(y1[row]!)} to ${signed(y2[row]!)}`) +
    `\n${rolling.n[row]} of ${rolling.expected[row]} returns`;
  // Columns, and texts made for the row pointed at alone: a slider must not wait for a thousand of them.
  const plot = Plot.plot({
    ...plotFrame(theme, width),
    ariaLabel: "Rolling correlation over time, with its 95 percent interval",
    x: {
      ...timeScale(width),
      ...(last < 1 ? {} : { domain: [x[0]!, x[last]!] }),
    },
    y: { domain: [-1, 1], ticks: 5, grid: true, label: "r, with 95 % interval" },
    marks: [
      Plot.ruleY([0], { stroke: theme.faintText }),
      bandMark(x, y1, y2, colour),
      Plot.line(x, { x, y, stroke: colour, strokeWidth: 1.6 }),
      Plot.dot(x.slice(last), { x: x.slice(last), y: y.slice(last), fill: colour, r: 3.5 }),
      Plot.ruleX(x, Plot.pointerX({ x, filter: known(y), ...cross })),
      Plot.ruleY(x, Plot.pointerX({ px: x, y, ...cross })),
      Plot.tip(x, {
        ...Plot.pointerX({ x, y, title: Array.from(x.keys()), ...tipStyle(theme) }),
        format: read,
      }),
      ...(isKnown ? [] : [emptyNote(theme, "not enough pairs of returns in any window")]),
    ],
  });
  return asPicture(plot);
}

/**
 * The plot as one picture with a name: readers of screens are not led through the names that Plot gives its marks,
 * which are no names to them.
 */
export function asPicture(plot: Element): SVGSVGElement {
  plot.setAttribute("role", "img");
  for (const part of plot.children) part.setAttribute("aria-hidden", "true");
  return plot as SVGSVGElement;
}

/** The same for marks that Plot draws anew with each move of the pointer. */
export const UNNAMED = { ariaHidden: "true" } as const;

/** Where time stands in a plot over UTC. */
export function timeAreaOf(plot: SVGSVGElement): TimeArea {
  const { scale } = plot as unknown as Plot.Plot;
  const x = scale("x")!, y = scale("y")!;
  const [left, right] = x.range as [number, number];
  return {
    left,
    right,
    top: y.apply(1),
    bottom: y.apply(-1),
    xOf: (time) => x.apply(new Date(time)),
    timeAt: (px) => Number(x.invert!(px)),
  };
}

/** Correlation at each lag over the newest window; the chosen one stands out. */
export function lagPlot({ theme, choice, labels, study, width }: WindowPlotOptions): Element {
  const { byLag, band } = study;
  const known = byLag.filter((point) => !Number.isNaN(point.r));
  const chosen = known.filter((point) => point.lag === choice.lag);
  const colour = lineColour(choice.timeframe, theme);
  const half = 0.5 + (byLag.at(-1)?.lag ?? 0);
  const tip = ({ lag, r, n }: LagPoint) =>
    `${lagText(lag, choice.timeframe, labels)}\nr ${signed(r)}, ${n} returns`;
  const plot = Plot.plot({
    ...plotFrame(theme, width),
    ariaLabel: "Correlation over the newest window by lag",
    x: {
      domain: [-half, half],
      label: `← ${labels.b} leads · lag, bars · ${labels.a} leads →`,
      labelAnchor: "center",
      tickFormat: "d",
      ticks: Math.min(7, byLag.length),
    },
    y: { domain: [-1, 1], ticks: 5, grid: true, label: "r of the newest window" },
    marks: [
      ...(Number.isNaN(band) ? [] : [
        Plot.rect([0], {
          x1: -half,
          x2: half,
          y1: -band,
          y2: band,
          fill: theme.faintText,
          fillOpacity: 0.13,
        }),
      ]),
      Plot.ruleY([0], { stroke: theme.faintText }),
      Plot.ruleX(known, { x: "lag", y1: 0, y2: "r", stroke: theme.faintText, strokeWidth: 1.5 }),
      Plot.dot(known, { x: "lag", y: "r", fill: theme.faintText, r: 2 }),
      Plot.ruleX(chosen, { x: "lag", y1: 0, y2: "r", stroke: colour, strokeWidth: 3 }),
      Plot.dot(chosen, { x: "lag", y: "r", fill: colour, r: 4.5 }),
      Plot.tip(known, Plot.pointerX({ x: "lag", y: "r", title: tip, ...tipStyle(theme) })),
      ...(known.length === 0 ? [emptyNote(theme, "not enough pairs of returns")] : []),
    ],
  });
  return asPicture(plot);
}

// Its constructor: `areaY` would bring Plot's binning and stacking along, 5 kB of the page's code.
const Area = Plot.Area as unknown as new (data: Plot.Data, options: Plot.AreaOptions) => Plot.Area;

/** The area between two columns. */
export function bandMark(
  x: readonly Date[],
  y1: ArrayLike<number>,
  y2: ArrayLike<number>,
  fill: string,
): Plot.Area {
  const column = (values: ArrayLike<number>) => values as number[];
  return new Area([...x], {
    x1: [...x],
    y1: column(y1),
    y2: column(y2),
    fill,
    fillOpacity: 0.2,
  });
}

/** What plots of the page have in common. */
export function plotFrame(theme: Theme, width: number) {
  return {
    width,
    height: 240,
    marginLeft: 38,
    marginRight: 14,
    marginTop: 24,
    marginBottom: 34,
    style: {
      background: "transparent",
      color: theme.text,
      fontFamily: theme.fontFamily,
      fontSize: "11px",
      overflow: "visible",
      "--plot-background": theme.background,
    },
  };
}

/** What is pointed at stands in such a box. */
export function tipStyle(theme: Theme) {
  return {
    ...UNNAMED,
    fill: theme.background,
    stroke: theme.faintText,
    fontSize: 12,
    maxRadius: Infinity,
  };
}

/** From this width on there is room for whole dates below the ticks, and for the zone behind them. */
const DATED_FROM = 480;

/** A scale over UTC whose ticks are named `14:00`, with the day under the first of them and at midnight. */
export function timeScale(width: number) {
  const isNarrow = width < DATED_FROM;
  return {
    type: "utc",
    label: isNarrow ? null : "UTC",
    labelArrow: "none",
    tickFormat(time: Date, tick: number) {
      const text = time.toISOString();
      const clock = text.slice(11, 16);
      const day = text.slice(isNarrow ? 5 : 0, 10);
      return tick === 0 || clock === "00:00" ? `${clock}\n${day}` : clock;
    },
  } as const;
}

function known(values: Float64Array): boolean[] {
  return Array.from(values, (value) => !Number.isNaN(value));
}

function emptyNote(theme: Theme, text: string) {
  return Plot.text([text], {
    frameAnchor: "middle",
    text: (note: string) => note,
    fill: theme.faintText,
  });
}
