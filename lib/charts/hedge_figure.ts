import type { HedgeEstimate } from "../pairs/pair_lines.ts";
import type { HedgeKind } from "../pairs/pair_settings.ts";
import type { TestedRows } from "../pairs/pair_tests.ts";
import type { Figure } from "./figure.ts";
import { HEDGE_NAMES } from "./pair_text.ts";
import { placesIn, type PlotBox, xGrid, yGrid } from "./plot_box.ts";
import { element, textAt } from "./svg_parts.ts";
import { sheet } from "./svg_sheet.ts";
import { fitText } from "./text_width.ts";
import type { Theme } from "./theme.ts";

const TOP = 44, FLOOR = 384, LEGEND_PX = 18;
/** Parts of the time that points are shaded by, the oldest faintest. */
const SHADES = [0.18, 0.32, 0.5, 0.85];

export interface HedgeFigureOptions {
  readonly labels: { readonly y: string; readonly x: string };
  readonly sentence: string;
  readonly theme: Theme;
  /** CSS px. @default 760 */
  readonly width?: number | undefined;
}

/** Log prices of a pair as points, the newer the stronger, with its five lines and their slopes. */
export function hedgeFigure(
  { y, x, to }: TestedRows,
  hedges: readonly HedgeEstimate[],
  { labels, sentence, theme, width = 760 }: HedgeFigureOptions,
): Figure {
  const box: PlotBox = {
    left: 64,
    right: width - 16,
    top: TOP,
    floor: FLOOR,
    x: rangeOf(x),
    y: rangeOf(y),
  };
  const title = `Log price of ${labels.y} against that of ${labels.x}`;
  const known = hedges.filter(({ reason }) => reason === undefined);
  const legend = hedges.flatMap((hedge, i) => {
    const at = FLOOR + 48 + i * LEGEND_PX,
      left = width < 480 ? 8 : 64,
      { colour, dash } = lookOf(hedge.kind, theme);
    return [
      element("path", {
        d: `M${left} ${at - 4}h34`,
        stroke: colour,
        "stroke-width": 2,
        "stroke-dasharray": dash,
      }),
      textAt(left + 42, at, `${HEDGE_NAMES[hedge.kind]}: ${slopeText(hedge)}`, {
        fill: theme.text,
        "font-size": 12,
      }),
    ];
  });
  return sheet([
    textAt(8, 18, fitText(title, 13, width - 16), {
      fill: theme.text,
      "font-size": 13,
      "font-weight": 600,
    }),
    yGrid(box, theme),
    xGrid(box, theme, `ln price of ${labels.x}`, "", width / 90),
    textAt(8, TOP - 8, `ln price of ${labels.y}`, { fill: theme.faintText, "font-size": 11 }),
    ...points(y, x, box, theme),
    ...known.map((hedge) => straight(hedge, box, theme)),
    ...legend,
  ], {
    theme,
    start: "left",
    width,
    height: FLOOR + 48 + hedges.length * LEGEND_PX,
    title,
    alt: sentence,
    footer: { left: "stronger points are newer", updatedAt: to },
  });
}

/** `1.104 (1.061 to 1.148)`, or why there is none. */
export function slopeText({ beta, lo, hi, reason }: HedgeEstimate): string {
  const text = (value: number) => `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(3)}`;
  return reason === undefined ? `${text(beta)} (${text(lo)} to ${text(hi)})` : reason;
}

function lookOf(kind: HedgeKind, theme: Theme): { colour: string; dash: string | undefined } {
  const looks: Readonly<Record<HedgeKind, { colour: string; dash: string | undefined }>> = {
    ols: { colour: theme.text, dash: undefined },
    total: { colour: theme.lines[1]!, dash: "9 4" },
    huber: { colour: theme.lines[2]!, dash: "3 3" },
    "theil-sen": { colour: theme.lines[3]!, dash: "9 3 2 3" },
    kalman: { colour: theme.warning, dash: "14 4" },
  };
  return looks[kind];
}

function points(
  y: TestedRows["y"],
  x: TestedRows["x"],
  box: PlotBox,
  theme: Theme,
): string[] {
  const { xOf, yOf } = placesIn(box), length = y.length;
  return SHADES.map((opacity, part) => {
    let d = "";
    const first = Math.floor(length * part / SHADES.length);
    const end = Math.floor(length * (part + 1) / SHADES.length);
    for (let row = first; row < end; row++) {
      d += `M${Math.round(10 * xOf(x[row]!)) - 18} ${
        Math.round(10 * yOf(y[row]!)) - 18
      }h36v36h-36z`;
    }
    return element("path", {
      d,
      transform: "scale(.1)",
      fill: theme.lines[0],
      "fill-opacity": opacity,
    });
  });
}

function straight({ kind, beta, alpha }: HedgeEstimate, box: PlotBox, theme: Theme): string {
  const at = (value: number) => alpha + beta * value;
  let [from, to] = box.x;
  if (beta !== 0) {
    const cuts = box.y.map((value) => (value - alpha) / beta).sort((a, b) => a - b);
    from = Math.max(from, cuts[0]!);
    to = Math.min(to, cuts[1]!);
  }
  if (!(from < to)) return "";
  const { xOf, yOf } = placesIn(box), { colour, dash } = lookOf(kind, theme);
  return element("path", {
    d: `M${xOf(from).toFixed(1)} ${yOf(at(from)).toFixed(1)}L${xOf(to).toFixed(1)} ${
      yOf(at(to)).toFixed(1)
    }`,
    stroke: colour,
    "stroke-width": 2,
    "stroke-dasharray": dash,
  });
}

function rangeOf(values: TestedRows["y"]): readonly [number, number] {
  let lo = Infinity, hi = -Infinity;
  for (let row = 0; row < values.length; row++) {
    lo = Math.min(lo, values[row]!);
    hi = Math.max(hi, values[row]!);
  }
  const room = (hi - lo || Math.abs(hi) || 1) * 0.04;
  return [lo - room, hi + room];
}
