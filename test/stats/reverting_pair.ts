/** A walk, and 1.5 of it plus a spread that reverts: an autoregression of `phi` from its own distribution. */
export function revertingPair(
  rows: number,
  phi: number,
  normal: () => number,
): { x: Float64Array; y: Float64Array; spread: Float64Array } {
  const x = new Float64Array(rows), y = new Float64Array(rows), spread = new Float64Array(rows);
  let level = 100, away = normal() / Math.sqrt(1 - phi * phi);
  for (let t = 0; t < rows; t++) {
    x[t] = level += normal();
    spread[t] = away = phi * away + normal();
    y[t] = 1.5 * level + away;
  }
  return { x, y, spread };
}
