import { correlationPValue } from "./correlation_p_value.ts";
import { fisherInterval } from "./fisher.ts";
import { effectivePairs, type InflationParts } from "./variance_inflation.ts";

/** What is said of a correlation beside its value. */
export interface CorrelationInference {
  readonly lo: number;
  readonly hi: number;
  /** Two-sided, of "no correlation". */
  readonly pvalue: number;
  /** Pairs the interval rests on. */
  readonly nEff: number;
}

/** Interval and p-value that suppose `n` independent normal pairs. */
export function inferFromRows(r: number, n: number, level: number): CorrelationInference {
  const { lo, hi } = fisherInterval(r, n, level);
  return { lo, hi, pvalue: correlationPValue(r, n - 2), nEff: n };
}

/**
 * Interval and p-value of `n` pairs that vary more than normal ones: Fisher's interval on the effective pairs;
 * the p-value by Student's t on those that would be effective were there no correlation, see
 * {@link InflationParts}.
 */
export function inferFromEffective(
  r: number,
  n: number,
  level: number,
  parts: InflationParts,
): CorrelationInference {
  const nEff = effectivePairs(n, parts.tails * parts.memory);
  const underNull = effectivePairs(n, parts.tailsUnderNull * parts.memory);
  const { lo, hi } = fisherInterval(r, nEff, level);
  return { lo, hi, pvalue: correlationPValue(r, underNull - 2), nEff };
}
