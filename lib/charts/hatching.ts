import { element } from "./svg_parts.ts";
import { TenthsPath } from "./tenths_path.ts";

const DISTANCE_PX = 7;

/** A tinted box with diagonals that end at its edges: no clip path, whose id could clash on the page. */
export function hatched(
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  stroke: string,
): string {
  const { x, y, width, height } = box;
  const right = x + width, bottom = y + height;
  const path = new TenthsPath();
  for (let sum = x + y + DISTANCE_PX; sum < right + bottom; sum += DISTANCE_PX) {
    const x0 = Math.max(x, sum - bottom), x1 = Math.min(right, sum - y);
    if (x1 > x0) path.segment({ x: x0, y: sum - x0 }, { x: x1, y: sum - x1 });
  }
  // Where there is hardly room for diagonals, the colour must do.
  const opacity = width < 0.6 * DISTANCE_PX ? "0.6" : "0.12";
  const tint = element("rect", { x, y, width, height, fill: stroke, "fill-opacity": opacity });
  if (path.isEmpty) return tint;
  return tint + element("path", {
    d: String(path),
    transform: "scale(.1)",
    stroke,
    "stroke-width": 7,
    "stroke-opacity": "0.45",
  });
}
