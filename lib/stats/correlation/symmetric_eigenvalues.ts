/**
 * Eigenvalues of a symmetric matrix in ascending order, by Jacobi rotations (Golub & Van Loan, Matrix
 * Computations, §8.5): small ones come out to full precision relative to the largest. O(p³) a sweep, for
 * the few dozen columns of a correlation matrix.
 *
 * @param matrix rows, symmetric; any NaN gives NaN throughout.
 */
export function symmetricEigenvalues(matrix: readonly (readonly number[])[]): number[] {
  const a = matrix.map((row) => [...row]), p = a.length;
  if (a.some((row) => row.some((v) => !Number.isFinite(v)))) return a.map(() => NaN);
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0, diagonal = 0;
    for (let i = 0; i < p; i++) {
      diagonal += a[i]![i]! ** 2;
      for (let j = 0; j < i; j++) off += a[i]![j]! ** 2;
    }
    if (off <= Number.EPSILON ** 2 * 1e-4 * diagonal) break;
    for (let i = 1; i < p; i++) for (let j = 0; j < i; j++) rotate(a, i, j);
  }
  return a.map((row, i) => row[i]!).sort((x, y) => x - y);
}

/** Turns the plane of axes i and j so that their product vanishes. */
function rotate(a: number[][], i: number, j: number): void {
  const off = a[i]![j]!;
  if (off === 0) return;
  const theta = (a[j]![j]! - a[i]![i]!) / (2 * off);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1), sine = tangent * cosine;
  for (const row of a) {
    const left = row[i]!, right = row[j]!;
    row[i] = cosine * left - sine * right;
    row[j] = sine * left + cosine * right;
  }
  const rowI = a[i]!, rowJ = a[j]!;
  for (let k = 0; k < a.length; k++) {
    const left = rowI[k]!, right = rowJ[k]!;
    rowI[k] = cosine * left - sine * right;
    rowJ[k] = sine * left + cosine * right;
  }
}
