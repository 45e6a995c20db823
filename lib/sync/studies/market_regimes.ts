import { correlationDifference } from "../../stats/correlation/correlation_difference.ts";
import { ewmaStandardised } from "../../stats/correlation/volatility_adjusted.ts";
import { type Regimes, regimes } from "../../stats/dynamics/regimes.ts";
import { zeroRuns } from "../../stats/dynamics/zero_runs.ts";
import { StatisticsError } from "../../stats/statistics_error.ts";
import type { Study, StudyScope } from "./study.ts";
import { studyPairs } from "./study_pairs.ts";

/** A regime. */
export interface MarketRegime {
  readonly correlation: number;
  /** How long a stay lasts on average, ms of time in which bars were there. */
  readonly durationMs: number;
  /** Share of the bars in which it was the likeliest. */
  readonly share: number;
  /**
   * Whether its correlation differs from that of the regime before it in the list by more than luck makes; true of the
   * first. Regimes may also differ in what the volatility foreseen has missed.
   */
  readonly isApart: boolean;
}

/** Regimes of correlation, weakest first, and how likely each was over time. */
export interface MarketRegimes {
  /** One where nothing speaks for more. */
  readonly regimes: readonly MarketRegime[];
  /** When each row's bar ends, epoch ms UTC; rows without a pair are left out. */
  readonly time: Float64Array;
  /** A column a regime: its probability given the bars up to each row. */
  readonly probabilities: readonly Float64Array[];
  /** BIC of 1, 2 and 3 regimes; the least was taken. */
  readonly bics: readonly number[];
  /** Bars left out since a price stood still for ten of them or more. */
  readonly still: number;
  readonly nobs: number;
  readonly converged: boolean;
}

/** Settings of {@link marketRegimesStudy}. */
export interface RegimeSettings {
  /** Most rows of probabilities that are given. */
  readonly mostRows: number;
}

const LEAST = 250;
const STILL_RUN = 10;
const STARTS = 8;
/** Low, since regimes are fitted so as to differ. */
const APART_BELOW = 0.001;

/**
 * Regimes in which the two sides are correlated differently: a hidden Markov model of returns in units of the volatility
 * foreseen for them, so that a storm alone is no regime; Student's t, 1 to 3 regimes by BIC. Probabilities are filtered:
 * each rests on bars up to it, by constants that were fitted to all of them.
 */
export const marketRegimesStudy: Study<RegimeSettings, MarketRegimes> = {
  name: "market-regimes",
  run(scope, { mostRows }) {
    const pairs = studyPairs(scope), { evidence } = pairs;
    const columns = [ewmaStandardised(pairs.a), ewmaStandardised(pairs.b)];
    let still = 0;
    for (const { from, to } of zeroRuns([pairs.a, pairs.b], STILL_RUN)) {
      for (let row = from; row < to; row++) {
        if (Number.isFinite(columns[0]![row]!)) still++;
        columns[0]![row] = NaN;
      }
    }
    const rows: number[] = [];
    for (let row = 0; row < pairs.length; row++) {
      if (Number.isFinite(columns[0]![row]! + columns[1]![row]!)) rows.push(row);
    }
    if (rows.length < LEAST) {
      const reason = `regimes take ${LEAST} pairs of returns beyond the 20 that the first ` +
        `volatility takes; there are ${rows.length}.`;
      return { kind: "lacking", reason, evidence };
    }
    try {
      const fit = fitOf(scope, columns);
      const states = fit.correlations.length;
      const count = new Array<number>(states).fill(0);
      for (const row of rows) count[likeliest(fit.probabilities, row)]!++;
      const stepMs = pairs.endTime[0]! - pairs.openTime[0]!;
      const shown = thinned(rows, mostRows);
      const found: MarketRegimes = {
        regimes: fit.correlations.map((correlation, state) => ({
          correlation,
          durationMs: fit.durations[state]! * stepMs,
          share: count[state]! / rows.length,
          isApart: state === 0 || areApart(fit.correlations, count, state),
        })),
        time: Float64Array.from(shown, (row) => pairs.endTime[row]!),
        probabilities: fit.probabilities.map((column) =>
          Float64Array.from(shown, (row) => column[row]!)
        ),
        bics: fit.bics!,
        still,
        nobs: fit.nobs,
        converged: fit.converged,
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

/** The slow part. The same bars are fitted once, for the strips below the path of the correlation too. */
function fitOf({ timeframe, days, shared }: StudyScope, columns: readonly Float64Array[]): Regimes {
  const key = `regimes ${timeframe} ${days}`;
  const known = shared?.get(key) as Regimes | undefined;
  if (known !== undefined) return known;
  const fit = regimes(columns, { states: "auto", starts: STARTS });
  shared?.set(key, fit);
  return fit;
}

function areApart(
  correlations: readonly number[],
  count: readonly number[],
  state: number,
): boolean {
  const [below, above] = [state - 1, state].map((one) => ({
    value: correlations[one]!,
    n: count[one]!,
  }));
  return correlationDifference(above!, below!, "independent").pvalue < APART_BELOW;
}

function likeliest(probabilities: readonly Float64Array[], row: number): number {
  let best = 0;
  probabilities.forEach((column, state) => {
    if (column[row]! > probabilities[best]![row]!) best = state;
  });
  return best;
}

/** Every k-th, the newest always. */
function thinned(rows: readonly number[], most: number): number[] {
  const every = Math.ceil(rows.length / most), last = rows.length - 1;
  return rows.filter((_, i) => (last - i) % every === 0);
}
