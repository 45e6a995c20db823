import type { Area } from "./break_marks.ts";
import { element, textAt } from "./svg_parts.ts";
import type { Theme } from "./theme.ts";

/** The name of a line, to stand at its end. */
export interface EndLabel {
  readonly text: string;
  readonly colour: string;
  readonly isMain: boolean;
  /** Where the line ends, CSS px. */
  readonly y: number;
}

/** Names right of an area, each as near to its line's end as the others let it, none over another. */
export function endLabels(
  labels: readonly EndLabel[],
  area: Area,
  fontSize: number,
  theme: Theme,
): string {
  const places = spread(labels.map(({ y }) => y), fontSize + 4, [
    ...[area.top + fontSize / 2, area.bottom - fontSize / 2] as const,
  ]);
  return labels.map(({ text, colour, isMain, y }, i) => {
    const place = places[i]!;
    const link = element("path", {
      d: `M${area.right + 1} ${y.toFixed(1)}L${area.right + 8} ${place.toFixed(1)}`,
      stroke: colour,
      "stroke-opacity": "0.7",
    });
    return link + textAt(area.right + 11, place + fontSize / 3, text, {
      fill: colour,
      "font-size": fontSize,
      "font-weight": isMain ? 700 : 400,
      stroke: theme.background,
      "stroke-width": 2,
      "paint-order": "stroke",
    });
  }).join("");
}

/** Heights in their order, moved as little as needed to lie `least` apart within the bounds. */
export function spread(
  heights: readonly number[],
  least: number,
  [top, bottom]: readonly [number, number],
): number[] {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a]! - heights[b]!);
  const placed = [...heights];
  let floor = top;
  for (const i of order) {
    placed[i] = Math.max(placed[i]!, floor);
    floor = placed[i]! + least;
  }
  let ceiling = bottom;
  for (const i of order.reverse()) {
    placed[i] = Math.min(placed[i]!, ceiling);
    ceiling = placed[i]! - least;
  }
  return placed;
}
