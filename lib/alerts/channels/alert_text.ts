import { formatUtc, MINUTE } from "../../model/time.ts";
import { visible } from "../../model/visible.ts";
import type { AlertBody, Severity } from "../../model/alert.ts";
import type { Message, MessageItem } from "./message.ts";

/** A message for people, plain text; the channel escapes, cuts and decorates it. */
export interface AlertText {
  /** What matters, the number first; one line. */
  readonly head: string;
  /** The rest, line by line. */
  readonly lines: readonly string[];
  /** The most severe of the alerts that fire. */
  readonly severity: Severity;
  readonly isResolved: boolean;
}

/** Lines for as many alerts; the others are counted. */
const MAX_LINES = 10;
const RANKS: readonly Severity[] = ["info", "minor", "major", "critical"];

/**
 * Says what a message is about: one alert in full, several a line each.
 *
 * @example
 * ```ts
 * import { alertText } from "./alert_text.ts";
 * import assert from "node:assert/strict";
 * const body = {
 *   id: "wide/ETHUSDT/BTCUSDT/1764770700000",
 *   rule: "wide",
 *   metric: "zscore",
 *   of: "ETHUSDT/BTCUSDT",
 *   severity: "major",
 *   state: "firing",
 *   value: -2.41,
 *   threshold: 2,
 *   n: 60,
 *   expected: 60,
 *   time: 1764770700000,
 *   utc: "2025-12-03T14:05:00Z",
 *   since: 1764770700000,
 *   source: "simulated",
 *   message: "z-score of ETHUSDT/BTCUSDT is -2.41.",
 * } as const;
 * const item = { kind: "firing", body, json: "{}" } as const;
 * const text = alertText({ items: [item], delayedMs: 0, firstReceipt: undefined });
 * assert.equal(text.head, "-2.41 zscore ETHUSDT/BTCUSDT (major, wide) [simulated data]");
 * ```
 */
export function alertText({ items, delayedMs }: Message): AlertText {
  const open = items.filter(({ body }) => body.state === "firing");
  const severity = RANKS[Math.max(0, ...open.map(({ body }) => RANKS.indexOf(body.severity)))]!;
  const isResolved = open.length === 0;
  const late = delayedMs > 0 ? ` Delayed by ${Math.ceil(delayedMs / MINUTE)} min.` : "";
  const [first] = items;
  if (items.length === 1) {
    const { body } = first;
    const lines = [`${body.message}${late}`, footOf(body)];
    return { head: visible(headOf(first)), lines: lines.map(visible), severity, isResolved };
  }
  const resolved = items.length - open.length;
  const counts = [[open.length, "firing"], [resolved, "resolved"]] as const;
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const head = `${items.length} alerts: ${parts.join(", ")}${labelOf(first.body)}.${late}`;
  const lines = items.slice(0, MAX_LINES).map((item) =>
    `${headOf(item)}, ${formatUtc(item.body.time).slice(11)}`
  );
  const more = items.length - lines.length;
  if (more > 0) lines.push(`and ${more} more`);
  return { head: visible(head), lines: lines.map(visible), severity, isResolved };
}

/** A number as short as it says the same to six digits. */
function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function headOf({ kind, body }: MessageItem): string {
  const { rule, metric, of, severity, value } = body;
  const again = kind.startsWith("repeat-") ? `, still firing (${kind.slice(7)})` : "";
  const state = body.state === "resolved" ? "resolved" : `${severity}${again}`;
  return `${numberText(value)} ${metric} ${of} (${state}, ${rule})${labelOf(body)}`;
}

/** Data that is not of now must not be taken for it. */
function labelOf({ source }: AlertBody): string {
  return source === "live" ? "" : ` [${source} data]`;
}

function footOf({ time, threshold, n, expected }: AlertBody): string {
  return `${formatUtc(time)}, threshold ${numberText(threshold)}, n ${n} of ${expected}`;
}
