/**
 * Why a statistic cannot be had from the data:
 * - `too-few`: fewer rows than the method needs.
 * - `constant`: a column (or the series) never changes.
 * - `singular`: a column is a combination of the others.
 * - `perfect-fit`: nothing is left to estimate an error from.
 * - `missing`: a gap in data whose order matters.
 */
export type StatisticsErrorCode = "too-few" | "constant" | "singular" | "perfect-fit" | "missing";

/**
 * Data that has no answer, as opposed to a bad argument (RangeError) and from an unknown value (NaN).
 *
 * @example
 * ```ts
 * import { StatisticsError } from "./statistics_error.ts";
 * import { adf } from "./stationarity/adf.ts";
 * import assert from "node:assert/strict";
 * assert.throws(
 *   () => adf(new Float64Array(100).fill(7)),
 *   (error) => error instanceof StatisticsError && error.code === "constant",
 * );
 * ```
 */
export class StatisticsError extends Error {
  override readonly name = "StatisticsError";
  /** Stable short name for programs. */
  readonly code: StatisticsErrorCode;

  constructor(code: StatisticsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
