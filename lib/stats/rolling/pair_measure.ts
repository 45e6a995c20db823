import { correlationOf } from "./co_moments.ts";

/** What windows of pairs are asked for. */
export interface PairRequest {
  readonly measure: "correlation" | "covariance" | "slope";
  /** Rows in the window, missing ones included. */
  readonly window: number;
  /** Fewest complete pairs for a value. */
  readonly minPeriods: number;
  /** Divisor of a covariance is pairs less this. */
  readonly ddof: number;
}

/** The measure asked for, of `n` pairs with these sums of squares and products about the means; or NaN. */
export function measureOf(
  { measure, minPeriods, ddof }: PairRequest,
  n: number,
  xx: number,
  yy: number,
  xy: number,
): number {
  if (n < minPeriods) return NaN;
  if (measure === "covariance") return n > ddof ? xy / (n - ddof) : NaN;
  if (measure === "slope") return xx > 0 ? xy / xx : NaN;
  return correlationOf(xx, yy, xy);
}
