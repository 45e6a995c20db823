/** Rounds after which the pivots have been poor enough to sort what is left: halving needs no more. */
const MOST_ROUNDS = 100;

/**
 * The value of a rank (from 0, ascending) by quickselect, O(n), at worst O(n log n). The values are reordered
 * so that larger ones follow it; none may be NaN.
 *
 * C. A. R. Hoare, Algorithm 65: Find, Communications of the ACM 4, 1961.
 */
export function select(values: Float64Array, rank: number): number {
  let low = 0, high = values.length - 1;
  for (let round = 0; low < high; round++) {
    if (round === MOST_ROUNDS) {
      values.subarray(low, high + 1).sort();
      break;
    }
    const a = values[low]!, b = values[(low + high) >> 1]!, c = values[high]!;
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    let i = low, j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const kept = values[i]!;
      values[i++] = values[j]!;
      values[j--] = kept;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank]!;
}
