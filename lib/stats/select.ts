/** Rounds after which the pivots have been poor enough to sort what is left: halving needs no more. */
const MOST_ROUNDS = 100;
/** Numbers below which a sample costs more than it spares. */
const WORTH_SAMPLING = 600;

/**
 * The value of a rank (from 0, ascending), O(n), at worst O(n log n). The values are reordered so that larger
 * ones follow it; none may be NaN.
 *
 * Of many values the pivot is taken from a sample, such that few are left beside the rank after one or two
 * passes: R. W. Floyd & R. L. Rivest, Algorithm 489: SELECT, Communications of the ACM 18, 1975. Of few it is
 * the median of three: C. A. R. Hoare, Algorithm 65: Find, Communications of the ACM 4, 1961.
 */
export function select(values: Float64Array, rank: number): number {
  putInPlace(values, rank, 0, values.length - 1);
  return values[rank]!;
}

/**
 * The values of several ranks, in the order they are given; reorders the values and takes none that is NaN, as
 * {@link select}. The outer ranks are put in place first: those between them are looked for among what lies between.
 */
export function selectRanks(values: Float64Array, ranks: readonly number[]): number[] {
  const ascending = [...ranks].sort((a, b) => a - b);
  let low = 0, high = values.length - 1;
  for (let first = 0, last = ascending.length - 1; first <= last; first++, last--) {
    putInPlace(values, ascending[first]!, low, high);
    low = ascending[first]!;
    putInPlace(values, ascending[last]!, low, high);
    high = ascending[last]!;
  }
  return ranks.map((rank) => values[rank]!);
}

/** Reorders the values from `low` to `high` until the one of the rank is in its place. */
function putInPlace(values: Float64Array, rank: number, low: number, high: number): void {
  for (let round = 0; low < high; round++) {
    if (round === MOST_ROUNDS) {
      values.subarray(low, high + 1).sort();
      return;
    }
    const pivot = high - low < WORTH_SAMPLING
      ? medianOfThree(values[low]!, values[(low + high) >> 1]!, values[high]!)
      : sampledPivot(values, rank, low, high);
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
    else return;
  }
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/**
 * A value close to that of the rank: its counterpart among those about it, moved half a standard deviation
 * towards the middle so that the rank is most often on the smaller side.
 */
function sampledPivot(values: Float64Array, rank: number, low: number, high: number): number {
  const n = high - low + 1, place = rank - low + 1;
  const size = 0.5 * n ** (2 / 3);
  const spread = 0.5 * Math.sqrt(Math.log(n) * size * (n - size) / n);
  const shift = place < n / 2 ? -spread : spread;
  const from = Math.max(low, Math.floor(rank - place * size / n + shift));
  const to = Math.min(high, Math.floor(rank + (n - place) * size / n + shift));
  putInPlace(values, rank, from, to);
  return values[rank]!;
}
