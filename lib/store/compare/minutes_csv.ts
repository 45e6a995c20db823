import { formatUtc } from "../../model/time.ts";
import type { BarComparison } from "./compare_bars.ts";

const NAMES = "openTime,utc,open,high,low,close,volume,isEqual";
/** Rows written at once. */
const ROWS = 5_000;

/**
 * The differences of each common bar, theirs less ours, as CSV in pieces of bytes: `openTime` in epoch ms UTC; empty
 * where a side has no volume.
 */
export function* minutesCsv(
  { differences }: Pick<BarComparison, "differences">,
): Generator<Uint8Array> {
  const { openTime, open, high, low, close, volume, isEqual } = differences;
  const encoder = new TextEncoder();
  yield encoder.encode(`${NAMES}\n`);
  for (let first = 0; first < openTime.length; first += ROWS) {
    let text = "";
    for (let row = first; row < Math.min(first + ROWS, openTime.length); row++) {
      const prices = [open[row]!, high[row]!, low[row]!, close[row]!, volume[row]!].map(numberText);
      const time = `${openTime[row]},${formatUtc(openTime[row]!)}`;
      text += `${time},${prices.join(",")},${isEqual[row]}\n`;
    }
    yield encoder.encode(text);
  }
}

/** Eight decimals: what two decimal numbers leave over beyond is no difference. */
function numberText(value: number): string {
  return Number.isNaN(value) ? "" : String(Number(value.toFixed(8)) || 0);
}
