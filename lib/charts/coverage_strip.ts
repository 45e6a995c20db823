import type { Coverage } from "../model/coverage.ts";
import type { Source } from "../model/instrument.ts";
import type { Interval } from "../model/time.ts";
import type { Figure } from "./figure.ts";
import { hatched } from "./hatching.ts";
import { sourceBadge } from "./labels.ts";
import { sourcePill } from "./source_pill.ts";
import { element, textAt } from "./svg_parts.ts";
import { lastUpdate, sheet } from "./svg_sheet.ts";
import { fitText, textWidth } from "./text_width.ts";
import { DARK, EDGE_PX, type Theme } from "./theme.ts";
import { TIME_AXIS_PX, timeAxis } from "./time_axis_text.ts";
import { timeTicks } from "./time_ticks.ts";

export interface CoverageStripOptions {
  readonly source: Source;
  /** @default DARK */
  readonly theme?: Theme;
  /** CSS px. @default 1100 */
  readonly width?: number;
  /** When an instrument's market was shut; left empty in its strip. @default never */
  readonly closed?: (instrument: string) => readonly Interval[];
  /** What readers call an instrument. @default its id */
  readonly labelOf?: (instrument: string) => string;
  /** Venue time of the newest data, epoch ms UTC; NaN while there is none. */
  readonly updatedAt: number;
}

const HEADER_PX = 30;
const ROW_PX = 46;
const STRIP_PX = 16;
/** Lost minutes are seen even where a px holds an hour. */
const LEAST_PX = 2;

/**
 * Each instrument's minutes as a strip over time: what was healed from history is pale, what is missing is
 * hatched; above it the same in figures. Time in which the market was shut is an empty frame: not there, not missing.
 *
 * @throws {RangeError} for a width below 320 px.
 */
export function coverageStrip(
  coverages: readonly Coverage[],
  options: CoverageStripOptions,
): Figure {
  const { source, theme = DARK, width = 1_100, updatedAt, closed = () => [] } = options;
  const { labelOf = (id) => id } = options;
  if (!(width >= 320)) throw new RangeError(`width must be at least 320 px, got ${width}`);
  const held = coverages.filter(({ from, to }) => to > from);
  const extent = {
    from: Math.min(...held.map(({ from }) => from)),
    to: Math.max(...held.map(({ to }) => to)),
  };
  const nameWidth = Math.max(
    60,
    ...coverages.map((one) => textWidth(labelOf(one.instrument), 13) + 20),
  );
  const left = Math.min(nameWidth, width / 3), right = width - 12;
  const xOf = (time: number) =>
    left + (right - left) * (time - extent.from) / (extent.to - extent.from);
  const bottom = HEADER_PX + ROW_PX * coverages.length;
  const rows = coverages.map((coverage, i) => {
    const name = textAt(
      8,
      HEADER_PX + ROW_PX * i + 34,
      fitText(labelOf(coverage.instrument), 13, left - 14),
      {
        fill: theme.text,
        "font-size": 13,
        "font-weight": 600,
      },
    );
    const shut = closed(coverage.instrument);
    return name + rowOf(coverage, shut, HEADER_PX + ROW_PX * i, { left, right }, xOf, theme);
  });
  const ticks = held.length === 0 ? [] : timeTicks([extent], xOf, { within: [left, right] });
  const pill = sourcePill(source, EDGE_PX, 18, theme);
  const title = textAt(EDGE_PX + pill.width + 9, 18, "Minutes on the UTC grid", {
    fill: theme.text,
    "font-size": 13,
    "font-weight": 600,
  });
  const alt = coverages.map((one) => `${labelOf(one.instrument)}: ${figuresOf(one)}.`).join(" ");
  return sheet([pill.svg, title, ...rows, timeAxis(ticks, bottom + 2, theme)], {
    theme,
    width,
    height: bottom + 4 + TIME_AXIS_PX,
    title: `Minutes on the UTC grid, ${sourceBadge(source)}`,
    alt: `Coverage, ${sourceBadge(source)}. ${alt} ${lastUpdate(updatedAt)}.`,
    footer: {
      left: "solid: there · pale: healed · hatched: missing · grey: closed · times in UTC",
      updatedAt,
    },
  });
}

/** One instrument: figures above, its strip below. */
function rowOf(
  coverage: Coverage,
  closed: readonly Interval[],
  top: number,
  { left, right }: { readonly left: number; readonly right: number },
  xOf: (time: number) => number,
  theme: Theme,
): string {
  const figures = textAt(left, top + 16, fitText(figuresOf(coverage), 11, right - left), {
    fill: theme.faintText,
    "font-size": 11,
  });
  const { from, to } = coverage;
  if (!(to > from)) {
    return figures + textAt(left, top + 34, "no minutes yet", {
      fill: theme.faintText,
      "font-size": 12,
    });
  }
  const box = (interval: Interval, label: string) => {
    const x0 = Math.max(left, xOf(interval.from)), x1 = Math.min(right, xOf(interval.to));
    return { x: x0, y: top + 22, width: Math.max(LEAST_PX, x1 - x0), height: STRIP_PX, label };
  };
  const fill = (place: ReturnType<typeof box>, colour: string) => {
    const { label, ...rect } = place;
    return element("rect", { ...rect, fill: colour, "aria-label": label });
  };
  const healed = coverage.heals.filter(({ filled }) => filled > 0).map((heal) => {
    const place = box(heal, "healed");
    return fill(place, theme.background) +
      element("g", { "fill-opacity": "0.45" }, fill(place, theme.up));
  });
  const missing = coverage.missing.map((hole) => {
    const place = box(hole, "missing");
    return fill(place, theme.background) + hatched(place, theme.warning);
  });
  const shut = closed.map((interval) => {
    const { label, ...rect } = box(interval, "closed");
    return element("rect", { ...rect, fill: theme.grid, "aria-label": label });
  });
  return [figures, fill(box({ from, to }, "there"), theme.up), ...shut, ...healed, ...missing]
    .join("");
}

/** `1,440 expected · 60 streamed · 1,370 from history · 8 healed · 2 missing` */
function figuresOf(coverage: Coverage): string {
  const { expected, streamed, backfilled, healed, absent, missing } = coverage;
  const holes = missing.reduce((sum, { minutes }) => sum + minutes, 0);
  const counts: readonly (readonly [number, string])[] = [
    [expected, "expected"],
    [streamed, "streamed"],
    [backfilled, "from history"],
    [healed, "healed"],
    [holes, "missing"],
  ];
  const texts = counts.map(([count, word]) => `${count.toLocaleString("en-US")} ${word}`);
  return absent === 0 ? texts.join(" · ") : `${texts.join(" · ")} (${absent} absent at the venue)`;
}
