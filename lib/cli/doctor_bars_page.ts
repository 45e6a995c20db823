import type { DataFinding } from "../bars/report/data_report.ts";
import { stepText } from "../bars/report/missing_bars.ts";
import type { BarsFile } from "../bars/csv/read_bars_csv.ts";
import type { PriceScale } from "../bars/report/price_scale.ts";
import {
  type ClockDoubt,
  type ExaminedFile,
  type FileDoubts,
  isDoubtful,
} from "../bars/examine/examined_file.ts";
import { counted } from "../model/counted.ts";
import { formatUtc } from "../model/time.ts";

const MARKS = { fault: "bad ", warning: "look", note: "note" } as const;
const WITNESSES = {
  calendar: "the daily break and the weekend",
  volume: "the rise of the volume at the New York open",
  change: "the hours that its clocks leap over or show twice",
} as const;

/** What `doctor --bars` says of a file that cannot be examined, among others. */
export function refusalPage(path: string, reason: string): string {
  return `${path}: not examined\nbad  file: ${reason}\n`;
}

/** What `doctor --bars` says of one file. */
export function barsPage(
  path: string,
  { file, report, hours: { why } }: ExaminedFile,
  doubts: FileDoubts,
): string {
  const { clock: doubt, stamp, scale } = doubts;
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
    ...(stamp === undefined ? [] : [`look stamp: ${stampText(stamp)}`]),
    ...(scale === undefined ? [] : [scaleText(scale)]),
    ...findings.flatMap(({ kind, severity, sentence, examples }) => [
      `${MARKS[severity]} ${kind}: ${sentence}`,
      ...examples.map(({ what }) => `       ${what}`),
    ]),
    ...(findings.length === 0 && !isDoubtful(doubts) ? ["ok   no fault found"] : []),
    "",
    verdictText(doubts, verdict.sentence),
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

function stampText(why: string): string {
  return `The times are those of the end of each bar: ${why}. They are moved to its open here; --stamp close says it for sure, --stamp open takes them as they stand.`;
}

function scaleText({ scale, why, isSure }: PriceScale): string {
  if (isSure) {
    return `look scale: ${
      sentenceOf(why)
    }; they are divided by that here. --scale ${scale} says it for sure, --scale 1 takes them as they stand.`;
  }
  return `look scale: ${
    sentenceOf(why)
  }; if they are in fixed point, read them with --scale ${scale}.`;
}

function sentenceOf(part: string): string {
  return `${part.charAt(0).toUpperCase()}${part.slice(1)}`;
}

/** What the file is to be read as, then what is to be said of it so. */
function verdictText({ clock, stamp, scale }: FileDoubts, sentence: string): string {
  if (clock !== undefined && clock.zone === undefined) {
    return `It is the clock: the times look like ${
      clock.zones.join(" or ")
    }, not UTC; read them with --zone first, for gaps and hours are judged wrongly until then.`;
  }
  const reasons = [
    ...(clock === undefined ? [] : [`the clock: the times look like ${clock.zone}, not UTC`]),
    ...(stamp === undefined
      ? []
      : ["the stamp: the times are those of the end of each bar (--stamp close)"]),
    ...(scale?.isSure ? [`the unit: ${scale.why} (--scale ${scale.scale})`] : []),
  ];
  if (reasons.length === 0) {
    const isOpen = scale !== undefined && !scale.isSure;
    return isOpen
      ? `${sentence.slice(0, -1)}; but look at the unit of the prices (--scale ${scale.scale}).`
      : sentence;
  }
  return `It is ${reasons.join(", and ")}. Read so: ${sentence}`;
}
