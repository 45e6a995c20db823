/** Units in the last place that a few operations on a double may leave. */
const FEW = 4;

/** Whether a spread is no more than rounding leaves of numbers of this size. */
export function isRounding(spread: number, size: number): boolean {
  return spread <= FEW * Number.EPSILON * size;
}

/**
 * Whether returns differ by rounding alone. A return is `P1 / P0 - 1` or `ln P1 - ln P0`, so it is rounded
 * where numbers of order one are, however small it is itself: an account that earns the same every day
 * shows returns that differ by a few times 1e-16. Returns of which all are far below that were not made
 * from prices, and are judged by their own size alone.
 */
export function areRoundingOfOne(returns: ArrayLike<number>): boolean {
  let least = Infinity, most = -Infinity;
  for (let row = 0; row < returns.length; row++) {
    const value = returns[row]!;
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const range = most - least, size = Math.max(Math.abs(least), Math.abs(most));
  if (isRounding(range, 2 * size)) return true;
  return size >= Number.EPSILON / 4 && range <= 8 * FEW * Number.EPSILON;
}
