import { givenOptions } from "../stats/given_options.ts";
import { scaledDown } from "../stats/regression/columns.ts";
import { centralMoments } from "../stats/rolling/central_moments.ts";
import { type Drawdown, drawdowns } from "./drawdown.ts";
import { checkPeriods, compounded, finiteReturns } from "./returns_of_account.ts";
import { type SharpeRatio, sharpeRatio } from "./sharpe_ratio.ts";
import { type ValueAtRisk, valueAtRisk } from "./value_at_risk.ts";

/** Options of {@link performance}. */
export interface PerformanceOptions {
  /** Returns in a year: 252 days, 525,600 minutes of crypto, 252 × 1,380 minutes of Globex. */
  readonly periodsPerYear: number;
  /** Riskless return of one period, for the Sharpe ratio. @default 0 */
  readonly riskFree?: number;
  /** Time of each return, epoch ms, for the dates of the deepest drawdown. */
  readonly times?: ArrayLike<number>;
}

/** What an account did. Returns are simple and of one period; NaN where undefined. */
export interface Performance {
  /** Returns that are known. */
  readonly n: number;
  readonly periodsPerYear: number;
  /** `Π(1 + r) - 1`. */
  readonly totalReturn: number;
  /** `Π(1 + r)^(A/n) - 1`; NaN after a total loss, and where a few lucky minutes make a year beyond doubles. */
  readonly annualReturn: number;
  /** `sd · √A`, divisor n - 1. */
  readonly volatility: number;
  /** `mean / sd · √A`; NaN when the returns never change. */
  readonly sharpe: number;
  /** The same with its standard errors and the moments that PSR and DSR take. */
  readonly sharpeRatio: SharpeRatio;
  /** `mean / √(Σ min(r, 0)² / n) · √A`, over all n; NaN without a loss. */
  readonly sortino: number;
  /** Deepest fall from the running peak, the opening equity included: negative, or 0. */
  readonly maxDrawdown: number;
  /** Its peak, trough and recovery: rows, or times where given. Undefined when there was none. */
  readonly deepestDrawdown: Drawdown | undefined;
  /** See {@link valueAtRisk}; losses are positive. */
  valueAtRisk(level: number): ValueAtRisk;
}

/**
 * The usual figures of a series of simple returns. Returns that are not finite are left out and not
 * counted.
 *
 * Sortino: F. Sortino & R. van der Meer, Journal of Portfolio Management 17 (1991), target 0. For the
 * others see {@link sharpeRatio}, {@link drawdowns} and {@link valueAtRisk}.
 *
 * @throws {RangeError} when an option is out of range.
 *
 * @example
 * ```ts
 * import { performance } from "./performance.ts";
 * import assert from "node:assert/strict";
 * const p = performance([0.02, -0.01, 0.015, -0.03, 0.01], { periodsPerYear: 252 });
 * assert.equal(p.totalReturn.toFixed(6), "0.004141");
 * assert.equal(p.maxDrawdown.toFixed(4), "-0.0300");
 * assert.equal(p.sharpe.toFixed(4), "0.7655");
 * assert.equal(p.valueAtRisk(0.95).historical.toFixed(4), "0.0260");
 * ```
 */
export function performance(
  returns: ArrayLike<number>,
  options: PerformanceOptions,
): Performance {
  const { periodsPerYear, riskFree = 0, times } = givenOptions(options) as PerformanceOptions;
  checkPeriods(periodsPerYear);
  const known = finiteReturns(returns);
  const n = known.length;
  const equity = compounded(returns);
  const end = equity.findLast((value) => !Number.isNaN(value)) ?? NaN;
  const plain = sharpeRatio(known, { periodsPerYear });
  const sharpe = riskFree === 0 ? plain : sharpeRatio(known, { periodsPerYear, riskFree });
  const { values, unit } = scaledDown(known);
  const { mean, squares } = centralMoments(values);
  let losses = 0;
  for (let row = 0; row < n; row++) if (values[row]! < 0) losses += values[row]! * values[row]!;
  const downside = Math.sqrt(losses / n);
  const annual = end > 0 ? Math.expm1(Math.log(end) * periodsPerYear / n) : NaN;
  const falls = drawdowns(equity, times === undefined ? {} : { times });
  return {
    n,
    periodsPerYear,
    totalReturn: Number.isFinite(end) ? end - 1 : NaN,
    annualReturn: Number.isFinite(annual) ? annual : NaN,
    volatility: Math.sqrt(squares / (n - 1)) * unit * Math.sqrt(periodsPerYear),
    sharpe: sharpe.value,
    sharpeRatio: sharpe,
    sortino: downside > 0 ? mean / downside * Math.sqrt(periodsPerYear) : NaN,
    maxDrawdown: falls.max,
    deepestDrawdown: falls.deepest,
    valueAtRisk: (level) => valueAtRisk(known, level),
  };
}
