import type { BarSeries } from "./bar_series.ts";

/** Rarer, larger moves count as if they were this many times the usual one: one leap must not decide. */
const MOST_USUAL = 6;

/**
 * Changes of the close from bar to bar, in units of the usual change, so that neither an offset nor a unit of the price
 * matters. NaN where the bar before is missing.
 */
export function barMoves({ openTime, close }: BarSeries, stepMs: number): Float64Array {
  const moves = close.map((price, row) =>
    openTime[row]! - openTime[row - 1]! === stepMs ? price - close[row - 1]! : NaN
  );
  let sum = 0, n = 0;
  for (const move of moves) {
    if (Number.isNaN(move)) continue;
    sum += Math.abs(move);
    n++;
  }
  const usual = sum / n;
  if (!(usual > 0)) return moves;
  return moves.map((move) => Math.max(-MOST_USUAL, Math.min(MOST_USUAL, move / usual)));
}

/** Sums over pairs of moves at one shift. */
export interface MoveSums {
  n: number;
  xy: number;
  xx: number;
  yy: number;
}

export function noSums(): MoveSums {
  return { n: 0, xy: 0, xx: 0, yy: 0 };
}

/** Correlation of the moves about 0; NaN where one side never moves. */
export function correlationOf({ xy, xx, yy }: MoveSums): number {
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : NaN;
}

/** Pairs that count as seen before, without any connection: few pairs say little, however alike they are. */
const PRIOR_PAIRS = 10;

/**
 * How much likelier the pairs are if both sides move together than if neither knows of the other: the logarithm of the
 * likelihood ratio of a bivariate normal, n/2 · −ln(1 − r²), with r² drawn to 0 for small n.
 */
export function evidenceOf(sums: MoveSums): number {
  const r = correlationOf(sums);
  if (!(r > 0)) return 0;
  const { n } = sums;
  return -n / 2 * Math.log1p(-Math.min(1, r * r) * n / (n + PRIOR_PAIRS));
}
