import type { Source } from "../model/instrument.ts";
import { sourceBadge } from "./labels.ts";
import { element, textAt } from "./svg_parts.ts";
import { textWidth } from "./text_width.ts";
import type { Theme } from "./theme.ts";

/**
 * Colour of a source's badge; its text carries the meaning. Nothing is green that is not of now.
 *
 * @param isOld where the data beside it is stale, shut or late. @default false
 */
export function sourceColour(source: Source, theme: Theme, isOld = false): string {
  switch (source) {
    case "live":
      return isOld ? theme.text : theme.up;
    case "delayed":
    case "replay":
      return theme.warning;
    case "simulated":
    case "imported":
    case "stored":
      return theme.text;
  }
}

/** The source's badge with its left edge at `x`, on the line of text at `baseline`. */
export function sourcePill(
  source: Source,
  x: number,
  baseline: number,
  theme: Theme,
  isOld = false,
): { readonly svg: string; readonly width: number } {
  const text = sourceBadge(source), colour = sourceColour(source, theme, isOld);
  const inside = Math.ceil(textWidth(text, 11));
  const width = inside + 12;
  const frame = element("rect", {
    x,
    y: baseline - 12.5,
    width,
    height: 17,
    rx: 3,
    fill: colour,
    "fill-opacity": "0.12",
    stroke: colour,
    "stroke-opacity": "0.7",
  });
  // Set to the frame's width, whatever font the reader has.
  const label = textAt(x + 6, baseline - 0.5, text, {
    fill: colour,
    "font-size": 11,
    "font-weight": 600,
    textLength: inside,
    lengthAdjust: "spacingAndGlyphs",
  });
  return { svg: element("g", { "aria-label": "source" }, frame + label), width };
}
