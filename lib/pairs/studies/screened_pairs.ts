/** Every two of some instruments. Columns hold one row a pair, in the order of `first` and `second`. */
export interface PairScreen {
  /** Indices of the instruments asked for: y is the first, x the second, `ln y = alpha + beta ln x + spread`. */
  readonly first: Uint16Array;
  readonly second: Uint16Array;
  /** Correlation of returns with its 95 % interval; NaN with too few. */
  readonly r: Float64Array;
  readonly lo: Float64Array;
  readonly hi: Float64Array;
  /** Rows in which both have a price, and in which both could have one. */
  readonly n: Float64Array;
  readonly expected: Float64Array;
  /** Of no cointegration, Engle and Granger: the larger of both directions; NaN where there is no test. */
  readonly pvalue: Float64Array;
  /** The same, corrected for all pairs tried (Benjamini and Hochberg). */
  readonly adjusted: Float64Array;
  readonly beta: Float64Array;
  /** Half-life of the spread in ms with its 95 % interval; `halfHi` is Infinity where no reversion is possible too. */
  readonly half: Float64Array;
  readonly halfLo: Float64Array;
  readonly halfHi: Float64Array;
  /** The newest spread against the line and deviation of all rows before it. */
  readonly z: Float64Array;
  /** The spread in eighths of its deviation, {@link SPARK} a pair, oldest first; {@link NO_SPARK} where there is none. */
  readonly spark: Int8Array;
  /** Lags of each test. */
  readonly lag: number;
  /** Pairs with a test, those with p below 0.05, and how many of unrelated pairs would be there by luck. */
  readonly tried: number;
  readonly below: number;
  readonly byLuck: number;
}

/** Points of a pair's sparkline. */
export const SPARK = 32;
export const NO_SPARK = -128;
/** Level of p below which pairs are counted. */
export const SCREEN_LEVEL = 0.05;
/**
 * Corrected p up to which a pair is called cointegrated. Lower than the 5 % of false ones that are promised: pairs share
 * coins, and the tests' own size is a little above its level.
 */
export const FOUND_LEVEL = 0.03;
