/** Share of a fit that one row may have before its weight stops to grow: one row alone proves nothing. */
const MOST_LEVERAGE = 0.5;

/**
 * How many times larger the variance of `atanh r` is than that of as many independent normal pairs,
 * `1 / (n - 3)`. At least 1: a favourable estimate is most often luck.
 *
 * The product of two parts:
 *
 * - **tails and shared volatility**: the mean square of the influence of a row on atanh r,
 *   `ψ = (z_x z_y - r (z_x² + z_y²) / 2) / (1 - r²)`, which is 1 for normal pairs and 3 for joint t(4) when
 *   n is large. Each row is divided by `1 - h`, its leverage, as HC3 and the jackknife do, for a row that
 *   makes r hides its own size. An excess no larger than that of normal pairs by chance is shrunk towards 0.
 * - **memory**: `(1 + φ_x φ_y) / (1 - φ_x φ_y)`, Bartlett's sum (JRSS 98, 1935) for sides that follow
 *   themselves with φ from one row to the next, as far as both φ are beyond `2 / √n`; φ is freed of half of
 *   what M. G. Kendall (Biometrika 41, 1954) finds missing in short columns. With gaps, what goes beyond 1 is
 *   taken in the share of the rows that have a neighbour.
 *
 * Influence: F. R. Hampel, JASA 69, 1974; S. J. Devlin, R. Gnanadesikan & J. R. Kettenring, Biometrika 62,
 * 1975. O(n), two passes, no memory of its own.
 *
 * @param x deviations of one side from its mean, in time order.
 * @param follows 1 where a row follows directly on the one before, so that their product speaks of memory.
 * @param n rows used.
 * @returns 1 below four rows, for a constant side and for an exact relation.
 */
export function varianceInflation(
  x: Float64Array,
  y: Float64Array,
  follows: Uint8Array,
  n: number,
): number {
  const { tails, memory } = inflationParts(x, y, follows, n);
  return tails * memory;
}

/** The parts of {@link varianceInflation}. */
export interface InflationParts {
  /** Of tails and shared volatility. */
  readonly tails: number;
  /**
   * The same were there no correlation: the mean of `z_x² z_y²`, at least 1. A test of "no correlation" that
   * rests on it cannot be carried by a few rows however fat the tails: given the sizes of the products, r is
   * then a sum of random signs over the root of the sum of their squares, which is thinner-tailed than a
   * normal number (B. Efron, JASA 64, 1969).
   */
  readonly tailsUnderNull: number;
  readonly memory: number;
}

/**
 * The parts of {@link varianceInflation}, from the same columns.
 *
 * @param means of equally many stretches of rows that the deviations are from; each hides memory. @default 1
 */
export function inflationParts(
  x: Float64Array,
  y: Float64Array,
  follows: Uint8Array,
  n: number,
  means = 1,
): InflationParts {
  let xx = 0, yy = 0, xy = 0, lagX = 0, lagY = 0, links = 0;
  let lastX = 0, lastY = 0;
  for (let row = 0; row < n; row++) {
    const a = x[row]!, b = y[row]!;
    xx += a * a;
    yy += b * b;
    xy += a * b;
    if (follows[row] !== 0 && row > 0) {
      lagX += a * lastX;
      lagY += b * lastY;
      links++;
    }
    lastX = a;
    lastY = b;
  }
  if (n < 4 || !(xx > 0 && yy > 0 && xx < Infinity && yy < Infinity)) return NONE;
  const r = xy / (Math.sqrt(xx) * Math.sqrt(yy));
  const own = (1 - r) * (1 + r);
  if (!(own > 0)) return NONE;
  const scaleX = Math.sqrt(n / xx), scaleY = Math.sqrt(n / yy);
  const perOwn = 1 / own, perRow = 1 / n;
  let squares = 0, products = 0;
  for (let row = 0; row < n; row++) {
    const a = scaleX * x[row]!, b = scaleY * y[row]!;
    // ψ as a product of residuals, which keeps its digits where r is close to ±1.
    const residual = b - r * a;
    const influence = (residual * (a - r * b) * perOwn + a * b) / 2;
    const leverage = Math.min(MOST_LEVERAGE, (1 + a * a + residual * residual * perOwn) * perRow);
    const share = influence / (1 - leverage);
    squares += share * share;
    products += (a * b) * (a * b);
  }
  const excess = Math.max(0, squares / n * (1 - 6 / n) - 1);
  const tails = excess > 0 ? 1 + excess ** 3 / (excess * excess + chanceExcess(n)) : 1;
  const memory = memoryOfSides(lagX / xx, lagY / yy, { links, n, means });
  return { tails, tailsUnderNull: Math.max(1, products / n), memory };
}

const NONE: InflationParts = { tails: 1, tailsUnderNull: 1, memory: 1 };

/** Square of the excess that normal pairs have by chance. */
function chanceExcess(n: number): number {
  return 8 / n + 400 / (n * n);
}

interface Rows {
  readonly n: number;
  /** Rows that follow directly on the one before. */
  readonly links: number;
  readonly means: number;
}

/** @param lagX autocovariance at one row over the variance, both as sums. */
function memoryOfSides(lagX: number, lagY: number, rows: Rows): number {
  if (rows.links < 4) return 1;
  const product = unbiasedPhi(lagX, rows) * unbiasedPhi(lagY, rows);
  if (!(product > 0)) return 1;
  // Pairs of rows k apart are as rare as neighbours are, where rows are missing here and there.
  const share = Math.min(1, rows.links / (rows.n - rows.means));
  return 1 + share * 2 * product / (1 - product);
}

/** How a side follows itself; 0 where that does not stand out from noise. */
function unbiasedPhi(lag: number, { n, links, means }: Rows): number {
  // Of n rows only so many have a neighbour: the sum over them stands for the sum over all but each first.
  const phi = lag * (n - means) / links;
  if (Math.abs(phi) * Math.sqrt(links) < 2) return 0;
  return Math.max(-0.97, Math.min(0.97, phi + (0.5 + 2 * phi) * means / links));
}

/**
 * Pairs that would say as much were they independent and normal: `3 + (n - 3) / inflation`, so that
 * Fisher's `1 / √(n - 3)` grows by `√inflation`. NaN below 4 pairs.
 */
export function effectivePairs(n: number, inflation: number): number {
  return n >= 4 ? 3 + (n - 3) / inflation : NaN;
}
