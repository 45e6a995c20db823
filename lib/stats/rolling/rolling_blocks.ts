/** What a window of pairs is asked for. */
export type PairMeasure = "correlation" | "covariance" | "slope" | "rSquared";

/** Beyond this many rows the plain sums below would cost more than three digits. */
export const MAX_BLOCK_WINDOW = 2_048;

interface BlockOptions {
  readonly window: number;
  /** Fewest complete pairs for a value. */
  readonly minPeriods: number;
  /** Divisor of a covariance is pairs less this. */
  readonly ddof: number;
}

/** Sums kept for each suffix of a block: n, x, y, xx, yy, xy, all as distances from the anchor. */
interface Suffixes {
  readonly n: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly xx: Float64Array;
  readonly yy: Float64Array;
  readonly xy: Float64Array;
}

/**
 * A measure of every window of two columns at once: the batch form of two stacks. The rows are cut into
 * blocks as long as the window, so that a window is the end of one block and the beginning of the next;
 * both parts are sums that only grow, and nothing is taken away (van Herk, Pattern Recognition Letters
 * 13, 1992; Gil & Werman, IEEE PAMI 15, 1993).
 *
 * Both parts are measured from the last pair of the older block as long as that pair lies in the window,
 * and from the first pair of the newer block after that. An origin inside the window loses no more than
 * the factor n, and leaves exactly zero where a side is constant.
 *
 * A pre-scan for gaps decides whether rows are looked at for missing sides at all.
 */
export function measureWindows(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  measure: PairMeasure,
  options: BlockOptions,
): Float64Array {
  const a = x instanceof Float64Array ? x : Float64Array.from(x);
  const b = y instanceof Float64Array ? y : Float64Array.from(y);
  const isComplete = allFinite(a) && allFinite(b);
  const values = new Float64Array(a.length);
  const suffixes = makeSuffixes(Math.min(options.window, a.length));
  // Rows of the older block up to its last pair; 0 where it has none.
  let reach = 0;
  for (let start = 0; start < a.length; start += options.window) {
    const end = Math.min(start + options.window, a.length);
    const turn = Math.min(start + Math.max(0, reach - 1), end);
    if (turn > start) {
      const anchor = start - options.window + reach - 1;
      const run = isComplete ? runOnComplete : runOn;
      run(a, b, values, measure, options, suffixes, start, turn, anchor);
    }
    if (end < a.length) reach = sumSuffixes(a, b, suffixes, start, end);
    // Most often only the window that is the whole block is left, and that is its longest suffix.
    if (turn === end - 1 && end < a.length && reach > 0) {
      values[turn] = valueOfBlock(measure, options, suffixes);
    } else runAlone(a, b, values, measure, options, start, turn, end);
  }
  return values;
}

/** Windows that hold the anchor, in columns without gaps: all are full. */
function runOnComplete(
  x: Float64Array,
  y: Float64Array,
  values: Float64Array,
  measure: PairMeasure,
  { window, minPeriods, ddof }: BlockOptions,
  older: Suffixes,
  start: number,
  turn: number,
  anchor: number,
): void {
  const anchorX = x[anchor]!, anchorY = y[anchor]!;
  const { x: olderX, y: olderY, xx: olderXx, yy: olderYy, xy: olderXy } = older;
  const inverse = 1 / window, isCorrelation = measure === "correlation";
  let sumX = 0, sumY = 0, sumXx = 0, sumYy = 0, sumXy = 0;
  for (let row = start, at = 1; row < turn; row++, at++) {
    const dx = x[row]! - anchorX, dy = y[row]! - anchorY;
    sumX += dx;
    sumY += dy;
    sumXx += dx * dx;
    sumYy += dy * dy;
    sumXy += dx * dy;
    const totalX = sumX + olderX[at]!, totalY = sumY + olderY[at]!;
    const meanX = totalX * inverse;
    const xx = sumXx + olderXx[at]! - totalX * meanX;
    const yy = sumYy + olderYy[at]! - totalY * (totalY * inverse);
    const xy = sumXy + olderXy[at]! - totalY * meanX;
    const product = xx * yy;
    // The common case without a call: both sides move, at a scale where their product is exact.
    if (isCorrelation && xx > 0 && product > 1e-280 && product < 1e280) {
      const r = xy / Math.sqrt(product);
      values[row] = r > 1 ? 1 : r < -1 ? -1 : r;
    } else values[row] = valueOf(measure, window, minPeriods, ddof, xx, yy, xy);
  }
}

/** Windows that hold the anchor, with gaps. */
function runOn(
  x: Float64Array,
  y: Float64Array,
  values: Float64Array,
  measure: PairMeasure,
  { minPeriods, ddof }: BlockOptions,
  older: Suffixes,
  start: number,
  turn: number,
  anchor: number,
): void {
  const anchorX = x[anchor]!, anchorY = y[anchor]!;
  const { n: olderN, x: olderX, y: olderY, xx: olderXx, yy: olderYy, xy: olderXy } = older;
  let pairs = 0, sumX = 0, sumY = 0, sumXx = 0, sumYy = 0, sumXy = 0;
  for (let row = start, at = 1; row < turn; row++, at++) {
    const dx = x[row]! - anchorX, dy = y[row]! - anchorY;
    if (isFinitePair(dx, dy)) {
      pairs++;
      sumX += dx;
      sumY += dy;
      sumXx += dx * dx;
      sumYy += dy * dy;
      sumXy += dx * dy;
    }
    const n = pairs + olderN[at]!;
    const totalX = sumX + olderX[at]!, totalY = sumY + olderY[at]!;
    const meanX = totalX / n;
    const xx = sumXx + olderXx[at]! - totalX * meanX;
    const yy = sumYy + olderYy[at]! - totalY * (totalY / n);
    const xy = sumXy + olderXy[at]! - totalY * meanX;
    values[row] = valueOf(measure, n, minPeriods, ddof, xx, yy, xy);
  }
}

/** Windows from `turn` on, which hold pairs of this block alone. */
function runAlone(
  x: Float64Array,
  y: Float64Array,
  values: Float64Array,
  measure: PairMeasure,
  { minPeriods, ddof }: BlockOptions,
  start: number,
  turn: number,
  end: number,
): void {
  let anchorX = NaN, anchorY = NaN;
  let n = 0, sumX = 0, sumY = 0, sumXx = 0, sumYy = 0, sumXy = 0;
  if (turn === end) return;
  for (let row = start; row < end; row++) {
    if (isFinitePair(x[row]!, y[row]!)) {
      if (n === 0) {
        anchorX = x[row]!;
        anchorY = y[row]!;
      }
      const dx = x[row]! - anchorX, dy = y[row]! - anchorY;
      n++;
      sumX += dx;
      sumY += dy;
      sumXx += dx * dx;
      sumYy += dy * dy;
      sumXy += dx * dy;
    }
    if (row < turn) continue;
    const meanX = sumX / n;
    const xx = sumXx - sumX * meanX, yy = sumYy - sumY * (sumY / n), xy = sumXy - sumY * meanX;
    values[row] = valueOf(measure, n, minPeriods, ddof, xx, yy, xy);
  }
}

/** Fills the suffixes of one block; returns the rows up to and including its last pair. */
function sumSuffixes(
  x: Float64Array,
  y: Float64Array,
  into: Suffixes,
  start: number,
  end: number,
): number {
  let last = end - 1;
  while (last >= start && !isFinitePair(x[last]!, y[last]!)) last--;
  if (last < start) return 0;
  const anchorX = x[last]!, anchorY = y[last]!;
  const { n, x: sumsX, y: sumsY, xx: sumsXx, yy: sumsYy, xy: sumsXy } = into;
  let pairs = 0, sumX = 0, sumY = 0, sumXx = 0, sumYy = 0, sumXy = 0;
  for (let row = last; row >= start; row--) {
    const dx = x[row]! - anchorX, dy = y[row]! - anchorY;
    if (isFinitePair(dx, dy)) {
      pairs++;
      sumX += dx;
      sumY += dy;
      sumXx += dx * dx;
      sumYy += dy * dy;
      sumXy += dx * dy;
    }
    const at = row - start;
    n[at] = pairs;
    sumsX[at] = sumX;
    sumsY[at] = sumY;
    sumsXx[at] = sumXx;
    sumsYy[at] = sumYy;
    sumsXy[at] = sumXy;
  }
  return last - start + 1;
}

function valueOfBlock(
  measure: PairMeasure,
  { minPeriods, ddof }: BlockOptions,
  { n, x, y, xx, yy, xy }: Suffixes,
): number {
  const pairs = n[0]!, sumX = x[0]!, sumY = y[0]!;
  return valueOf(
    measure,
    pairs,
    minPeriods,
    ddof,
    xx[0]! - sumX * (sumX / pairs),
    yy[0]! - sumY * (sumY / pairs),
    xy[0]! - sumX * (sumY / pairs),
  );
}

function valueOf(
  measure: PairMeasure,
  n: number,
  minPeriods: number,
  ddof: number,
  xx: number,
  yy: number,
  xy: number,
): number {
  if (n < minPeriods) return NaN;
  if (measure === "covariance") return n > ddof ? xy / (n - ddof) : NaN;
  if (measure === "slope") return xx > 0 ? xy / xx : NaN;
  if (!(xx > 0 && yy > 0)) return NaN;
  const product = xx * yy;
  // The product leaves the range of doubles, or its precise part, long before the spreads do.
  const scale = product > 1e-280 && product < 1e280
    ? Math.sqrt(product)
    : Math.sqrt(xx) * Math.sqrt(yy);
  if (scale === Infinity) return NaN;
  const r = xy / scale;
  if (measure === "rSquared") return Math.min(1, r * r);
  return r > 1 ? 1 : r < -1 ? -1 : r;
}

/** True where neither is NaN or infinite; one subtraction each is cheaper than two calls. */
function isFinitePair(a: number, b: number): boolean {
  return a - a + (b - b) === 0;
}

function allFinite(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i]! - values[i]! !== 0) return false;
  return true;
}

function makeSuffixes(length: number): Suffixes {
  const column = () => new Float64Array(length);
  return { n: column(), x: column(), y: column(), xx: column(), yy: column(), xy: column() };
}
