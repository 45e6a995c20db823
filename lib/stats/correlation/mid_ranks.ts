/**
 * Ranks from 1, ties sharing the mean of their places ("average" ranks of scipy and pandas).
 *
 * @param x numbers without NaN.
 */
export function midRanks(x: Float64Array): Float64Array {
  const order = Uint32Array.from(x, (_, row) => row).sort((i, j) => x[i]! - x[j]!);
  const ranks = new Float64Array(x.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && x[order[to]!] === x[order[from]!]) to++;
    for (let place = from; place < to; place++) ranks[order[place]!] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}
