/** Least-squares slope. */
export function slopeOf(points: readonly (readonly number[])[]): number {
  const n = points.length;
  const mx = points.reduce((sum, [x]) => sum + x!, 0) / n;
  const my = points.reduce((sum, [, y]) => sum + y!, 0) / n;
  const sxy = points.reduce((sum, [x, y]) => sum + (x! - mx) * (y! - my), 0);
  const sxx = points.reduce((sum, [x]) => sum + (x! - mx) ** 2, 0);
  return sxy / sxx;
}

/** Bytes as mebibytes with one decimal. */
export function mb(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1);
}
