/**
 * `Σ x_t y_(t - lag)`, in four running sums: no addition waits for the one before, and rounding grows with a
 * quarter of the rows.
 */
export function lagDot(x: Float64Array, y: Float64Array, lag = 0): number {
  const length = x.length;
  let a = 0, b = 0, c = 0, d = 0, row = lag;
  for (; row + 3 < length; row += 4) {
    a += x[row]! * y[row - lag]!;
    b += x[row + 1]! * y[row + 1 - lag]!;
    c += x[row + 2]! * y[row + 2 - lag]!;
    d += x[row + 3]! * y[row + 3 - lag]!;
  }
  for (; row < length; row++) a += x[row]! * y[row - lag]!;
  return a + b + (c + d);
}

/** Lags summed in one pass of {@link lagDots}. */
const TOGETHER = 4;

/**
 * `Σ x_t x_(t - lag)` at the lags `from .. to`, several in each pass over x, which reads it a quarter as
 * often as one by one.
 */
export function lagDots(x: Float64Array, from: number, to: number): number[] {
  const sums: number[] = [], length = x.length;
  let lag = from;
  for (; lag + TOGETHER - 1 <= to; lag += TOGETHER) {
    let a = 0, b = 0, c = 0, d = 0;
    // The last values met, so that each is read once: x at row - lag - 1, - 2 and - 3.
    let second = x[2] ?? 0, third = x[1] ?? 0, fourth = x[0] ?? 0;
    for (let row = lag + 3; row < length; row++) {
      const value = x[row]!, first = x[row - lag]!;
      a += value * first;
      b += value * second;
      c += value * third;
      d += value * fourth;
      fourth = third;
      third = second;
      second = first;
    }
    // The rows before the loop, which the shorter of the lags reach.
    for (let row = lag; row < Math.min(lag + 3, length); row++) {
      a += x[row]! * x[row - lag]!;
      if (row >= lag + 1) b += x[row]! * x[row - lag - 1]!;
      if (row >= lag + 2) c += x[row]! * x[row - lag - 2]!;
    }
    sums.push(a, b, c, d);
  }
  for (; lag <= to; lag++) sums.push(lagDot(x, x, lag));
  return sums;
}
