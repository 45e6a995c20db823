/**
 * Place of the pair of markets `i < j` in the columns of a matrix: the rows of the upper triangle, one after the other. In
 * a module of its own, for pages use it and need nothing of the study.
 */
export function pairRow(i: number, j: number, markets: number): number {
  const [first, second] = i < j ? [i, j] : [j, i];
  return first * (2 * markets - first - 1) / 2 + second - first - 1;
}
