import type { Figure } from "./figure.ts";
import { placesIn, type PlotBox, xGrid } from "./plot_box.ts";
import { element, textAt } from "./svg_parts.ts";
import { sheet } from "./svg_sheet.ts";
import { textWidth } from "./text_width.ts";
import type { Theme } from "./theme.ts";

/** A value with its interval, in a line of its own. */
export interface IntervalRow {
  readonly label: string;
  /** NaN where unknown. */
  readonly value: number;
  readonly lo: number;
  readonly hi: number;
  /** Said at the right. */
  readonly note: string;
  /** What it is compared with, as a stroke. @default none */
  readonly reference?: number;
  readonly colour: string;
}

export interface IntervalRowsOptions {
  readonly title: string;
  readonly alt: string;
  readonly axis: string;
  /** Values at the edges. */
  readonly domain: readonly [number, number];
  /** Behind the numbers of the axis. @default "" */
  readonly unit?: string;
  readonly footer: string;
  readonly updatedAt: number;
  readonly theme: Theme;
  /** CSS px. @default 656 */
  readonly width?: number | undefined;
}

const ROW_PX = 26;
const TOP_PX = 34;
/** In a narrower picture words stand above their interval, which has the whole width then. */
const STACKED_BELOW = 480, STACKED_PX = 40;

/** Values with their intervals below each other, on one axis. */
export function intervalRows(rows: readonly IntervalRow[], options: IntervalRowsOptions): Figure {
  const { title, alt, axis, domain, unit = "", footer, updatedAt, theme, width = 656 } = options;
  const isStacked = width < STACKED_BELOW, rowPx = isStacked ? STACKED_PX : ROW_PX;
  const widest = (texts: readonly string[]) =>
    isStacked ? 0 : Math.max(...texts.map((one) => textWidth(one, 12)));
  const box: PlotBox = {
    left: 16 + widest(rows.map(({ label }) => label)),
    right: width - 16 - widest(rows.map(({ note }) => note)),
    top: TOP_PX,
    floor: TOP_PX + rowPx * rows.length,
    x: domain,
    y: [0, 1],
  };
  const { xOf } = placesIn(box);
  const within = (value: number) => Math.min(box.right, Math.max(box.left, xOf(value)));
  const lines = rows.map(({ label, value, lo, hi, note, reference, colour }, i) => {
    const top = TOP_PX + rowPx * i, y = isStacked ? top + 28 : top + rowPx / 2;
    const words = isStacked ? top + 14 : y + 4;
    const faint = { fill: theme.faintText, "font-size": 12 };
    const parts = [
      textAt(8, words, label, { fill: theme.text, "font-size": 12 }),
      isStacked
        ? textAt(width - 8, words, note, { ...faint, "text-anchor": "end" })
        : textAt(box.right + 8, words, note, faint),
    ];
    if (Number.isFinite(lo) && Number.isFinite(hi)) {
      parts.push(element("path", {
        d: `M${within(lo).toFixed(1)} ${y}H${within(hi).toFixed(1)}m0 -4v8M${
          within(lo).toFixed(1)
        } ${y - 4}v8`,
        stroke: colour,
        "stroke-width": 1.5,
      }));
    }
    if (Number.isFinite(value)) {
      parts.push(element("circle", { cx: within(value), cy: y, r: 4, fill: colour }));
    }
    if (reference !== undefined && Number.isFinite(reference)) {
      parts.push(element("path", {
        d: `M${within(reference).toFixed(1)} ${y - 9}v18`,
        stroke: theme.text,
        "stroke-width": 2,
        "stroke-dasharray": "3 2",
      }));
    }
    return parts.join("");
  });
  const parts = [
    textAt(8, 18, title, { fill: theme.text, "font-size": 13, "font-weight": 600 }),
    xGrid(box, theme, axis, unit, isStacked ? 5 : 8),
    ...lines,
  ];
  return sheet(parts, {
    theme,
    start: "left",
    width,
    height: box.floor + 34,
    title,
    alt,
    footer: { left: footer, updatedAt },
  });
}
