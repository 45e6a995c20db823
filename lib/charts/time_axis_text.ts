import { textAt } from "./svg_parts.ts";
import type { Theme } from "./theme.ts";
import type { TimeTick } from "./time_ticks.ts";

/** Height of a time axis: times, and dates below. */
export const TIME_AXIS_PX = 32;

/** The text of a time axis that begins at `top`; dates stand below the tick that begins them. */
export function timeAxis(ticks: readonly TimeTick[], top: number, theme: Theme): string {
  return ticks.map(({ x, text, date }) => {
    const look = { fill: theme.faintText, "font-size": 11, "text-anchor": "middle" };
    const clock = textAt(x, top + 13, text, look);
    if (date === undefined) return clock;
    return clock + textAt(x - 16, top + 27, date, {
      ...look,
      fill: theme.text,
      "text-anchor": "start",
    });
  }).join("");
}
