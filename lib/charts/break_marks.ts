import { hatched } from "./hatching.ts";
import type { Roll } from "./price_series.ts";
import { element, textAt } from "./svg_parts.ts";
import { textWidth } from "./text_width.ts";
import type { Theme } from "./theme.ts";

/** A stretch without bars, as it lies in a panel, CSS px. */
export interface BreakBand {
  /** `none`: the bars end there, and nothing says why. */
  readonly kind: "session" | "gap" | "none";
  readonly x0: number;
  readonly x1: number;
  readonly text: string;
}

/** A roll, as it lies in a panel. */
export interface RollLine extends Pick<Roll, "from" | "to"> {
  readonly x: number;
}

/** Where a panel draws, CSS px. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const CAPTION_PX = 11;
/** Bands at least this wide are shaded; narrower ones are a dashed line. */
const SHADED_FROM_PX = 3;
/** The same text is not repeated nearer than this. */
const SAME_WORD_PX = 60;

/**
 * Session breaks as a grey band, gaps as a hatched one in the warning colour, rolls as a dashed line; each with
 * its text at the top, as far as there is room.
 */
export function breakMarks(
  bands: readonly BreakBand[],
  rolls: readonly RollLine[],
  area: Area,
  theme: Theme,
): string {
  const captions = new CaptionRows(area, theme);
  const lines = rolls.map(({ x, from, to }) => {
    const text = `${from} → ${to}`;
    // Beside the line, which would strike out the arrow.
    captions.add(x + textWidth(text, CAPTION_PX) / 2 + 6, text, theme.warning);
    return verticalLine(x, area, { stroke: theme.warning, "stroke-dasharray": "6 3" }, "roll");
  });
  const ordered = [...bands].sort((a, b) => rank(a.kind) - rank(b.kind));
  const shades = ordered.map((band) => {
    const colour = band.kind === "gap" ? theme.warning : theme.faintText;
    captions.add((band.x0 + band.x1) / 2, band.text, colour);
    return shadeOf(band, area, theme);
  });
  return [...shades, ...lines, ...captions.drawn].join("");
}

/** Gaps are said first: they are a fault, while a break is as it should be. */
function rank(kind: BreakBand["kind"]): number {
  return kind === "gap" ? 0 : 1;
}

function shadeOf(band: BreakBand, area: Area, theme: Theme): string {
  const { x0, x1, kind } = band;
  const { top, bottom } = area;
  const colour = kind === "gap" ? theme.warning : theme.faintText;
  const label = { session: "session break", gap: "gap", none: "no bars" }[kind];
  if (x1 - x0 < SHADED_FROM_PX) {
    return verticalLine((x0 + x1) / 2, area, { stroke: colour, "stroke-dasharray": "2 3" }, label);
  }
  const box = { x: x0, y: top, width: x1 - x0, height: bottom - top };
  const shade = kind === "gap"
    ? hatched(box, colour)
    : element("rect", { ...box, fill: colour, "fill-opacity": "0.10" });
  return element("g", { "aria-label": label }, shade);
}

function verticalLine(
  x: number,
  { top, bottom }: Area,
  look: Record<string, string>,
  label: string,
): string {
  return element("path", { "aria-label": label, d: `M${x.toFixed(1)} ${top}V${bottom}`, ...look });
}

/** Texts at the top of a panel, in rows, so that none covers another. */
class CaptionRows {
  readonly drawn: string[] = [];
  readonly #taken: { text: string; row: number; from: number; to: number }[] = [];

  constructor(readonly area: Area, readonly theme: Theme) {}

  /** Left out where all rows are taken: the band itself still shows. */
  add(x: number, text: string, fill: string): void {
    const { left, right, top } = this.area;
    const half = textWidth(text, CAPTION_PX) / 2 + 2;
    if (text === "" || 2 * half > right - left || this.#isSaidNear(text, x)) return;
    const middle = Math.min(right - half, Math.max(left + half, x));
    const from = middle - half, to = middle + half;
    for (let row = 0; row < 3; row++) {
      if (this.#taken.some((one) => one.row === row && one.from < to && from < one.to)) continue;
      this.#taken.push({ text, row, from, to });
      this.drawn.push(textAt(middle, top + 11 + 13 * row, text, {
        "font-size": CAPTION_PX,
        "text-anchor": "middle",
        fill,
        stroke: this.theme.background,
        "stroke-width": 3,
        "paint-order": "stroke",
      }));
      return;
    }
  }

  /** Many small gaps side by side need the text once. */
  #isSaidNear(text: string, x: number): boolean {
    return this.#taken.some((one) =>
      one.text === text && Math.abs((one.from + one.to) / 2 - x) < SAME_WORD_PX
    );
  }
}
