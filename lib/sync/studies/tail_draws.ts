import { kendall } from "../../stats/correlation/kendall.ts";
import { resampleRows } from "../../stats/correlation/stationary_bootstrap.ts";
import { seededRandom } from "../../stats/seeded_random.ts";

/** How often both sides are extreme at each depth, and how often they would be where no direction is favoured. */
export interface TailShares {
  /** Share of one side's extreme rows that are the other's too. */
  readonly values: Float64Array;
  /** The same share of an elliptical pair with the same Kendall τ and the same sizes of moves, row by row. */
  readonly elliptical: Float64Array;
}

/** Both ends of one sample of rows. */
export interface TailDraw {
  readonly falls: TailShares;
  readonly rises: TailShares;
}

/** How {@link tailDraws} resamples. */
export interface TailDrawOptions {
  /** Depths: shares of the rows that are extreme on a side, the largest first. */
  readonly shares: readonly number[];
  /** Mean length of a block of rows. */
  readonly blockLength: number;
  readonly replications: number;
  /** Whether the elliptical shares are wanted: they take most of the time. NaN without. @default true */
  readonly elliptical?: boolean;
}

/**
 * Shares of both ends, for all rows and for samples drawn in blocks.
 *
 * A pair that shares its volatility has large moves of both sides in the same rows, whatever was foreseen of it: a normal
 * pair is no yardstick for it. An elliptical pair is normal times a size that both sides share. Of such a pair the
 * direction of a row is uniform and independent of its size, once the correlation is taken out. So the sizes that
 * were seen say how often both would be extreme: K.-T. Fang, S. Kotz & K. W. Ng, Symmetric Multivariate and Related
 * Distributions (1990), 2.1. Its τ is that of the normal pair: F. Lindskog, A. McNeil & U. Schmock (2003).
 */
export function tailDraws(
  x: Float64Array,
  y: Float64Array,
  { shares, blockLength, replications, elliptical = true }: TailDrawOptions,
): { readonly whole: TailDraw; readonly draws: readonly TailDraw[]; readonly tau: number } {
  const n = x.length, extremes = shares.map((share) => Math.floor(n * share + 1e-9));
  const tau = kendall(x, y).value;
  const correlation = elliptical ? Math.sin(Math.PI * tau / 2) : NaN;
  const sides = [orderedSide(x), orderedSide(y)] as const;
  const random = seededRandom(1);
  const once = new Uint16Array(n).fill(1);
  return {
    tau,
    whole: drawOf(sides, once, extremes, correlation),
    draws: Array.from({ length: replications }, () => {
      const times = new Uint16Array(n);
      for (const row of resampleRows(n, blockLength, random)) times[row]!++;
      return drawOf(sides, times, extremes, correlation);
    }),
  };
}

interface OrderedSide {
  readonly values: Float64Array;
  /** Rows by their value, the lowest first. */
  readonly order: Uint32Array;
}

type Sides = readonly [OrderedSide, OrderedSide];

function orderedSide(values: Float64Array): OrderedSide {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  return { values, order };
}

function drawOf(
  sides: Sides,
  times: Uint16Array,
  extremes: readonly number[],
  /** NaN where no elliptical share is wanted. */
  correlation: number,
): TailDraw {
  const [a, b] = sides.map((side) => limitsOf(side, times, extremes)) as [Limits, Limits];
  const scale = { x: (a.high[0]! - a.low[0]!) / 2, y: (b.high[0]! - b.low[0]!) / 2 };
  const free = 1 - correlation * correlation;
  const falls = new EndCount(a.low, b.low, scale, -1, correlation);
  const rises = new EndCount(a.high, b.high, scale, 1, correlation);
  // Sides that are one have no direction, and limits on the wrong side of 0 are no tail.
  const hasDirections = free > 1e-12 && falls.least > 0 && rises.least > 0;
  for (let row = 0; row < times.length; row++) {
    const weight = times[row]!;
    if (weight === 0) continue;
    const u = sides[0].values[row]! / scale.x, v = sides[1].values[row]! / scale.y;
    falls.addRow(u, v, weight);
    rises.addRow(u, v, weight);
    if (!hasDirections) continue;
    const size = Math.sqrt((u * u - 2 * correlation * u * v + v * v) / free);
    falls.addSize(size, weight);
    rises.addSize(size, weight);
  }
  const of = ({ both, elliptical }: EndCount): TailShares => ({
    values: both.map((count, depth) => count / extremes[depth]!),
    elliptical: elliptical.map((count, depth) => hasDirections ? count / extremes[depth]! : NaN),
  });
  return { falls: of(falls), rises: of(rises) };
}

/** Rows beyond the limits of both sides at one end, by depth, and how many an elliptical pair would have there. */
class EndCount {
  readonly both: Float64Array;
  readonly elliptical: Float64Array;
  /** Nearer to 0 than any limit. */
  readonly least: number;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #sign: number;
  readonly #angle: number;

  /**
   * @param sign -1 for falls.
   */
  constructor(
    x: Float64Array,
    y: Float64Array,
    scale: { readonly x: number; readonly y: number },
    sign: number,
    correlation: number,
  ) {
    this.both = new Float64Array(x.length);
    this.elliptical = new Float64Array(x.length);
    this.#x = x.map((limit) => sign * limit / scale.x);
    this.#y = y.map((limit) => sign * limit / scale.y);
    this.#sign = sign;
    this.#angle = Math.acos(correlation);
    this.least = Math.min(this.#x[0]!, this.#y[0]!);
  }

  /** Limits are further out from depth to depth: beyond none, a row is beyond no later one. */
  addRow(u: number, v: number, weight: number): void {
    const x = this.#sign * u, y = this.#sign * v;
    for (let depth = 0; depth < this.both.length; depth++) {
      if (!(x >= this.#x[depth]! && y >= this.#y[depth]!)) return;
      this.both[depth]! += weight;
    }
  }

  addSize(size: number, weight: number): void {
    if (size <= this.least) return;
    for (let depth = 0; depth < this.elliptical.length; depth++) {
      const chance = chanceBeyond(size, this.#x[depth]!, this.#y[depth]!, this.#angle);
      if (chance === 0) return;
      this.elliptical[depth]! += weight * chance;
    }
  }
}

/** By depth, the largest share first. */
interface Limits {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

function limitsOf(
  { values, order }: OrderedSide,
  times: Uint16Array,
  extremes: readonly number[],
): Limits {
  const last = order.length - 1;
  const limitsAt = (rowAt: (i: number) => number) => {
    const limits = new Float64Array(extremes.length);
    let held = 0, i = -1;
    for (let depth = extremes.length - 1; depth >= 0; depth--) {
      while (held < extremes[depth]! && i < last) held += times[rowAt(++i)]!;
      limits[depth] = values[rowAt(i)]!;
    }
    return limits;
  };
  return { low: limitsAt((i) => order[i]!), high: limitsAt((i) => order[last - i]!) };
}

/** Share of the directions in which a move of this size is beyond both limits: two arcs, an angle apart, overlap. */
function chanceBeyond(size: number, limitX: number, limitY: number, angle: number): number {
  if (size <= limitX || size <= limitY) return 0;
  const x = Math.acos(limitX / size), y = Math.acos(limitY / size);
  return Math.min(Math.max(0, x + y - angle), 2 * Math.min(x, y)) / (2 * Math.PI);
}
