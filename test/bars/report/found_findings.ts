import type { DataReport, FindingKind } from "../../../lib/bars/report/data_report.ts";

/** The finding of a kind; undefined when there is none. */
export function found(report: DataReport, kind: FindingKind) {
  return report.findings.find((finding) => finding.kind === kind);
}

/** How many of each kind. */
export function counts(report: DataReport): Partial<Record<FindingKind, number>> {
  return Object.fromEntries(report.findings.map(({ kind, count }) => [kind, count]));
}
