import type { Estimate } from "../model/evidence.ts";
import type { Source } from "../model/instrument.ts";
import { fisherInterval } from "../stats/correlation/fisher.ts";

/** A correlation with what it rests on; `r` is NaN when it could not be computed. */
export interface CorrelationFinding {
  readonly r: number;
  readonly n: number;
  /** Pairs the interval rests on. */
  readonly nEff: number;
  readonly expected: number;
  /** Fewest pairs asked for. */
  readonly needed: number;
  readonly from: number;
  readonly to: number;
  readonly method: string;
  readonly source: Source;
}

/** How an estimate's method names its interval. */
export const INTERVAL_METHOD =
  "95 % Fisher interval on the effective n (tails, volatility, memory)";

/** States a correlation as a value with its 95 % Fisher interval on `nEff` pairs, or why there is none. */
export function estimateOf(finding: CorrelationFinding): Estimate {
  const { r, n, nEff, expected, needed, from, to, method, source } = finding;
  if (!Number.isNaN(r)) {
    const { lo, hi } = fisherInterval(r, nEff);
    return { kind: "ok", value: r, ci: [lo, hi], n, expected, from, to, method, source };
  }
  const reason = n < needed ? `${n} of ${needed} needed pairs of returns` : "one side did not move";
  return { kind: "insufficient", needed, reason, n, expected, from, to, method, source };
}
