import { benjaminiHochberg } from "../../stats/correlation/benjamini_hochberg.ts";
import { grangerBoth, type GrangerResult } from "../../stats/stationarity/granger.ts";
import { StatisticsError } from "../../stats/statistics_error.ts";
import type { Study } from "./study.ts";
import { studyPairs } from "./study_pairs.ts";

/** Whether one side's past says something about the other's next bar. */
export interface CausalityTest {
  /** By random signs of the rows' scores, see `granger`; adjusted for both directions. */
  readonly pvalue: number;
  readonly adjusted: number;
  readonly holds: boolean;
  /** Wald test with HC3, beside it. */
  readonly hc3Pvalue: number;
  /** Bars of the past that count, chosen by the BIC with gains by HC3. */
  readonly lag: number;
  readonly nobs: number;
}

/** Granger's test both ways. */
export interface Causality {
  /** The first side's past for the second's next bar. */
  readonly firstToSecond: CausalityTest;
  readonly secondToFirst: CausalityTest;
  readonly looksLikeLevels: boolean;
}

const LEAST = 100;
const HOLDS_BELOW = 0.05;
const REPLICATIONS = 999;

/** Granger's test both ways on returns, by tests that hold where volatility moves; no row reaches over a break. */
export const causalityStudy: Study<null, Causality> = {
  name: "causality",
  run(scope) {
    const { a, b, evidence } = studyPairs(scope);
    if (evidence.n < LEAST) {
      const reason = `Granger's test takes ${LEAST} pairs of returns; there are ${evidence.n}.`;
      return { kind: "lacking", reason, evidence };
    }
    try {
      const wild = { replications: REPLICATIONS };
      const { xToY, yToX } = grangerBoth(a, b, { missing: "skip", wild });
      const adjusted = benjaminiHochberg([yToX.wildTest!.pvalue, xToY.wildTest!.pvalue]);
      const found: Causality = {
        firstToSecond: testOf(yToX, adjusted[0]!),
        secondToFirst: testOf(xToY, adjusted[1]!),
        looksLikeLevels: xToY.looksLikeLevels === true,
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

function testOf({ wildTest, hc3Test, lag, nobs }: GrangerResult, adjusted: number): CausalityTest {
  return {
    pvalue: wildTest!.pvalue,
    adjusted,
    holds: adjusted < HOLDS_BELOW,
    hc3Pvalue: hc3Test.pvalue,
    lag,
    nobs,
  };
}
