/** A divergence score as it is shown. */
export interface DivergenceReading {
  /** In standard deviations; NaN where unknown. */
  readonly score: number;
  /** Grey readings are shown for the eye and raise no alarm. */
  readonly state: "armed" | "grey";
  /** Why it is grey; undefined when armed. */
  readonly reason: string | undefined;
  /** `DIV: +1.8σ (BTC>ES)`: `>` when the first rose more, `<` when the second did. */
  readonly label: string;
}

/** Minutes over which the changes of a divergence are taken where it is shown. */
export const DIVERGENCE_MINUTES = 5;

/** Correlation above which a divergence means something. */
export const ARMING_CORRELATION = 0.4;

/**
 * Reads a score by the arming rule: it is armed only while the two markets move together (correlation
 * above 0.4) and New York trades; else grey. Unknown correlation arms nothing.
 *
 * @param options.a names of the two markets, as scored.
 * @param options.isRegularHours whether US regular hours hold, see `SessionClock("us")`.
 *
 * @example
 * ```ts
 * import { readDivergence } from "./divergence_reading.ts";
 * import assert from "node:assert/strict";
 * const names = { a: "BTC", b: "ES", isRegularHours: true };
 * assert.equal(readDivergence(1.83, { ...names, correlation: 0.6 }).label, "DIV: +1.8σ (BTC>ES)");
 * const { state, reason } = readDivergence(-2.5, { ...names, correlation: 0.1 });
 * assert.deepEqual([state, reason], ["grey", "correlation 0.10 is not above 0.4"]);
 * ```
 */
export function readDivergence(
  score: number,
  options: {
    readonly a: string;
    readonly b: string;
    readonly correlation: number;
    readonly isRegularHours: boolean;
  },
): DivergenceReading {
  const { a, b, correlation, isRegularHours } = options;
  const reason = greyReason(score, correlation, isRegularHours);
  const state = reason === undefined ? "armed" : "grey";
  if (Number.isNaN(score)) return { score, state, reason, label: `DIV: n/a (${a}, ${b})` };
  const order = score > 0 ? `${a}>${b}` : score < 0 ? `${a}<${b}` : `${a}=${b}`;
  const sign = score > 0 ? "+" : score < 0 ? "−" : "";
  return { score, state, reason, label: `DIV: ${sign}${Math.abs(score).toFixed(1)}σ (${order})` };
}

function greyReason(
  score: number,
  correlation: number,
  isRegularHours: boolean,
): string | undefined {
  if (Number.isNaN(score)) return "too few bars, or one is missing";
  if (!isRegularHours) return "outside US regular hours";
  if (Number.isNaN(correlation)) return "correlation is not known";
  if (correlation > ARMING_CORRELATION) return undefined;
  return `correlation ${correlation.toFixed(2)} is not above ${ARMING_CORRELATION}`;
}
