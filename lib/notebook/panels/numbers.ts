import { percentText as percent, priceText as price } from "../../charts/number_text.ts";

/** A price with its cents: `6,091.25`; `–` for unknown. */
export function priceText(value: number): string {
  return price(value, 2);
}

/** A volume in full: `1,234`, `12.34`, `0.0042`; `–` for unknown. */
export function volumeText(value: number): string {
  return price(value, Number.isInteger(value) ? 0 : Math.abs(value) >= 1 ? 2 : 4);
}

/** A share as per cent with its sign: `+0.12 %`; `–` for unknown. */
export function percentText(share: number): string {
  return percent(100 * share);
}
