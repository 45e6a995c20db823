import { benjaminiHochberg } from "../../stats/correlation/benjamini_hochberg.ts";
import { grangerBoth, type GrangerResult } from "../../stats/stationarity/granger.ts";
import { isFinitePair } from "../../stats/finite_pair.ts";
import { StatisticsError } from "../../stats/statistics_error.ts";
import { SECOND } from "../../model/time.ts";
import { stepOf } from "../../model/timeframe.ts";
import { type BothSeconds, newestStretch, returnsOfSeconds } from "./second_prices.ts";
import type { Study, StudyEvidence, StudyScope } from "./study.ts";
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

/** Settings of {@link causalityStudy}. */
export interface CausalitySettings {
  /** Of both sides; without them, or with too few, bars are taken. */
  readonly seconds?: BothSeconds;
}

/** Granger's test both ways. */
export interface Causality {
  /** Whether its bars are made of trades. */
  readonly basis: "trades" | "bars";
  /** Length of a bar, ms: of a shorter lead hardly anything is seen. */
  readonly stepMs: number;
  /** The first side's past for the second's next bar. */
  readonly firstToSecond: CausalityTest;
  readonly secondToFirst: CausalityTest;
  readonly looksLikeLevels: boolean;
}

const LEAST = 100;
/**
 * Bars made of trades. In shorter ones a side that trades less seems to follow: of 12 simulated markets in which NQ and
 * ES move at once, 9 showed a leader in bars of 5 s, 1 in these. A lead of 5 s is shown in 12 of 24 markets on three hours
 * of these, in 3 of 24 on a week of 1m bars (`test/simulation/planted_studies.ts`).
 */
const TRADES_STEP_MS = 15 * SECOND;
/** An hour of them. */
const LEAST_OF_TRADES = 240;
const HOLDS_BELOW = 0.05;
const REPLICATIONS = 999;

/**
 * Granger's test both ways on returns, by tests that hold where volatility moves; no row reaches over a break. On bars of
 * 15 seconds where an hour of both sides' trades is there, else on the bars asked for.
 */
export const causalityStudy: Study<CausalitySettings | null, Causality> = {
  name: "causality",
  run(scope, settings) {
    const { a, b, basis, stepMs, evidence } = returnsFor(scope, settings?.seconds);
    if (evidence.n < LEAST) {
      const reason = `Granger's test takes ${LEAST} pairs of returns; there are ${evidence.n}.`;
      return { kind: "lacking", reason, evidence };
    }
    try {
      const wild = { replications: REPLICATIONS };
      const { xToY, yToX } = grangerBoth(a, b, { missing: "skip", wild });
      const adjusted = benjaminiHochberg([yToX.wildTest!.pvalue, xToY.wildTest!.pvalue]);
      const found: Causality = {
        basis,
        stepMs,
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

interface Basis extends Pick<Causality, "basis" | "stepMs"> {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly evidence: StudyEvidence;
}

function returnsFor(scope: StudyScope, seconds: BothSeconds | undefined): Basis {
  const ofTrades = seconds === undefined ? undefined : tradedReturns(scope, seconds);
  if (ofTrades !== undefined && ofTrades.evidence.n >= LEAST_OF_TRADES) return ofTrades;
  const { a, b, evidence } = studyPairs(scope);
  return { a, b, basis: "bars", stepMs: stepOf(scope.timeframe), evidence };
}

function tradedReturns(scope: StudyScope, seconds: BothSeconds): Basis {
  const stepMs = TRADES_STEP_MS, stretch = newestStretch(scope, seconds);
  const from = Math.ceil((stretch.from - SECOND) / stepMs) * stepMs;
  const bars = Math.max(0, Math.floor((stretch.to - from) / stepMs) || 0);
  const a = returnsOfSeconds(stretch.a, from, bars, stepMs);
  const b = returnsOfSeconds(stretch.b, from, bars, stepMs);
  const n = a.reduce((sum, value, row) => isFinitePair(value, b[row]!) ? sum + 1 : sum, 0);
  const expected = Math.max(0, bars - 1), isEmpty = bars === 0;
  const evidence: StudyEvidence = {
    n,
    expected,
    from: isEmpty ? NaN : from,
    to: isEmpty ? NaN : from + bars * stepMs,
    excluded: { cut: 0, closed: 0, roll: 0, gap: expected - n },
    unit: "pairs of returns of 15 seconds",
  };
  return { a, b, basis: "trades", stepMs, evidence };
}

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
