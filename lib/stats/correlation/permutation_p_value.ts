/**
 * Two-sided p-value of a rank correlation by all orders of one side: the share of the n! orders whose
 * `Σ x y` is at least as far from 0. Counted by dynamic programming over the sets of y already placed,
 * O(2^n n s) with s the possible sums, so meant for n up to about 10. Ties are as they are.
 *
 * @param x whole numbers that add up to 0, such as twice a mid-rank less n + 1.
 * @param y the same of the other side.
 */
export function permutationPValue(x: readonly number[], y: readonly number[]): number {
  const n = x.length;
  const most = Math.ceil(Math.sqrt(squares(x) * squares(y))), width = 2 * most + 1;
  const sets = Array.from({ length: 2 ** n }, () => undefined as Float64Array | undefined);
  sets[0] = new Float64Array(width);
  sets[0][most] = 1;
  // Partial sums stay within √(Σx² Σy²) too, by Cauchy and Schwarz.
  for (let set = 0; set < sets.length - 1; set++) {
    const counts = sets[set];
    if (counts === undefined) continue;
    const left = x[bitsIn(set)]!;
    for (let place = 0; place < n; place++) {
      if ((set >> place & 1) === 1) continue;
      const step = left * y[place]!, next = set | 1 << place;
      const into = sets[next] ??= new Float64Array(width);
      for (let at = Math.max(0, -step); at < Math.min(width, width - step); at++) {
        into[at + step]! += counts[at]!;
      }
    }
    sets[set] = undefined;
  }
  const observed = Math.abs(x.reduce((sum, value, row) => sum + value * y[row]!, 0));
  let beyond = 0, all = 0;
  sets.at(-1)!.forEach((count, at) => {
    all += count;
    if (Math.abs(at - most) >= observed) beyond += count;
  });
  return beyond / all;
}

function squares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

function bitsIn(set: number): number {
  let bits = 0;
  for (let rest = set; rest > 0; rest &= rest - 1) bits++;
  return bits;
}
