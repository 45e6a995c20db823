import {
  type ExceedanceCorrelation,
  exceedanceCorrelation,
} from "../../stats/correlation/exceedance_correlation.ts";
import { blockLength } from "../../stats/correlation/block_length.ts";
import { ewmaStandardised } from "../../stats/correlation/volatility_adjusted.ts";
import { normalTail, tailDependence } from "../../stats/correlation/tail_dependence.ts";
import { isFinitePair } from "../../stats/finite_pair.ts";
import { quantile } from "../../stats/rolling/quantile.ts";
import { norm } from "../../stats/regression/least_squares.ts";
import { StatisticsError } from "../../stats/statistics_error.ts";
import type { Study } from "./study.ts";
import { studyPairs } from "./study_pairs.ts";
import { type TailDraw, tailDraws } from "./tail_draws.ts";

/** One end of the returns: how often both sides are there, less what would be expected. */
export interface TailExcess {
  /** Share of one side's extreme bars that were the other's too. */
  readonly value: number;
  /** 95 % interval of it, by blocks of bars. */
  readonly lo: number;
  readonly hi: number;
  /** Bars that are extreme on a side. */
  readonly n: number;
  /**
   * Share that is expected where nothing but the correlation brings extremes together: of the returns as they are, of a
   * normal pair with the same Kendall τ; of the adjusted, of an elliptical pair with the same moves' sizes too.
   */
  readonly expected: number;
  /**
   * 95 % interval of the excess over what is expected, as the mean over ten depths: the most extreme 5 % of the bars, 4.5 %
   * and so on to 0.5 %. Further out fewer bars say more, since less is expected there; the mean counts a bar for the more
   * the further out it is, as Hill's estimate of joint tails does (A. W. Ledford & J. A. Tawn, Biometrika 83, 1996). The
   * error of τ is small beside it and left out.
   */
  readonly excess: readonly [number, number];
}

/** Both ends of the returns. */
export interface TailEnds {
  readonly falls: TailExcess;
  readonly rises: TailExcess;
  /** 95 % interval of the falls' share less the rises'. */
  readonly asymmetry: readonly [number, number];
  readonly n: number;
}

/** What happens at the ends of the returns. */
export interface Tails {
  readonly exceedance: ExceedanceCorrelation;
  /** Of the returns as they are: violent hours that both share are in it. */
  readonly returns: TailEnds;
  /** Of returns divided by the size of move foreseen for both: what is left without them. */
  readonly adjusted: TailEnds;
  /** Share of the bars that is called extreme. */
  readonly share: number;
}

const LEAST = 200;
const SHARE = 0.05;
const DEPTHS = Array.from({ length: 10 }, (_, i) => SHARE * (10 - i) / 10);
const REPLICATIONS = 199;
const THRESHOLDS = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5];

/** Whether extreme returns come together more often than the correlation implies, in falls and in rises. */
export const tailsStudy: Study<null, Tails> = {
  name: "tails",
  run(scope) {
    const { a, b, evidence } = studyPairs(scope);
    const plain = completeOf(a, b);
    const standard = withoutVolatility(plain);
    if (standard.x.length < LEAST) {
      const reason =
        `tails take ${LEAST} pairs of returns beyond the 20 that the first volatility ` +
        `takes, since ${100 * SHARE} % of them are extreme; there are ${standard.x.length}.`;
      return { kind: "lacking", reason, evidence };
    }
    try {
      const found: Tails = {
        exceedance: exceedanceCorrelation(plain.x, plain.y, { thresholds: THRESHOLDS }),
        returns: endsOf(plain, "normal"),
        adjusted: endsOf(standard, "elliptical"),
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

/**
 * Both sides in units of the size of move foreseen for the two together. One divisor for both keeps the direction of
 * each row as it is: a divisor for each side would turn it by the errors of two estimates, and hide half of a crash.
 */
function withoutVolatility({ x, y }: Columns): Columns {
  const [scaleX, scaleY] = [x, y].map((side) => norm(side) / Math.sqrt(side.length)) as [
    number,
    number,
  ];
  const size = x.map((value, row) => Math.hypot(value / scaleX, y[row]! / scaleY));
  const foreseen = ewmaStandardised(size);
  const of = (side: Float64Array, scale: number) =>
    side.map((value, row) =>
      size[row] === 0 ? 0 * foreseen[row]! : value / scale * (foreseen[row]! / size[row]!)
    );
  return completeOf(of(x, scaleX), of(y, scaleY));
}

function endsOf({ x, y }: Columns, yardstick: "normal" | "elliptical"): TailEnds {
  const dependence = tailDependence(x, y, { share: SHARE });
  const { whole, draws, tau } = tailDraws(x, y, {
    shares: DEPTHS,
    blockLength: Math.max(...[x, y].map((side) => blockLength(side.map(Math.abs)))),
    replications: REPLICATIONS,
    elliptical: yardstick === "elliptical",
  });
  const normal = DEPTHS.map((share) => normalTail(tau, share));
  const endOf = (side: "lower" | "upper", end: "falls" | "rises"): TailExcess => {
    const { value, n } = dependence[side];
    const expectedOf = (one: TailDraw) => yardstick === "normal" ? normal : one[end].elliptical;
    const excessOf = (one: TailDraw) => {
      const expected = expectedOf(one);
      const excess = one[end].values.map((share, depth) => share - expected[depth]!);
      return excess.reduce((sum, each) => sum + each, 0) / excess.length;
    };
    const [lo, hi] = middle(draws.map((draw) => draw[end].values[0]!));
    return {
      value,
      lo,
      hi,
      n,
      expected: expectedOf(whole)[0]!,
      excess: middle(draws.map(excessOf)),
    };
  };
  return {
    falls: endOf("lower", "falls"),
    rises: endOf("upper", "rises"),
    asymmetry: middle(draws.map(({ falls, rises }) => falls.values[0]! - rises.values[0]!)),
    n: x.length,
  };
}

function middle(values: readonly number[]): [number, number] {
  const known = values.filter(Number.isFinite);
  return known.length === 0 ? [NaN, NaN] : [quantile(known, 0.025), quantile(known, 0.975)];
}
