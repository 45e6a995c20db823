import type { ReportRow } from "../../../lib/bars/report/report_rows.ts";

/** The bar with its prices multiplied. */
export function scaled(bar: ReportRow, factor: number): ReportRow {
  const { open, high, low, close } = bar;
  return {
    ...bar,
    open: open * factor,
    high: high * factor,
    low: low * factor,
    close: close * factor,
  };
}
