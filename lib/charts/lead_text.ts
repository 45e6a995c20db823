import type { DayPart } from "../sync/studies/day_parts.ts";
import type { LeadFound, PartLead } from "../sync/studies/lead.ts";
import type { LeadReading } from "../stats/ticks/lead_reading.ts";
import { HOUR, MINUTE } from "../model/time.ts";
import { inHoursOf } from "./part_names.ts";
import { upperFirst } from "./sentence_text.ts";

/** What readers call the sides. */
export interface SideNames {
  readonly first: string;
  readonly second: string;
}

/**
 * Who leads, in a sentence that claims no more than the verdicts: a lead that only some parts of the day show is said of
 * those; parts that disagree are said before any verdict over all of them.
 */
export function leadSentence({ all, parts, basis, stepMs }: LeadFound, names: SideNames): string {
  const tested = parts.filter(({ estimate }) => estimate !== undefined);
  const leading = tested.filter(({ reading }) => leads(reading));
  const directions = new Set(leading.map(({ reading }) => reading.direction));
  if (directions.size > 1) {
    const claims = leading.map(({ part, reading }) =>
      `${inHoursOf([part])} ${claim(reading, names)}`
    );
    return `The parts of the day disagree: ${claims.join("; ")}.`;
  }
  const { reading } = all;
  if (leads(reading)) return `${claim(reading, names)}, ${whereText(reading, tested)}.`;
  const also = leading.map((one) =>
    ` ${upperFirst(inHoursOf([one.part]))}, though, ${claim(one.reading, names)}.`
  ).join("");
  if (reading.direction === "together") {
    const unknown = partsThat(tested, (one) => one.direction === "unknown");
    const open = unknown.length === 0 ? "" : ` ${upperFirst(inHoursOf(unknown))} it is not known.`;
    const base = basis === "bars"
      ? `${names.first} and ${names.second} move within the same bar: a lead shorter than ${
        lagText(stepMs)
      } cannot be seen on bars.`
      : `${names.first} and ${names.second} move together: ${reading.reason}.`;
    return base + also + open;
  }
  return `Who leads is not known: ${reading.reason}.${also}`;
}

/** `BTC follows ES by 5 s, 95 % interval 4 to 6 s`. */
export function claim({ direction, lagMs, interval }: LeadReading, names: SideNames): string {
  const isFirst = direction === "first";
  const leader = isFirst ? names.first : names.second;
  const follower = isFirst ? names.second : names.first;
  const base = `${follower} follows ${leader} by ${lagText(lagMs)}`;
  if (interval === undefined) return base;
  const ends = isFirst ? [interval.loMs, interval.hiMs] : [-interval.hiMs, -interval.loMs];
  const level = Math.round(100 * interval.level);
  return `${base}, ${level} % interval ${lagText(ends[0]!)} to ${lagText(ends[1]!)}`;
}

/** In which parts of the day the lead over all of them is there. */
function whereText({ direction }: LeadReading, tested: readonly PartLead[]): string {
  const same = partsThat(tested, (one) => one.direction === direction);
  const together = partsThat(tested, (one) => one.direction === "together");
  const unknown = partsThat(tested, (one) => one.direction === "unknown");
  const others = [
    ...(together.length === 0 ? [] : [`${inHoursOf(together)} they move together`]),
    ...(unknown.length === 0 ? [] : [`${inHoursOf(unknown)} it is not known`]),
  ];
  if (same.length === 0) {
    return others.length === 0
      ? "over all hours: no part of the day has enough by itself"
      : `over all hours, though no part of the day shows it by itself: ${others.join("; ")}`;
  }
  if (others.length === 0) {
    const whole = same.length === 1
      ? ", the only ones with enough data"
      : ", all that have enough data";
    return inHoursOf(same) + whole;
  }
  return `${inHoursOf(same)} only; ${others.join("; ")}`;
}

function partsThat(
  tested: readonly PartLead[],
  isSo: (reading: LeadReading) => boolean,
): DayPart[] {
  return tested.filter(({ reading }) => isSo(reading)).map(({ part }) => part);
}

function leads({ direction }: LeadReading): boolean {
  return direction === "first" || direction === "second";
}

/** Which side leads, for a cell of a table. */
export function leaderText(
  direction: LeadReading["direction"],
  { first, second }: SideNames,
): string {
  switch (direction) {
    case "first":
      return `${first} leads`;
    case "second":
      return `${second} leads`;
    case "together":
      return "together";
    case "unknown":
      return "not known";
  }
}

/** `5 s`, `2 min`, `4 h`; a real minus sign. */
export function lagText(ms: number): string {
  const size = Math.abs(ms), sign = ms < 0 ? "−" : "";
  if (size >= HOUR && size % HOUR === 0) return `${sign}${size / HOUR} h`;
  if (size >= MINUTE && size % MINUTE === 0) return `${sign}${size / MINUTE} min`;
  return `${sign}${Number((size / 1_000).toFixed(2))} s`;
}
