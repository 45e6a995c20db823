/** Seeded columns that both sides of statistics.ts work on. */
import { type RandomSource, seededRandom } from "../../lib/stats/seeded_random.ts";

const ROWS = 1_000_000;
const TRADES = 10_000_000;
const START = Date.UTC(2026, 0, 5);

type Kind = "finite" | "gaps" | "flat";
type Name =
  | `${Kind}-${"x" | "y"}`
  | `tick-${"time" | "price" | "size"}`
  | `hy-${"t" | "p"}${1 | 2}`
  | "adf";
export type Columns = Readonly<Record<Name, Float64Array<ArrayBuffer>>>;

export function benchColumns(): Columns {
  const random = seededRandom(20_260_105);
  const x = column(ROWS, () => bell(random)), y = x.map((value) => value + bell(random));
  const t1 = times(ROWS, random, 200), t2 = times(ROWS, random, 200);
  return {
    "finite-x": x,
    "finite-y": y,
    "gaps-x": x.map((value) => random() < 0.05 ? NaN : value),
    "gaps-y": y.map((value) => random() < 0.05 ? NaN : value),
    // Half of the time nothing moves, for longer than a window.
    "flat-x": x.map((value, row) => row % 1_000 < 500 ? 100 : 100 + value),
    "flat-y": y.map((value, row) => row % 1_000 < 500 ? 5 : 5 + value),
    "tick-time": times(TRADES, random, 100),
    "tick-price": walk(TRADES, random, 100, 0.01),
    "tick-size": column(TRADES, () => Math.ceil(random() * 1_000) / 1_000),
    "hy-t1": t1,
    "hy-p1": walk(ROWS, random, 5, 1e-4),
    "hy-t2": t2,
    "hy-p2": walk(ROWS, random, 5, 1e-4),
    "adf": walk(10_000, random, 0, 1),
  };
}

function column(length: number, next: () => number): Float64Array<ArrayBuffer> {
  return new Float64Array(length).map(next);
}

/** Whole epoch ms, strictly ascending, `meanMs` apart on average. */
function times(length: number, random: RandomSource, meanMs: number) {
  let now = START;
  return column(length, () => now += 1 + Math.floor(random() * (2 * meanMs - 1)));
}

function walk(length: number, random: RandomSource, from: number, step: number) {
  let at = from;
  return column(length, () => at += step * bell(random));
}

/** Near enough to normal for a matter of speed: mean 0, standard deviation 1. */
function bell(random: RandomSource): number {
  return (random() + random() + random() + random() - 2) * Math.sqrt(3);
}
