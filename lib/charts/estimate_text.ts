import type { Estimate } from "../model/evidence.ts";

/** `r +0.62, 95 % interval +0.43 to +0.76, 58 of 59 returns`, or why there is none. */
export function estimateText(estimate: Estimate): string {
  if (estimate.kind === "insufficient") return `no correlation: ${estimate.reason}`;
  const { value, ci: [lo, hi], n, expected } = estimate;
  const interval = Number.isNaN(lo) ? "" : `, 95 % interval ${signed(lo)} to ${signed(hi)}`;
  return `r ${signed(value)}${interval}, ${n} of ${expected} returns`;
}

/** A correlation with its sign, to two decimals; a real minus sign. */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return `${value < 0 && text !== "0.00" ? "−" : "+"}${text}`;
}
