/**
 * Singular values, descending, and right singular vectors of a small square matrix held as columns, by
 * one-sided Jacobi rotations: each column pair is turned until orthogonal, which keeps the small singular
 * values to their own precision. **The columns are overwritten.**
 *
 * Source: M. R. Hestenes, J. SIAM 6, 1958; Golub & Van Loan, Matrix Computations, 4th ed., 8.6.3.
 */
export function singularValues(
  columns: readonly Float64Array[],
): { values: Float64Array; vectors: Float64Array[] } {
  const count = columns.length;
  const right = columns.map((_, j) =>
    Float64Array.from({ length: count }, (_, i) => i === j ? 1 : 0)
  );
  for (let sweep = 0; sweep < 60; sweep++) {
    let turned = false;
    for (let p = 0; p < count - 1; p++) {
      for (let q = p + 1; q < count; q++) {
        if (orthogonalise(columns[p]!, columns[q]!, right[p]!, right[q]!)) turned = true;
      }
    }
    if (!turned) break;
  }
  const norms = columns.map((column) => Math.hypot(...column));
  const order = norms.map((_, j) => j).sort((a, b) => norms[b]! - norms[a]!);
  return {
    values: Float64Array.from(order, (j) => norms[j]!),
    vectors: order.map((j) => right[j]!),
  };
}

/** Turns two columns until they are orthogonal; false when they were. */
function orthogonalise(
  a: Float64Array,
  b: Float64Array,
  rightA: Float64Array,
  rightB: Float64Array,
): boolean {
  let aa = 0, bb = 0, ab = 0;
  for (let i = 0; i < a.length; i++) {
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
    ab += a[i]! * b[i]!;
  }
  if (Math.abs(ab) <= Number.EPSILON * Math.sqrt(aa) * Math.sqrt(bb)) return false;
  const zeta = (bb - aa) / (2 * ab);
  const tangent = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, tangent);
  rotate(a, b, cosine, cosine * tangent);
  rotate(rightA, rightB, cosine, cosine * tangent);
  return true;
}

function rotate(a: Float64Array, b: Float64Array, cosine: number, sine: number): void {
  for (let i = 0; i < a.length; i++) {
    const kept = a[i]!;
    a[i] = cosine * kept - sine * b[i]!;
    b[i] = sine * kept + cosine * b[i]!;
  }
}
