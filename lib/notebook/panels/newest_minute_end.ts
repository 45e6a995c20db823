import type { Market } from "../../market/market.ts";
import { MINUTE } from "../../model/time.ts";

/** End of the newest closed minute of any of these instruments, epoch ms UTC; NaN while there is none. */
export function newestMinuteEnd(
  market: Pick<Market, "minuteGrid">,
  instruments: readonly string[],
): number {
  const ends = instruments.map((id) => {
    const { start, length } = market.minuteGrid(id);
    return length === 0 ? NaN : start + length * MINUTE;
  }).filter((end) => !Number.isNaN(end));
  return ends.length === 0 ? NaN : Math.max(...ends);
}
