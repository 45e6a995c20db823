/**
 * QR factorisation of a tall matrix held as columns, by Householder reflections: R above the diagonal
 * stays in the columns, the reflectors below. Columns beyond the first `count` are right-hand sides and
 * come out as `Q'` times themselves. **The columns passed in are overwritten.** Their entries must be
 * within about 1e±150 (scale first).
 *
 * Golub & Van Loan, Matrix Computations, 4th ed., 5.2.
 *
 * @example
 * ```ts
 * import { HouseholderQr } from "./householder.ts";
 * import assert from "node:assert/strict";
 * const y = Float64Array.of(1, 3, 5);
 * const qr = new HouseholderQr([Float64Array.of(1, 1, 1), Float64Array.of(0, 1, 2), y], 2);
 * assert.deepEqual(Array.from(qr.solve(y), (b) => b.toFixed(12)), ["1.000000000000", "2.000000000000"]);
 * ```
 */
export class HouseholderQr {
  readonly columns: readonly Float64Array[];
  /** Columns factored. */
  readonly count: number;
  readonly rows: number;
  /** The diagonal of R. |R[j][j]| is the distance of column j from the span of those before it. */
  readonly diagonal: Float64Array;
  /** First element of each reflector; the others lie below the diagonal. */
  readonly #heads: Float64Array;
  /** 2 / v'v of each reflector; 0 where there was nothing to reflect. */
  readonly #factors: Float64Array;

  constructor(columns: readonly Float64Array[], count: number = columns.length) {
    this.columns = columns;
    this.count = count;
    this.rows = columns[0]?.length ?? 0;
    this.diagonal = new Float64Array(count);
    this.#heads = new Float64Array(count);
    this.#factors = new Float64Array(count);
    for (let j = 0; j < count; j++) {
      this.#reflect(j);
      let next = j + 1;
      for (; next + 4 <= columns.length; next += 4) this.#applyToFour(j, next);
      for (; next < columns.length; next++) this.#apply(j, columns[next]!);
    }
  }

  #reflect(j: number): void {
    const column = this.columns[j]!;
    let square = 0;
    for (let row = j; row < this.rows; row++) square += column[row]! * column[row]!;
    const norm = Math.sqrt(square);
    const head = column[j] ?? 0;
    this.diagonal[j] = head > 0 ? -norm : norm;
    if (norm === 0) return;
    this.#heads[j] = head - this.diagonal[j]!;
    this.#factors[j] = 1 / (norm * (norm + Math.abs(head)));
  }

  /** Reflects `vector` in place by reflector `j`. */
  #apply(j: number, vector: Float64Array): void {
    const v = this.columns[j]!, head = this.#heads[j]!, rows = this.rows;
    let dot = head * vector[j]!;
    for (let row = j + 1; row < rows; row++) dot += v[row]! * vector[row]!;
    dot *= this.#factors[j]!;
    vector[j]! -= dot * head;
    for (let row = j + 1; row < rows; row++) vector[row]! -= dot * v[row]!;
  }

  /** The same for four columns at once, which reads the reflector a quarter as often. */
  #applyToFour(j: number, next: number): void {
    const v = this.columns[j]!, head = this.#heads[j]!, factor = this.#factors[j]!;
    const a = this.columns[next]!, b = this.columns[next + 1]!;
    const c = this.columns[next + 2]!, d = this.columns[next + 3]!;
    const rows = this.rows;
    let sa = head * a[j]!, sb = head * b[j]!, sc = head * c[j]!, sd = head * d[j]!;
    for (let row = j + 1; row < rows; row++) {
      const value = v[row]!;
      sa += value * a[row]!;
      sb += value * b[row]!;
      sc += value * c[row]!;
      sd += value * d[row]!;
    }
    sa *= factor;
    sb *= factor;
    sc *= factor;
    sd *= factor;
    a[j]! -= sa * head;
    b[j]! -= sb * head;
    c[j]! -= sc * head;
    d[j]! -= sd * head;
    for (let row = j + 1; row < rows; row++) {
      const value = v[row]!;
      a[row]! -= sa * value;
      b[row]! -= sb * value;
      c[row]! -= sc * value;
      d[row]! -= sd * value;
    }
  }

  /** R[i][j], for i ≤ j. */
  upper(i: number, j: number): number {
    return i === j ? this.diagonal[j]! : this.columns[j]![i]!;
  }

  /** `vector` becomes `Q' vector`. */
  applyTransposed(vector: Float64Array): void {
    for (let j = 0; j < this.count; j++) this.#apply(j, vector);
  }

  /** `vector` becomes `Q vector`. */
  applyForward(vector: Float64Array): void {
    for (let j = this.count - 1; j >= 0; j--) this.#apply(j, vector);
  }

  /** The first `count` columns of Q. */
  thinQ(): Float64Array[] {
    return Array.from({ length: this.count }, (_, j) => {
      const column = new Float64Array(this.rows);
      column[j] = 1;
      this.applyForward(column);
      return column;
    });
  }

  /** The b of `R b = z`, from the first `count` elements of z. */
  solve(z: ArrayLike<number>): Float64Array {
    const b = new Float64Array(this.count);
    for (let i = this.count - 1; i >= 0; i--) {
      let rest = z[i]!;
      for (let j = i + 1; j < this.count; j++) rest -= this.upper(i, j) * b[j]!;
      b[i] = rest / this.diagonal[i]!;
    }
    return b;
  }

  /** The inverse of R, as rows. */
  inverse(): Float64Array[] {
    const rows = Array.from({ length: this.count }, () => new Float64Array(this.count));
    const unit = new Float64Array(this.count);
    for (let j = 0; j < this.count; j++) {
      unit[j] = 1;
      const column = this.solve(unit);
      unit[j] = 0;
      for (let i = 0; i <= j; i++) rows[i]![j] = column[i]!;
    }
    return rows;
  }
}
