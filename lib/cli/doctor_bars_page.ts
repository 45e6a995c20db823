import type { DataFinding, DataReport } from "../bars/report/data_report.ts";
import { stepText } from "../bars/report/missing_bars.ts";
import type { BarsFile } from "../bars/csv/read_bars_csv.ts";
import { counted } from "../model/counted.ts";
import { formatUtc } from "../model/time.ts";
import type { Hours } from "./doctor_hours.ts";

/** A file with what was found in it. */
export interface ExaminedFile {
  readonly file: BarsFile;
  readonly report: DataReport;
  readonly hours: Hours;
}

/** Whose clock times without a zone may be. */
export interface ClockDoubt {
  /** The zone they were read in; undefined where several may be. */
  readonly zone: string | undefined;
  readonly zones: readonly string[];
  /** `change`: by the hours that clocks leap over or show twice. */
  readonly evidence: "calendar" | "volume" | "change" | undefined;
}

const MARKS = { fault: "bad ", warning: "look", note: "note" } as const;
const WITNESSES = {
  calendar: "the daily break and the weekend",
  volume: "the rise of the volume at the New York open",
  change: "the hours that its clocks leap over or show twice",
} as const;

/** What `doctor --bars` says of one file. */
export function barsPage(
  path: string,
  { file, report, hours: { why } }: ExaminedFile,
  doubt: ClockDoubt | undefined,
): string {
  const { rows, bars, expected, from, to, stepMs, findings, verdict, zone } = report;
  const share = expected > 0 && !Number.isNaN(stepMs)
    ? ` of ${expected.toLocaleString("en-US")} expected`
    : "";
  const step = Number.isNaN(stepMs) ? "step unknown" : `a bar each ${stepText(stepMs)}`;
  const end = Number.isNaN(to) ? "" : ` to ${formatUtc(to)}`;
  const isKnownUtc = doubt === undefined && zone?.zone === "UTC";
  const lines = [
    `${path}: ${counted(rows, "row")}, ${counted(bars, "bar")}${share}`,
    ...(bars === 0 ? [] : [`     ${formatUtc(from)}${end}, ${step}; ${why}`]),
    ...(file.notes.length === 0 ? [] : [`     ${file.notes.join("; ")}`]),
    ...(file.isZoneAssumed ? [`     ${zoneText(file, findings, doubt)}`] : []),
    ...(isKnownUtc ? [`ok   the times are UTC, by the ${zone.evidence}`] : []),
    ...(doubt === undefined ? [] : [`look zone: ${doubtText(doubt)}`]),
    ...findings.flatMap(({ kind, severity, sentence, examples }) => [
      `${MARKS[severity]} ${kind}: ${sentence}`,
      ...examples.map(({ what }) => `       ${what}`),
    ]),
    ...(findings.length === 0 && doubt === undefined ? ["ok   no fault found"] : []),
    "",
    doubt === undefined ? verdict.sentence : clockVerdict(doubt, verdict.sentence),
    "",
  ];
  return lines.join("\n");
}

function zoneText(
  { timeColumn, zone }: BarsFile,
  findings: readonly DataFinding[],
  doubt: ClockDoubt | undefined,
): string {
  const taken = `taken for ${doubt?.zone ?? zone ?? "UTC"}`;
  const isMixed = findings.some(({ kind }) => kind === "mixed");
  return isMixed
    ? `${timeColumn} has no zone in some lines: there it is ${taken}`
    : `${timeColumn} has no zone: ${taken}`;
}

function doubtText({ zone, zones, evidence }: ClockDoubt): string {
  const by = evidence === undefined ? "" : `, by ${WITNESSES[evidence]}`;
  if (zone === undefined) {
    return `The times look like ${zones.join(" or ")}, not UTC${by}: say which with --zone.`;
  }
  return `The times look like ${zone}, not UTC${by}; they are read so here. --zone ${
    zone.startsWith("UTC") ? "NAME" : zone
  } says it for sure, --zone UTC takes them as they stand.`;
}

function clockVerdict({ zone, zones }: ClockDoubt, sentence: string): string {
  if (zone === undefined) {
    return `It is the clock: the times look like ${
      zones.join(" or ")
    }, not UTC; read them with --zone first, for gaps and hours are judged wrongly until then.`;
  }
  return `It is the clock: the times look like ${zone}, not UTC. Read so: ${sentence}`;
}
