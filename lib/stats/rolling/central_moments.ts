/** Sums of powers about the mean of a whole column. */
export interface CentralMoments {
  readonly n: number;
  /** NaN for none. */
  readonly mean: number;
  /** `Σ d²`, `Σ d³` and `Σ d⁴`. */
  readonly squares: number;
  readonly cubes: number;
  readonly fourths: number;
}

/**
 * Moments of finite numbers in two passes about one of them. The numbers must be of a size whose fourth
 * powers are doubles (scale by a power of two first).
 *
 * @param anchor a number among or near them, so that a level costs no digits.
 */
export function centralMoments(
  values: Float64Array,
  anchor: number = values[0] ?? NaN,
): CentralMoments {
  const n = values.length;
  let a = 0, b = 0, c = 0, d = 0, row = 0;
  for (; row + 3 < n; row += 4) {
    a += values[row]! - anchor;
    b += values[row + 1]! - anchor;
    c += values[row + 2]! - anchor;
    d += values[row + 3]! - anchor;
  }
  for (; row < n; row++) a += values[row]! - anchor;
  const offset = (a + b + (c + d)) / n;
  let squares = 0, cubes = 0, fourths = 0;
  for (let at = 0; at < n; at++) {
    const deviation = values[at]! - anchor - offset, square = deviation * deviation;
    squares += square;
    cubes += square * deviation;
    fourths += square * square;
  }
  return { n, mean: anchor + offset, squares, cubes, fourths };
}

/** Sample skewness G1 of a set that is not constant, n at least 3. */
export function sampleSkewness({ n, squares, cubes }: CentralMoments): number {
  return cubes / n / (squares / n) ** 1.5 * Math.sqrt(n * (n - 1)) / (n - 2);
}

/** Sample excess kurtosis G2 of a set that is not constant, n at least 4. */
export function sampleKurtosis({ n, squares, fourths }: CentralMoments): number {
  const excess = fourths / n / (squares / n) ** 2 - 3;
  return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6);
}
