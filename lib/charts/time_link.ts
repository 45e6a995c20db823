import { formatUtc } from "../model/time.ts";
import { escapeHtml } from "./markup.ts";

/** What a link carries: the time it leads to, epoch ms UTC. The page's library listens for it. */
export const TIME_ATTRIBUTE = "data-comove-time";

/**
 * A link to a place in the candle charts of the same page: they scroll to that time and mark it, and keep their zoom.
 * A longer timeframe is chosen only where the present one does not reach back so far. Without scripts it is only text.
 *
 * @param time epoch ms UTC.
 * @param text of the link. @default the time
 * @throws {RangeError} when the time is not finite.
 *
 * @example
 * ```ts
 * import { timeLink } from "./time_link.ts";
 * import assert from "node:assert/strict";
 * assert.match(timeLink(0, "here"), /^<button .*data-comove-time="0".*>here<\/button>$/);
 * ```
 */
export function timeLink(time: number, text?: string): string {
  if (!Number.isFinite(time)) throw new RangeError(`time must be finite, got ${time}`);
  const style = "font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;" +
    "text-decoration:underline dotted";
  return `<button type="button" title="Show in the chart" style="${style}" ` +
    `${TIME_ATTRIBUTE}="${time}">${escapeHtml(text ?? formatUtc(time))}</button>`;
}
