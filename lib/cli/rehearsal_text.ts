import type { Excursion, Rehearsal, RehearsedRule } from "../alerts/rehearsal.ts";
import { conditionText } from "../model/condition.ts";
import { counted } from "../model/counted.ts";
import { durationText } from "../model/duration.ts";
import { formatUtc, MINUTE } from "../model/time.ts";

/** Excursions listed of each rule; further ones are counted. */
const LISTED = 20;

/** A rehearsal for a person: each rule with how often it would have fired, when and for how long. */
export function rehearsalText({ from, to, rules }: Rehearsal): string {
  if (Number.isNaN(from)) return "There is no minute to judge.\n";
  const minutes = (to - from) / MINUTE;
  const head = `${counted(minutes, "minute")} judged, ${formatUtc(from)} to ${formatUtc(to)}.\n`;
  return `${head}${rules.map((rule) => ruleText(rule, minutes)).join("")}`;
}

function ruleText(
  { rule, excursions, known, standing, unknown }: RehearsedRule,
  minutes: number,
): string {
  const { name, metric, of, timeframe, fire, severity } = rule;
  const reasons = Object.entries(unknown).sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${count}`);
  const isTick = timeframe === "tick" ? ", at each trade" : "";
  const rest = reasons.length === 0 ? "" : `; not known: ${reasons.join(", ")}`;
  const lines = [
    `\n${name} (${severity}): ${metric} of ${of} ${conditionText(fire)}${isTick}`,
    `  fired ${counted(excursions.length, "time")}, ${
      durationText(standing * MINUTE)
    } in all; known in ${counted(known, "minute")} of ${minutes}${rest}`,
    ...excursions.slice(0, LISTED).map(excursionText),
  ];
  const left = excursions.length - LISTED;
  if (left > 0) lines.push(`  and ${left} more (--json lists all)`);
  return `${lines.join("\n")}\n`;
}

function excursionText({ since, firedAt, resolvedAt, value, extreme }: Excursion): string {
  const waited = firedAt > since ? ` ${durationText(firedAt - since)} after it began` : "";
  const end = resolvedAt === undefined
    ? "goes on at the end"
    : `resolved after ${durationText(resolvedAt - firedAt)}`;
  const shown = (number: number) => `${Number(number.toPrecision(6))}`;
  return `  ${formatUtc(firedAt)}${waited} at ${shown(value)}, furthest ${shown(extreme)}, ${end}`;
}
