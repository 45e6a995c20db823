import {
  type ExceedanceCorrelation,
  exceedanceCorrelation,
} from "../../stats/correlation/exceedance_correlation.ts";
import { blockLength } from "../../stats/correlation/block_length.ts";
import { ewmaStandardised } from "../../stats/correlation/volatility_adjusted.ts";
import { resampleRows } from "../../stats/correlation/stationary_bootstrap.ts";
import { type TailDependence, tailDependence } from "../../stats/correlation/tail_dependence.ts";
import { isFinitePair } from "../../stats/finite_pair.ts";
import { quantile } from "../../stats/rolling/quantile.ts";
import { seededRandom } from "../../stats/seeded_random.ts";
import { StatisticsError } from "../../stats/statistics_error.ts";
import type { Study } from "./study.ts";
import { studyPairs } from "./study_pairs.ts";

/** One end of the returns: how often both sides are there, less what a normal pair would show. */
export interface TailExcess {
  /** Share of one side's extreme bars that were the other's too. */
  readonly value: number;
  /** 95 % interval of it, by blocks of bars. */
  readonly lo: number;
  readonly hi: number;
  /** Bars that are extreme on a side. */
  readonly n: number;
  /** 95 % interval of the excess over the normal pair, whose own error is small beside it and left out. */
  readonly excess: readonly [number, number];
}

/** Both ends of the returns. */
export interface TailEnds {
  readonly falls: TailExcess;
  readonly rises: TailExcess;
  /** What a normal pair with the same Kendall τ shows. */
  readonly normal: number;
  /** 95 % interval of the falls' share less the rises'. */
  readonly asymmetry: readonly [number, number];
  readonly n: number;
}

/** What happens at the ends of the returns. */
export interface Tails {
  readonly exceedance: ExceedanceCorrelation;
  /** Of the returns as they are: violent hours that both share are in it. */
  readonly returns: TailEnds;
  /** Of returns each divided by the volatility foreseen for it: what is left without them. */
  readonly adjusted: TailEnds;
  /** Share of the bars that is called extreme. */
  readonly share: number;
}

const LEAST = 200;
const SHARE = 0.05;
const REPLICATIONS = 199;
const THRESHOLDS = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5];
/** Beyond so many rows each resample costs too much: the newest are resampled. */
const MOST_RESAMPLED = 4_000;

/** Whether extreme returns come together more often than the correlation implies, in falls and in rises. */
export const tailsStudy: Study<null, Tails> = {
  name: "tails",
  run(scope) {
    const { a, b, evidence } = studyPairs(scope);
    const plain = completeOf(a, b);
    const standard = completeOf(ewmaStandardised(a), ewmaStandardised(b));
    if (standard.x.length < LEAST) {
      const reason =
        `tails take ${LEAST} pairs of returns beyond the 20 that the first volatility ` +
        `takes, since ${100 * SHARE} % of them are extreme; there are ${standard.x.length}.`;
      return { kind: "lacking", reason, evidence };
    }
    try {
      const found: Tails = {
        exceedance: exceedanceCorrelation(plain.x, plain.y, { thresholds: THRESHOLDS }),
        returns: endsOf(plain),
        adjusted: endsOf(standard),
        share: SHARE,
      };
      return { kind: "found", found, evidence };
    } catch (error) {
      if (error instanceof StatisticsError) {
        return { kind: "lacking", reason: `${error.message}.`, evidence };
      }
      throw error;
    }
  },
};

interface Columns {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

function completeOf(a: Float64Array, b: Float64Array): Columns {
  const rows = Array.from(a.keys()).filter((row) => isFinitePair(a[row]!, b[row]!));
  return {
    x: Float64Array.from(rows, (row) => a[row]!),
    y: Float64Array.from(rows, (row) => b[row]!),
  };
}

function endsOf({ x, y }: Columns): TailEnds {
  const whole = tailDependence(x, y, { share: SHARE });
  const draws = resampled(x.slice(-MOST_RESAMPLED), y.slice(-MOST_RESAMPLED));
  return {
    falls: excessOf(whole, draws, "lower"),
    rises: excessOf(whole, draws, "upper"),
    normal: whole.normal,
    asymmetry: middle(draws.map(({ falls, rises }) => falls - rises)),
    n: x.length,
  };
}

/** Shares of rows drawn in blocks, which keep storms together. */
interface Draw {
  readonly falls: number;
  readonly rises: number;
}

function resampled(x: Float64Array, y: Float64Array): Draw[] {
  const random = seededRandom(1), n = x.length;
  const length = Math.max(...[x, y].map((side) => blockLength(side.map(Math.abs))));
  const rows = Math.floor(n * SHARE);
  return Array.from({ length: REPLICATIONS }, () => {
    const drawn = resampleRows(n, length, random);
    const of = (side: Float64Array) => Float64Array.from(drawn, (row) => side[row]!);
    const a = of(x), b = of(y);
    return { falls: shareBeyond(a, b, rows, -1), rises: shareBeyond(a, b, rows, 1) };
  });
}

/** Of the rows that are among the outermost of one side, the share that are among those of the other. */
function shareBeyond(a: Float64Array, b: Float64Array, rows: number, side: 1 | -1): number {
  const limits = [a, b].map((values) => {
    const sorted = values.slice().sort();
    return side > 0 ? sorted[sorted.length - rows]! : sorted[rows - 1]!;
  });
  let both = 0;
  for (let row = 0; row < a.length; row++) {
    if (side * (a[row]! - limits[0]!) >= 0 && side * (b[row]! - limits[1]!) >= 0) both++;
  }
  return both / rows;
}

function excessOf(
  whole: TailDependence,
  draws: readonly Draw[],
  side: "lower" | "upper",
): TailExcess {
  const [lo, hi] = middle(draws.map((draw) => side === "lower" ? draw.falls : draw.rises));
  const { value, n } = whole[side];
  return { value, lo, hi, n, excess: [lo - whole.normal, hi - whole.normal] };
}

function middle(values: readonly number[]): [number, number] {
  const known = values.filter(Number.isFinite);
  return known.length === 0 ? [NaN, NaN] : [quantile(known, 0.025), quantile(known, 0.975)];
}
