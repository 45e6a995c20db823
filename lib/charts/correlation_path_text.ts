import type { CorrelationPath } from "../sync/studies/correlation_path.ts";
import { signed } from "./estimate_text.ts";

/** Where the correlation is now, how sure that is, and where it was. */
export function correlationPathSentence(
  { r, lo, hi, apart, n, expected }: CorrelationPath,
): string {
  const now = r.at(-1) ?? NaN;
  const value = Number.isFinite(now)
    ? `Now r is ${signed(now)} (95 % interval ${signed(lo.at(-1)!)} to ${signed(hi.at(-1)!)})`
    : `Now r is unknown: the newest window has ${n} of ${expected} pairs`;
  const isOpen = lo.at(-1)! < 0 && hi.at(-1)! > 0;
  const doubt = Number.isFinite(now) && isOpen ? ", so that it may as well be nothing" : "";
  return `${value}${doubt}; ${pastText(apart)}.`;
}

function pastText({ count, low, high }: CorrelationPath["apart"]): string {
  if (!Number.isFinite(low)) {
    return `${count} ${
      count === 1 ? "window" : "windows"
    } without a bar in common say nothing of its range`;
  }
  return `half of ${count} windows without a bar in common lay between ${signed(low)} and ${
    signed(high)
  }`;
}
