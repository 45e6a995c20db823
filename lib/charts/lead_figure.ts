import type { LeadEstimate, LeadFound, StretchLead } from "../sync/studies/lead.ts";
import type { Figure } from "./figure.ts";
import { lagText, type SideNames } from "./lead_text.ts";
import { partSigns } from "./part_signs.ts";
import { placesIn, type PlotBox, xGrid, yGrid } from "./plot_box.ts";
import { element, textAt } from "./svg_parts.ts";
import { sheet } from "./svg_sheet.ts";
import { fitText } from "./text_width.ts";
import type { Theme } from "./theme.ts";
import { TIME_AXIS_PX, timeAxis } from "./time_axis_text.ts";
import { timeTicks } from "./time_ticks.ts";

export interface LeadFigureOptions {
  readonly names: SideNames;
  readonly sentence: string;
  readonly updatedAt: number;
  readonly theme: Theme;
  /** CSS px. @default 656 */
  readonly width?: number | undefined;
}

const CURVE_TOP = 34, CURVE_FLOOR = 244;
const STRIP_TOP = 316, STRIP_FLOOR = 406;

/** The curve over the lags with the band of luck, for all and for each part of the day; below it the lag over time. */
export function leadFigure(found: LeadFound, options: LeadFigureOptions): Figure {
  const { names, sentence, updatedAt, theme, width = 656 } = options;
  const { all, parts, strip, basis, stepMs } = found;
  const unitMs = stepMs < 60_000 ? 1_000 : 60_000, unit = unitMs === 1_000 ? "s" : "min";
  const signs = partSigns(theme);
  const curves = parts.flatMap(({ part, estimate }) =>
    estimate === undefined ? [] : [{ sign: signs.find((one) => one.part === part)!, estimate }]
  );
  const box: PlotBox = {
    left: 48,
    right: width - 16,
    top: CURVE_TOP,
    floor: CURVE_FLOOR,
    x: [all.lagsMs[0]! / unitMs, all.lagsMs.at(-1)! / unitMs],
    y: reachOf([all, ...curves.map(({ estimate }) => estimate)]),
  };
  const look = { fill: theme.text, "font-size": 13, "font-weight": 600 };
  const small = { fill: theme.faintText, "font-size": 11 };
  const content = [
    textAt(8, 18, "Correlation at each lag", look),
    textAt(box.left + 4, CURVE_TOP + 10, `← ${names.second} first`, small),
    textAt(box.right - 4, CURVE_TOP + 10, `${names.first} first →`, {
      ...small,
      "text-anchor": "end",
    }),
    band(all, box, theme),
    yGrid(box, theme),
    xGrid(box, theme, `lag, ${unit}`, "", width / 80),
    ...curves.map(({ sign, estimate }) =>
      curve(estimate, box, unitMs, {
        stroke: sign.colour,
        dash: sign.dash,
        width: 1.2,
        name: sign.name,
      })
    ),
    curve(all, box, unitMs, { stroke: theme.text, dash: undefined, width: 2, name: "all hours" }),
    peak(all, box, unitMs, theme),
    textAt(8, STRIP_TOP - 14, fitText(stripTitle(strip, basis, unit), 13, width - 16), look),
    stripPart(strip, { ...box, top: STRIP_TOP, floor: STRIP_FLOOR, y: box.x }, unitMs, theme),
  ];
  return sheet(content, {
    theme,
    start: "left",
    width,
    height: strip.length === 0 ? STRIP_TOP : STRIP_FLOOR + TIME_AXIS_PX + 4,
    title: "Who leads",
    alt: `${sentence} The correlation peaks at a lag of ${lagText(lagOf(all))}.`,
    footer: {
      left: [
        "bright: all hours",
        "grey: what unrelated sides reach by luck",
        `● ${names.first} first, or together`,
        `◆ ${names.second} first`,
        "× not known",
        "times in UTC",
      ].join(" · "),
      updatedAt,
    },
  });
}

function stripTitle(
  strip: readonly StretchLead[],
  basis: LeadFound["basis"],
  unit: string,
): string {
  const [one] = strip;
  if (one === undefined) return "The lag over time: no stretch is complete yet";
  const each = basis === "bars" ? "240 bars" : "half an hour";
  const since = new Date(one.from).toISOString().slice(5, 16).replace("T", " ");
  return `The lag since ${since} UTC, ${unit}, of ${each} each, with 95 % intervals`;
}

/** Signed lag of the peak, ms. */
function lagOf({ values, lagsMs }: LeadEstimate): number {
  let best = 0;
  values.forEach((value, i) => {
    if (Math.abs(value) > Math.abs(values[best]!)) best = i;
  });
  return lagsMs[best] ?? NaN;
}

function reachOf(estimates: readonly LeadEstimate[]): [number, number] {
  let lo = 0, hi = 0.05;
  for (const { values, threshold } of estimates) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      lo = Math.min(lo, value);
      hi = Math.max(hi, value);
    }
    if (Number.isFinite(threshold)) {
      lo = Math.min(lo, -threshold);
      hi = Math.max(hi, threshold);
    }
  }
  const room = 0.08 * (hi - lo);
  return [lo - room, hi + room];
}

function band({ threshold }: LeadEstimate, box: PlotBox, theme: Theme): string {
  if (!Number.isFinite(threshold)) return "";
  const { yOf } = placesIn(box);
  const y = yOf(threshold);
  return element("rect", {
    x: box.left,
    y,
    width: box.right - box.left,
    height: yOf(-threshold) - y,
    fill: theme.faintText,
    "fill-opacity": 0.18,
  });
}

function curve(
  { lagsMs, values }: LeadEstimate,
  box: PlotBox,
  unitMs: number,
  line: { stroke: string; dash: string | undefined; width: number; name: string },
): string {
  const { xOf, yOf } = placesIn(box);
  let d = "", isDown = false;
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) {
      isDown = false;
      return;
    }
    d += `${isDown ? "L" : "M"}${xOf(lagsMs[i]! / unitMs).toFixed(1)} ${yOf(value).toFixed(1)}`;
    isDown = true;
  });
  if (d === "") return "";
  return element("path", {
    d,
    stroke: line.stroke,
    "stroke-width": line.width,
    "stroke-dasharray": line.dash,
    "aria-label": line.name,
  });
}

function peak(all: LeadEstimate, box: PlotBox, unitMs: number, theme: Theme): string {
  const lag = lagOf(all), value = all.values[all.lagsMs.indexOf(lag)] ?? NaN;
  const { xOf, yOf } = placesIn(box);
  if (!Number.isFinite(value) || all.reading.direction === "unknown") return "";
  return element("circle", { cx: xOf(lag / unitMs), cy: yOf(value), r: 4, fill: theme.warning });
}

function stripPart(
  strip: readonly StretchLead[],
  { left, right, top, floor, y }: PlotBox,
  unitMs: number,
  theme: Theme,
): string {
  const [one] = strip, last = strip.at(-1);
  if (one === undefined || last === undefined) return "";
  const box: PlotBox = { left, right, top, floor, x: [one.from, last.to], y };
  const { xOf, yOf } = placesIn(box);
  const marks = strip.map(({ from, to, reading }) => {
    const x = xOf((from + to) / 2), { direction, interval, lagMs } = reading;
    if (direction === "unknown") {
      return textAt(x, yOf(0) + 4, "×", {
        fill: theme.faintText,
        "font-size": 12,
        "text-anchor": "middle",
      });
    }
    const lag = (direction === "second" ? -lagMs : lagMs) / unitMs;
    const line = interval === undefined ? "" : element("path", {
      d: `M${x.toFixed(1)} ${yOf(interval.loMs / unitMs).toFixed(1)}V${
        yOf(interval.hiMs / unitMs).toFixed(1)
      }`,
      stroke: theme.text,
      "stroke-width": 1.5,
    });
    const sign = direction === "second"
      ? element("path", {
        d: `M${x.toFixed(1)} ${(yOf(lag) - 5).toFixed(1)}l5 5l-5 5l-5 -5z`,
        fill: theme.lines[1]!,
      })
      : element("circle", { cx: x, cy: yOf(lag), r: 4, fill: theme.lines[0]! });
    return line + sign;
  });
  const range = { from: one.from, to: last.to };
  const ticks = timeTicks([range], xOf, { within: [left, right] });
  return yGrid(box, theme, "", 3) + marks.join("") + timeAxis(ticks, floor + 2, theme);
}
