import { conditionText } from "../model/condition.ts";
import { durationText } from "../model/duration.ts";
import { briefUtc, formatUtc, MINUTE } from "../model/time.ts";
import { shortNumber } from "./number_text.ts";
import type { RehearsalStudy, StudiedRule } from "./rehearsal_study.ts";

/** Alerts listed; a rule that fires more often says enough by its number. */
const MOST_ROWS = 12;

export const REHEARSAL_COLUMNS: readonly string[] = [
  "#",
  "fired",
  "began",
  "until it fired",
  "resolved",
  "stood for",
  "value",
  "furthest",
];

/** The newest alerts first, as rows of text; how many are left out. */
export function rehearsalRows(
  { alerts, end }: RehearsalStudy,
  unit: string,
): { readonly rows: readonly (readonly string[])[]; readonly earlier: number } {
  const shown = alerts.slice(-MOST_ROWS);
  const earlier = alerts.length - shown.length;
  const rows = shown.map(({ since, firedAt, resolvedAt, value, extreme }, i) => [
    String(earlier + i + 1),
    formatUtc(firedAt),
    briefUtc(since, firedAt),
    since === firedAt ? "at once" : durationText(firedAt - since),
    resolvedAt === undefined ? "goes on" : briefUtc(resolvedAt, firedAt),
    durationText((resolvedAt ?? end) - firedAt),
    `${shortNumber(value)}${unit}`,
    `${shortNumber(extreme)}${unit}`,
  ]);
  return { rows: rows.reverse(), earlier };
}

/** `fires 3 times in 22h 4m that are known, stands 8 % of them; median 12m` */
export function rehearsalSummary({ alerts, known, minutes, firingMs }: RehearsalStudy): string {
  if (known === 0) return `unknown in all ${minutes.toLocaleString("en-US")} minutes`;
  const knownMs = known * MINUTE;
  const over = `in ${durationText(knownMs)} that ${known === 1 ? "is" : "are"} known`;
  if (alerts.length === 0) return `never fires ${over}`;
  const times = alerts.length === 1 ? "once" : `${alerts.length.toLocaleString("en-US")} times`;
  const lengths = alerts.map(({ firedAt, resolvedAt }) => (resolvedAt ?? NaN) - firedAt)
    .filter((length) => !Number.isNaN(length)).sort((a, b) => a - b);
  const median = lengths[lengths.length >> 1];
  const share = 100 * firingMs / (minutes * MINUTE);
  return [
    `fires ${times} ${over}`,
    `stands ${share < 1 ? share.toFixed(1) : share.toFixed(0)} % of the time`,
    ...(median === undefined ? [] : [`half of them ${durationText(median)} or longer`]),
  ].join(" · ");
}

/** `below 0.2 for 3m, until above 0.4` */
export function studiedText({ fire, clear, forMs, keepFiringForMs }: StudiedRule): string {
  const lasting = forMs === 0 ? "" : ` for ${durationText(forMs)}`;
  const kept = keepFiringForMs === 0 ? "" : ` for ${durationText(keepFiringForMs)}`;
  if (clear === undefined) return `${conditionText(fire)}${lasting}${kept && `, until not${kept}`}`;
  return `${conditionText(fire)}${lasting}, until ${conditionText(clear)}${kept}`;
}

/** `121 minutes unknown: closed 60, insufficient n 61` */
export function unknownText(unknown: Readonly<Record<string, number>>): string {
  const all = Object.entries(unknown);
  const sum = all.reduce((total, [, count]) => total + count, 0);
  if (sum === 0) return "";
  const parts = all.map(([reason, count]) => `${reason} ${count.toLocaleString("en-US")}`);
  return `${sum.toLocaleString("en-US")} minutes unknown: ${parts.join(", ")}`;
}
