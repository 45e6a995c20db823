import { benjaminiHochberg } from "../../stats/correlation/benjamini_hochberg.ts";
import { pearson, type PearsonEstimate } from "../../stats/correlation/pearson.ts";
import {
  correlationBySession,
  type SessionCell,
} from "../../stats/correlation/session_correlation.ts";
import { volatilityAdjustedCorrelation } from "../../stats/correlation/volatility_adjusted.ts";
import { tTwoSided } from "../../stats/distributions/distributions.ts";
import { isFinitePair } from "../../stats/finite_pair.ts";
import { DAY } from "../../model/time.ts";
import { DAY_PARTS, type DayPart, dayParts } from "./day_parts.ts";
import type { Study } from "./study.ts";
import { type StormCorrelation, stormsOf } from "./storms.ts";
import { type StudyPairs, studyPairs } from "./study_pairs.ts";

/** The correlation in one part of the day. */
export interface PartCorrelation extends SessionCell {
  readonly part: DayPart;
}

/** Whether the correlations of two parts of the day differ, days being what varies. */
export interface PartDifference {
  readonly first: DayPart;
  readonly second: DayPart;
  /** Days that count on either side. */
  readonly days: readonly [number, number];
  /** Welch's test of the days' Fisher scores, two-sided; NaN with fewer than four days on a side. */
  readonly pvalue: number;
  /** Adjusted for all differences (Benjamini & Hochberg). */
  readonly adjusted: number;
  readonly holds: boolean;
}

/** Correlation by part of the day, and without what volatility does to it. */
export interface DaySessions {
  readonly parts: readonly PartCorrelation[];
  readonly differences: readonly PartDifference[];
  readonly all: PearsonEstimate;
  /** Of returns each divided by the volatility foreseen for it. */
  readonly adjusted: PearsonEstimate;
  readonly storms: StormCorrelation | undefined;
}

const LEAST = 60;
/** Fewest days on either side of a difference, and pairs of a day that counts. */
const LEAST_DAYS = 4, LEAST_A_DAY = 10;
const HOLDS_BELOW = 0.05;

/**
 * Correlation in the parts of the day, which of them differ, and what is left of it when volatility is taken out.
 * Differences are tested over days, since the bars of a day share its regime; each day is one number a part.
 */
export const daySessionsStudy: Study<null, DaySessions> = {
  name: "day-sessions",
  run(scope) {
    const pairs = studyPairs(scope), { evidence } = pairs;
    if (evidence.n < LEAST) {
      const reason = `sessions take ${LEAST} pairs of returns; there are ${evidence.n}.`;
      return { kind: "lacking", reason, evidence };
    }
    const part = dayParts(pairs.openTime);
    const found: DaySessions = {
      parts: partsOf(pairs, part),
      differences: differencesOf(pairs, part),
      all: pearson(pairs.a, pairs.b),
      adjusted: volatilityAdjustedCorrelation(pairs.a, pairs.b),
      storms: stormsOf(pairs.a, pairs.b),
    };
    return { kind: "found", found, evidence };
  },
};

function partsOf({ openTime, a, b }: StudyPairs, part: Uint8Array): PartCorrelation[] {
  const { asia, us, rest } = correlationBySession(openTime, a, b);
  // London's hours alone: those that New York shares are the US part's.
  const beforeUs = (values: Float64Array) =>
    values.map((value, row) => part[row] === 1 ? value : NaN);
  const { europe } = correlationBySession(openTime, beforeUs(a), beforeUs(b));
  const cells = { asia, europe, us, rest };
  return DAY_PARTS.map((name) => ({ part: name, ...cells[name] }));
}

const COMPARED = [["us", "europe"], ["us", "asia"], ["europe", "asia"]] as const;

function differencesOf({ openTime, a, b }: StudyPairs, part: Uint8Array): PartDifference[] {
  const scores = DAY_PARTS.map((_, index) =>
    dayScores(openTime, a, b, (row) => part[row] === index)
  );
  const scoresOf = (name: DayPart) => scores[DAY_PARTS.indexOf(name)]!;
  const plain = COMPARED.map(([first, second]) => {
    const one = scoresOf(first), other = scoresOf(second);
    const days = [one.length, other.length] as const;
    const isTested = Math.min(...days) >= LEAST_DAYS;
    return { first, second, days, pvalue: isTested ? welch(one, other) : NaN };
  });
  const adjusted = benjaminiHochberg(plain.map(({ pvalue }) => pvalue));
  return plain.map((one, i) => ({
    ...one,
    adjusted: adjusted[i]!,
    holds: adjusted[i]! < HOLDS_BELOW,
  }));
}

/** Fisher's score of each UTC day's correlation. */
function dayScores(
  openTime: Float64Array,
  a: Float64Array,
  b: Float64Array,
  isIn: (row: number) => boolean,
): number[] {
  const days = new Map<number, { a: number[]; b: number[] }>();
  openTime.forEach((time, row) => {
    if (!isIn(row) || !isFinitePair(a[row]!, b[row]!)) return;
    const key = Math.floor(time / DAY);
    let day = days.get(key);
    if (day === undefined) days.set(key, day = { a: [], b: [] });
    day.a.push(a[row]!);
    day.b.push(b[row]!);
  });
  return [...days.values()].flatMap((day) => {
    if (day.a.length < LEAST_A_DAY) return [];
    const score = Math.atanh(pearson(day.a, day.b).value);
    return Number.isFinite(score) ? [score] : [];
  });
}

/** Two-sided p-value of equal means (B. L. Welch, Biometrika 34, 1947). */
function welch(one: readonly number[], other: readonly number[]): number {
  const sides = [one, other].map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, error: squares / (values.length - 1) / values.length, df: values.length - 1 };
  });
  const [first, second] = [sides[0]!, sides[1]!];
  const error = first.error + second.error;
  const df = error ** 2 / (first.error ** 2 / first.df + second.error ** 2 / second.df);
  return tTwoSided((first.mean - second.mean) / Math.sqrt(error), df);
}
