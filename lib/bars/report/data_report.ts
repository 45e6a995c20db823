import { type DataReport, type DataReportOptions, Examination } from "./examination.ts";
import {
  isContinued,
  type ReportColumns,
  type ReportRow,
  type ReportRows,
  reportRows,
} from "./report_rows.ts";

export type { DataFinding, FindingExample, FindingKind, Severity } from "./data_finding.ts";
export type { DataVerdict } from "./data_verdict.ts";
export type { DataReport, DataReportOptions } from "./examination.ts";
export type { FlatRun } from "./flat_bars.ts";
export type { MissingStretch } from "./missing_bars.ts";
export type { ReportColumns, ReportRow } from "./report_rows.ts";
export type { ZoneGuess } from "./time_zone_guess.ts";

/**
 * Examines bars of any origin, in the order they come, and says what is wrong with them: gaps, repeats,
 * disorder, impossible values, flat stretches, outliers, times of another zone. It changes nothing, and it never
 * throws over the data.
 *
 * @param bars rows, or columns of equal length; nothing need be valid in them.
 * @throws {RangeError} when columns differ in length, or `stepMs` is not a whole number above 0.
 *
 * @example
 * ```ts
 * import { reportOnBars } from "./data_report.ts";
 * import assert from "node:assert/strict";
 * const bar = { open: 5, high: 6, low: 4, close: 5, volume: 1 };
 * const bars = [0, 1, 2, 5, 5, 6].map((minute) => ({ openTime: minute * 60_000, ...bar }));
 * const { findings, expected } = reportOnBars(bars);
 * assert.deepEqual(findings.map(({ kind, bars }) => [kind, bars]), [["repeat", 1], ["gap", 2]]);
 * assert.equal(expected, 7);
 * ```
 */
export function reportOnBars(
  bars: readonly ReportRow[] | ReportColumns,
  options: DataReportOptions = {},
): DataReport {
  return new BarExaminer(options).report(bars);
}

/**
 * Incremental {@link reportOnBars}: each report equals one over all bars given, but costs only the work for the bars
 * added since the last call. When earlier bars have changed, or later ones are out of order, all are examined again.
 *
 * @example
 * ```ts
 * import { BarExaminer } from "./data_report.ts";
 * import assert from "node:assert/strict";
 * const bar = { open: 5, high: 6, low: 4, close: 5, volume: 1 };
 * const bars = [0, 1, 2].map((minute) => ({ openTime: minute * 60_000, ...bar }));
 * const examiner = new BarExaminer({ stepMs: 60_000 });
 * assert.equal(examiner.report(bars).missing.length, 0);
 * assert.equal(examiner.report([...bars, { openTime: 300_000, ...bar }]).missing[0]?.bars, 2);
 * ```
 */
export class BarExaminer {
  readonly #options: DataReportOptions;
  #examination: Examination;
  #known: ReportRows | undefined;

  /** @throws {RangeError} when `stepMs` is not a whole number above 0. */
  constructor(options: DataReportOptions = {}) {
    this.#options = options;
    this.#examination = new Examination(options);
  }

  /** @throws {RangeError} when columns differ in length. */
  report(bars: readonly ReportRow[] | ReportColumns): DataReport {
    const rows = reportRows(bars);
    if (this.#known !== undefined && !isContinued(this.#known, rows)) {
      this.#examination = new Examination(this.#options);
    }
    this.#known = rows;
    return this.#examination.report(rows);
  }
}
