/** Fewest neighbours that suffice. */
const MIN_PAIRS = 5;
/** A bar opens at the close before it; the wrong way round the distance is that of two bars. */
const MAX_SHARE = 0.5;

/**
 * Whether the opens and closes of a file without column names stand the other way round: then each supposed close,
 * not each open, continues the bar before.
 */
export function isCloseFirst(
  times: Float64Array,
  open: Float64Array,
  close: Float64Array,
): boolean {
  let named = 0, swapped = 0, pairs = 0;
  for (let row = 1; row < times.length; row++) {
    const [early, late] = times[row]! > times[row - 1]! ? [row - 1, row] : [row, row - 1];
    const asNamed = Math.abs(open[late]! - close[early]!);
    const asSwapped = Math.abs(close[late]! - open[early]!);
    if (!(times[late]! > times[early]!) || Number.isNaN(asNamed + asSwapped)) continue;
    named += asNamed;
    swapped += asSwapped;
    pairs++;
  }
  return pairs >= MIN_PAIRS && swapped < MAX_SHARE * named;
}
