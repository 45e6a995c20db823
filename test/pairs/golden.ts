import { readFileSync } from "node:fs";

/** A column as JSON has it: null is a missing number. */
export type Nullable = readonly (number | null)[];

export const column = (values: Nullable) => Float64Array.from(values, (value) => value ?? NaN);

export interface RiskCase {
  readonly level: number;
  readonly historical: number;
  readonly expectedShortfall: number;
  readonly normal: number;
  readonly normalExpectedShortfall: number;
  readonly cornishFisher: number | null;
  readonly cornishFisherExpectedShortfall: number | null;
}

export interface PerformanceCase {
  readonly name: string;
  readonly returns: Nullable;
  readonly periodsPerYear: number;
  readonly riskFree: number;
  readonly lags: number;
  readonly totalReturn: number;
  readonly annualReturn: number;
  readonly volatility: number;
  readonly sharpe: number;
  readonly standardError: number;
  readonly robustError: number;
  readonly psr: number;
  readonly psrBenchmark: number;
  readonly deflated: number;
  readonly deflatedBenchmark: number;
  readonly sortino: number | null;
  readonly maxDrawdown: number;
  readonly risk: readonly RiskCase[];
}

interface Golden {
  readonly performance: readonly PerformanceCase[];
  readonly kupiec: readonly { x: number; n: number; level: number; stat: number; pvalue: number }[];
  readonly pastHedge:
    & Record<"x" | "y" | "beta" | "alpha" | "spread" | "z", Nullable>
    & Record<"window" | "minPeriods" | "zWindow" | "zMinPeriods", number>;
  readonly measures:
    & Record<
      | ("a" | "b" | "high" | "low" | "close" | "volume" | "rollingVwap" | "relativeVolume")
      | (
        | "relativeVolumePast"
        | "ratio"
        | "middle"
        | "upper"
        | "lower"
        | "divergence"
        | "conditional"
      ),
      Nullable
    >
    & { readonly realized: Readonly<Record<"15" | "60", Nullable>> };
}

/** Right answers made by test/golden/make_pairs.py. */
export function readPairsGolden(): Golden {
  return JSON.parse(readFileSync(new URL("../golden/pairs.json", import.meta.url), "utf8"));
}

/** Distance relative to the larger of 1 and the expected value; NaN equals NaN. */
export function distance(actual: number, expected: number | null): number {
  if (expected === null || Number.isNaN(expected)) return Number.isNaN(actual) ? 0 : Infinity;
  const gap = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  return Number.isNaN(gap) ? Infinity : gap;
}

/** Largest {@link distance} of two columns. */
export function columnDistance(actual: ArrayLike<number>, expected: Nullable): number {
  if (actual.length !== expected.length) return Infinity;
  return Math.max(0, ...expected.map((value, i) => distance(actual[i]!, value)));
}
