import type { Source } from "../model/instrument.ts";
import { formatUtc } from "../model/time.ts";
import type { StudyEvidence, StudyQuery } from "../sync/studies/study.ts";
import { sourceBadge } from "./labels.ts";

/** What stands below every study. */
export interface StudyFooting extends Pick<StudyQuery, "days" | "hours"> {
  readonly evidence: StudyEvidence;
  /** `Pearson of 5m log returns, 95 % interval on the effective n`. */
  readonly method: string;
  readonly source: Source;
}

/** `all hours`, or which they are. */
export function hoursText(hours: StudyQuery["hours"]): string {
  return hours === "all" ? "all hours" : "US regular hours only (09:30 to 16:00 New York)";
}

/** What a study rests on, in lines: how much of what could be there, when, how, whose data, and what was left out. */
export function studyFooting(footing: StudyFooting): string[] {
  const { evidence, method, source, days, hours } = footing;
  const { n, expected, from, to, unit } = evidence;
  const when = Number.isNaN(from)
    ? "no time covered yet"
    : `${formatUtc(from)} to ${formatUtc(to)}${unit === undefined ? shortOf(days, from, to) : ""}`;
  return [
    `${counted(n)} of ${counted(expected)} ${unit ?? "pairs of returns"} · ${when} · ${
      hoursText(hours)
    }`,
    `${method} · ${exclusionsText(evidence)} · ${sourceBadge(source)} data`,
  ];
}

/** Days asked for that history does not reach back to. */
function shortOf(days: number, from: number, to: number): string {
  const there = (to - from) / 86_400_000;
  return there < 0.98 * days ? `, ${there.toFixed(1)} of ${days} days so far` : "";
}

function exclusionsText({ excluded: { cut, closed, roll, gap } }: StudyEvidence): string {
  const parts = [
    [gap, "in gaps"],
    [closed, "at closed hours"],
    [roll, "at rolls"],
    [cut, "outside US hours"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, where]) =>
    `${counted(count)} ${where}`
  );
  return said.length === 0 ? "nothing left out" : `bars left out: ${said.join(", ")}`;
}

function counted(count: number): string {
  return count.toLocaleString("en-US");
}
