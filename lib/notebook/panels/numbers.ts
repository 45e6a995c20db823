/** A price with its cents: `6,091.25`; `–` for unknown. */
export function priceText(value: number, decimals = 2): string {
  return Number.isNaN(value) ? "–" : grouped(value, decimals);
}

/** A volume, short enough to read: `1,234`, `12.34`, `0.0042`; `–` for unknown. */
export function volumeText(value: number): string {
  if (Number.isNaN(value)) return "–";
  if (Number.isInteger(value)) return grouped(value, 0);
  return grouped(value, Math.abs(value) >= 1 ? 2 : 4);
}

/** A share as per cent with its sign: `+0.12 %`; `–` for unknown. */
export function percentText(share: number): string {
  if (Number.isNaN(share)) return "–";
  return `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(2)} %`;
}

function grouped(value: number, decimals: number): string {
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return value.toLocaleString("en-US", options).replace("-", "−");
}
