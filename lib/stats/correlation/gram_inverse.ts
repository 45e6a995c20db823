import { powerOfTwo } from "../regression/columns.ts";

/** Rows whose products are summed while they are near the processor. */
const BLOCK = 1_024;
/** Share of a column's variance that the others must leave, for an inverse of second moments to be exact. */
const LEAST_REST = 1e-2;
/** Squares within this range, and means within this many deviations of the first value, cost no digits. */
const LEAST_SQUARES = 1e-200, MOST_SQUARES = 1e200, FAR = 100;

/**
 * Rows of `L⁻¹`, where `L L'` is the correlation matrix of the columns, by sums of products in one pass. So
 * `Σ_k L⁻¹_ki L⁻¹_kj` is the inverse of the correlations. Undefined where that would cost digits: columns
 * that nearly depend on each other, far levels or extreme scales, and values that are not finite.
 *
 * @param columns of one length.
 */
export function gramInverse(columns: readonly ArrayLike<number>[]): Float64Array[] | undefined {
  // A missing value that is no number would count as 0.
  if (!columns.every(ArrayBuffer.isView) && columns.some(hasGap)) return undefined;
  const moments = momentsOf(columns);
  if (moments === undefined) return undefined;
  const size = columns.length, rows = columns[0]!.length;
  const { sums, products } = moments;
  const deviations = sums.map((sum, i) => {
    const square = products[i]![i]! - sum * sum / rows;
    const isPlain = square > LEAST_SQUARES && square < MOST_SQUARES &&
      sum * sum / rows < FAR * square;
    return isPlain ? Math.sqrt(square) : NaN;
  });
  if (deviations.some(Number.isNaN)) return undefined;
  const lower: Float64Array[] = [];
  for (let i = 0; i < size; i++) {
    const row = new Float64Array(size);
    lower.push(row);
    for (let j = 0; j <= i; j++) {
      let rest = (products[i]![j]! - sums[i]! * sums[j]! / rows) /
        (deviations[i]! * deviations[j]!);
      for (let k = 0; k < j; k++) rest -= row[k]! * lower[j]![k]!;
      if (j < i) row[j] = rest / lower[j]![j]!;
      else if (!(rest > LEAST_REST)) return undefined;
      else row[i] = Math.sqrt(rest);
    }
  }
  return inverseOf(lower);
}

function hasGap(column: ArrayLike<number>): boolean {
  for (let row = 0; row < column.length; row++) if (!Number.isFinite(column[row])) return true;
  return false;
}

/** One over the power of two near the spread of the first rows, so that no unit leaves the doubles. */
function scaleOf(column: ArrayLike<number>): number {
  let most = 0;
  for (let row = 1; row < Math.min(BLOCK, column.length); row++) {
    most = Math.max(most, Math.abs(column[row]! - column[0]!));
  }
  return 1 / powerOfTwo(most);
}

/** Sums and sums of products about the first row; undefined when a value is not finite. */
function momentsOf(columns: readonly ArrayLike<number>[]) {
  const size = columns.length, rows = columns[0]!.length;
  const block = columns.map(() => new Float64Array(BLOCK));
  const sums = columns.map(() => 0), products = columns.map(() => columns.map(() => 0));
  const scales = columns.map(scaleOf);
  for (let from = 0; from < rows; from += BLOCK) {
    const length = Math.min(BLOCK, rows - from);
    for (let j = 0; j < size; j++) {
      const column = columns[j]!, anchor = column[0]!, into = block[j]!, scale = scales[j]!;
      let sum = 0;
      for (let row = 0; row < length; row++) {
        sum += into[row] = (column[from + row]! - anchor) * scale;
      }
      if (sum - sum !== 0) return undefined;
      sums[j]! += sum;
    }
    for (let i = 0; i < size; i++) {
      let j = 0;
      for (; j + 1 <= i; j += 2) addTwo(products[i]!, block, i, j, length);
      if (j <= i) products[i]![j]! += dot(block[i]!, block[j]!, length);
    }
  }
  return { sums, products };
}

function addTwo(
  into: number[],
  block: readonly Float64Array[],
  i: number,
  j: number,
  length: number,
): void {
  const x = block[i]!, y = block[j]!, z = block[j + 1]!;
  let a = 0, b = 0, c = 0, d = 0, row = 0;
  for (; row + 1 < length; row += 2) {
    const first = x[row]!, second = x[row + 1]!;
    a += first * y[row]!;
    b += first * z[row]!;
    c += second * y[row + 1]!;
    d += second * z[row + 1]!;
  }
  if (row < length) {
    a += x[row]! * y[row]!;
    b += x[row]! * z[row]!;
  }
  into[j]! += a + c;
  into[j + 1]! += b + d;
}

function dot(x: Float64Array, y: Float64Array, length: number): number {
  let a = 0, b = 0, c = 0, d = 0, row = 0;
  for (; row + 3 < length; row += 4) {
    a += x[row]! * y[row]!;
    b += x[row + 1]! * y[row + 1]!;
    c += x[row + 2]! * y[row + 2]!;
    d += x[row + 3]! * y[row + 3]!;
  }
  for (; row < length; row++) a += x[row]! * y[row]!;
  return a + b + (c + d);
}

/** Inverse of a lower triangle. */
function inverseOf(lower: readonly Float64Array[]): Float64Array[] {
  const size = lower.length;
  const inverse = lower.map(() => new Float64Array(size));
  for (let j = 0; j < size; j++) {
    inverse[j]![j] = 1 / lower[j]![j]!;
    for (let i = j + 1; i < size; i++) {
      let rest = 0;
      for (let k = j; k < i; k++) rest -= lower[i]![k]! * inverse[k]![j]!;
      inverse[i]![j] = rest / lower[i]![i]!;
    }
  }
  return inverse;
}
