import { counted } from "../../model/counted.ts";
import { DAY } from "../../model/time.ts";
import { percentText, priceText } from "../../charts/number_text.ts";

/** A count: `1,448`. */
export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

/** A volume in full: `1,234`, `12.34`, `0.0042`; `–` for unknown. */
export function volumeText(value: number): string {
  return priceText(value, Number.isInteger(value) ? 0 : Math.abs(value) >= 1 ? 2 : 4);
}

/** A share as per cent with its sign: `+0.12 %`; `–` for unknown. */
export function shareText(share: number): string {
  return percentText(100 * share);
}

/** A clock's offset with its half-width: `+0.12 ± 0.03 s`; `363 days behind` where a simulation lives in another time. */
export function offsetText(offsetMs: number, uncertaintyMs: number): string {
  if (Number.isNaN(offsetMs)) return "unknown";
  const sign = offsetMs < 0 ? "−" : "+";
  const size = Math.abs(offsetMs);
  if (size >= DAY) {
    return `${counted(Math.round(size / DAY), "day")} ${offsetMs < 0 ? "behind" : "ahead"}`;
  }
  return `${sign}${(size / 1_000).toFixed(2)} ± ${(uncertaintyMs / 1_000).toFixed(2)} s`;
}
