import { kendall } from "../../stats/correlation/kendall.ts";
import { resampleRows } from "../../stats/correlation/stationary_bootstrap.ts";
import { seededRandom } from "../../stats/seeded_random.ts";

/** How often both sides are extreme, and how often they would be where no direction is favoured. */
export interface TailShare {
  /** Share of one side's extreme rows that are the other's too. */
  readonly value: number;
  /** The same share of an elliptical pair with the same Kendall τ and the same sizes of moves, row by row. */
  readonly elliptical: number;
}

/** Both ends of one sample of rows. */
export interface TailDraw {
  readonly falls: TailShare;
  readonly rises: TailShare;
}

/** How {@link tailDraws} resamples. */
export interface TailDrawOptions {
  /** Share of the rows that are extreme on a side. */
  readonly share: number;
  /** Mean length of a block of rows. */
  readonly blockLength: number;
  readonly replications: number;
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
  { share, blockLength, replications }: TailDrawOptions,
): { readonly whole: TailDraw; readonly draws: readonly TailDraw[] } {
  const n = x.length, extreme = Math.floor(n * share);
  const correlation = Math.sin(Math.PI * kendall(x, y).value / 2);
  const sides = [orderedSide(x), orderedSide(y)] as const;
  const random = seededRandom(1);
  const once = new Uint16Array(n).fill(1);
  return {
    whole: drawOf(sides, once, extreme, correlation),
    draws: Array.from({ length: replications }, () => {
      const times = new Uint16Array(n);
      for (const row of resampleRows(n, blockLength, random)) times[row]!++;
      return drawOf(sides, times, extreme, correlation);
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
  extreme: number,
  correlation: number,
): TailDraw {
  const [a, b] = sides.map((side) => limitsOf(side, times, extreme)) as [Limits, Limits];
  const columns = { x: sides[0].values, y: sides[1].values };
  const scale = { x: (a.high - a.low) / 2, y: (b.high - b.low) / 2 };
  const sum = { falls: 0, rises: 0, ellipticalFalls: 0, ellipticalRises: 0 };
  const angle = Math.acos(correlation), free = 1 - correlation * correlation;
  const low = { x: -a.low / scale.x, y: -b.low / scale.y };
  const high = { x: a.high / scale.x, y: b.high / scale.y };
  const least = Math.min(low.x, low.y, high.x, high.y);
  for (let row = 0; row < times.length; row++) {
    const weight = times[row]!;
    if (weight === 0) continue;
    const x = columns.x[row]!, y = columns.y[row]!;
    if (x <= a.low && y <= b.low) sum.falls += weight;
    if (x >= a.high && y >= b.high) sum.rises += weight;
    const u = x / scale.x, v = y / scale.y;
    const size = Math.sqrt((u * u - 2 * correlation * u * v + v * v) / free);
    if (size <= least) continue;
    sum.ellipticalFalls += weight * chanceBeyond(size, low, angle);
    sum.ellipticalRises += weight * chanceBeyond(size, high, angle);
  }
  const of = (both: number, elliptical: number): TailShare => ({
    value: both / extreme,
    // Sides that are one have no direction, and limits on the wrong side of 0 are no tail.
    elliptical: free > 1e-12 && least > 0 ? elliptical / extreme : NaN,
  });
  return {
    falls: of(sum.falls, sum.ellipticalFalls),
    rises: of(sum.rises, sum.ellipticalRises),
  };
}

interface Limits {
  readonly low: number;
  readonly high: number;
}

function limitsOf({ values, order }: OrderedSide, times: Uint16Array, extreme: number): Limits {
  const last = order.length - 1;
  const limitAt = (rowAt: (i: number) => number) => {
    let held = 0, i = -1;
    while (held < extreme && i < last) held += times[rowAt(++i)]!;
    return values[rowAt(i)]!;
  };
  return { low: limitAt((i) => order[i]!), high: limitAt((i) => order[last - i]!) };
}

/** Share of the directions in which a move of this size is beyond both limits: two arcs, an angle apart, overlap. */
function chanceBeyond(size: number, limit: { x: number; y: number }, angle: number): number {
  if (size <= limit.x || size <= limit.y) return 0;
  const x = Math.acos(limit.x / size), y = Math.acos(limit.y / size);
  return Math.min(Math.max(0, x + y - angle), 2 * Math.min(x, y)) / (2 * Math.PI);
}
