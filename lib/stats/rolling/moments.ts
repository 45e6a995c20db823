/**
 * Count, mean and the second to fourth central moments of a set of numbers. Numbers and whole sets can be
 * added, never taken away, so nothing cancels. The mean is kept as the distance from the first number: a
 * constant set has exactly zero spread, whatever its level.
 *
 * The third and fourth moments are kept in units of the second, so that scales of 1e±100, whose fourth
 * powers no double can hold, cost nothing. Works for spreads from about 1e-150 to 1e150.
 *
 * Merging: Pébay, Sandia report SAND2008-6212 (2008).
 */
export class Moments {
  /** Numbers added. */
  n = 0;
  /** First number: the origin of the mean. */
  anchor = 0;
  /** Mean, less the anchor. */
  offset = 0;
  /** Sum of squares about the mean. */
  squares = 0;
  /** Sum of cubes about the mean over `squares^(3/2)`. */
  cubes = 0;
  /** Sum of fourth powers about the mean over `squares²`. */
  fourths = 0;

  clear(): void {
    this.n =
      this.offset =
      this.squares =
      this.cubes =
      this.fourths =
        0;
  }

  /** Adds one finite number. */
  add(value: number): void {
    if (this.n === 0) this.anchor = value;
    this.#join(1, value - this.anchor - this.offset, 0, 0, 0);
  }

  /** Adds all numbers of another set. */
  merge(other: Moments): void {
    if (other.n === 0) return;
    if (this.n === 0) {
      this.copy(other);
      return;
    }
    const delta = other.anchor - this.anchor + (other.offset - this.offset);
    this.#join(other.n, delta, other.squares, other.cubes, other.fourths);
  }

  copy(other: Moments): void {
    this.n = other.n;
    this.anchor = other.anchor;
    this.offset = other.offset;
    this.squares = other.squares;
    this.cubes = other.cubes;
    this.fourths = other.fourths;
  }

  /** NaN when empty. */
  get mean(): number {
    return this.n === 0 ? NaN : this.anchor + this.offset;
  }

  /** Variance with divisor `n - ddof`; NaN where that is not positive. */
  variance(ddof: number): number {
    return this.n > ddof ? this.squares / (this.n - ddof) : NaN;
  }

  /** Sample skewness G1 = g1 √(n(n-1))/(n-2); NaN below three numbers or for a constant set. */
  get skewness(): number {
    const n = this.n;
    if (n < 3 || !(this.squares > 0)) return NaN;
    return this.cubes * Math.sqrt(n) * Math.sqrt(n * (n - 1)) / (n - 2);
  }

  /**
   * Sample excess kurtosis G2 = (n-1)/((n-2)(n-3)) ((n+1) g2 + 6); NaN below four numbers or for a
   * constant set.
   */
  get kurtosis(): number {
    const n = this.n;
    if (n < 4 || !(this.squares > 0)) return NaN;
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (n * this.fourths - 3) + 6);
  }

  /** Adds a set whose mean lies `delta` above this one's. */
  #join(m: number, delta: number, squares: number, cubes: number, fourths: number): void {
    const n = this.n + m;
    const before = this.n, weight = before * (m / n);
    const total = this.squares + squares + delta * delta * weight;
    this.n = n;
    this.offset += delta * (m / n);
    if (!(total > 0)) return;
    const a = this.squares / total, b = squares / total, d = delta / Math.sqrt(total);
    const cubesA = this.cubes * a * Math.sqrt(a), cubesB = cubes * b * Math.sqrt(b);
    const dd = d * d;
    this.fourths = this.fourths * a * a + fourths * b * b +
      dd * dd * weight * (((before - m) * (before - m) + before * m) / (n * n)) +
      6 * dd * ((before / n) * (before / n) * b + (m / n) * (m / n) * a) +
      4 * d * ((before / n) * cubesB - (m / n) * cubesA);
    this.cubes = cubesA + cubesB + d * dd * weight * ((before - m) / n) +
      3 * d * ((before / n) * b - (m / n) * a);
    this.squares = total;
  }
}
