import { MINUTE } from "../../model/time.ts";

/** Significant digits of a difference. */
const DIGITS = 4;

/** A number of a comparison, short: `33.5`, `−0.0021`, `1,000`; `–` where there is none. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const rounded = Number(value.toPrecision(DIGITS));
  const size = Math.abs(value) >= 10 ** DIGITS ? Math.abs(value) : Math.abs(rounded);
  const text = size !== 0 && size < 1e-6
    ? size.toExponential(1)
    : size.toLocaleString("en-US", { maximumFractionDigits: size >= 10 ** DIGITS ? 0 : 9 });
  return rounded < 0 ? `−${text}` : text;
}

/** A share in per cent, never rounded to all or nothing: `99.99 %`, `under 0.01 %`. */
export function shareText(share: number): string {
  if (Number.isNaN(share)) return "–";
  if (share === 0 || share === 1) return `${100 * share} %`;
  if (share < 1e-4) return "under 0.01 %";
  return `${Math.min(99.99, 100 * share).toFixed(2)} %`;
}

/** Time as a reader counts it: `1 h 30 min`, `59.999 s`. */
export function spanText(ms: number): string {
  const size = Math.abs(ms);
  if (size % MINUTE !== 0) return `${size / 1_000} s`;
  const minutes = size / MINUTE, hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
