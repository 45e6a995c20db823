import { decimalsOfStep, priceText, roundSteps } from "./number_text.ts";
import { element, textAt } from "./svg_parts.ts";
import type { Theme } from "./theme.ts";

/** A rectangle of a picture, CSS px, and the values at its edges. */
export interface PlotBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly floor: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** CSS px of a value. */
export function placesIn({ left, right, top, floor, x, y }: PlotBox) {
  return {
    xOf: (value: number) => left + (right - left) * (value - x[0]) / (x[1] - x[0]),
    yOf: (value: number) => floor - (floor - top) * (value - y[0]) / (y[1] - y[0]),
  };
}

/** Grid lines with their numbers at round values, the line of 0 brighter. */
export function yGrid(box: PlotBox, theme: Theme, unit = "", count = 4): string {
  const { yOf } = placesIn(box);
  const { values, step } = roundSteps(box.y[0], box.y[1], count);
  const decimals = decimalsOfStep(step, 6);
  return values.map((value) =>
    element("path", {
      d: `M${box.left} ${yOf(value).toFixed(1)}H${box.right}`,
      stroke: Math.abs(value) < step / 1e6 ? theme.faintText : theme.grid,
    }) + textAt(box.left - 6, yOf(value) + 4, priceText(value, decimals) + unit, {
      fill: theme.faintText,
      "font-size": 11,
      "text-anchor": "end",
    })
  ).join("");
}

/** The same of the other axis, with what is measured below. */
export function xGrid(box: PlotBox, theme: Theme, label: string, unit = "", count = 8): string {
  const { xOf } = placesIn(box);
  const { values, step } = roundSteps(box.x[0], box.x[1], count);
  const decimals = decimalsOfStep(step, 6);
  const look = { fill: theme.faintText, "font-size": 11, "text-anchor": "middle" };
  const lines = values.map((value) =>
    element("path", {
      d: `M${xOf(value).toFixed(1)} ${box.top}V${box.floor}`,
      stroke: Math.abs(value) < step / 1e6 ? theme.faintText : theme.grid,
    }) + textAt(xOf(value), box.floor + 14, priceText(value, decimals) + unit, look)
  );
  return lines.join("") + textAt((box.left + box.right) / 2, box.floor + 28, label, look);
}
