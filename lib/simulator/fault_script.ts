import { MarketError } from "../model/errors.ts";
import { DAY, formatUtc, HOUR, MINUTE, SECOND } from "../model/time.ts";
import type { Timer } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Fault, FaultAction, FaultTime } from "./fault.ts";
import { FAULT_NUMBERS } from "./fault_kinds.ts";
import type { FaultTarget, StrikableVenue } from "./fault_target.ts";
import type { VenueTime } from "./venue_time.ts";

export type { Fault, FaultAction, FaultKind, FaultTime } from "./fault.ts";
export { randomFaults, type RandomFaultsOptions } from "./random_faults.ts";

/**
 * Reads a fault script: a JSON list of `{ at, venue, kind }` and the numbers the kind takes (`durationMs`,
 * `delayMs`, `count`, `status`, `retryAfterMs`, `code`). `at` is an ISO time with a zone, or `+90s` (also ms, m, h)
 * after the venue's start. What is left out is as in {@link FAULT_NUMBERS}: mostly `durationMs` 30 000,
 * `delayMs` 2 000 and `count` 1.
 *
 * @param venues which venues there are, and what can strike each.
 * @throws {MarketError} naming the entry, the rule and the value.
 *
 * @example
 * ```ts
 * import { parseFaultScript } from "./fault_script.ts";
 * import assert from "node:assert/strict";
 * const script = '[{ "at": "+90s", "venue": "binance", "kind": "drop" }]';
 * const [fault] = parseFaultScript(script, [{ venue: "binance", faults: ["drop", "stall"] }]);
 * assert.deepEqual(fault, { at: { afterMs: 90_000 }, venue: "binance", action: { kind: "drop" } });
 * ```
 */
export function parseFaultScript(text: string, venues: readonly StrikableVenue[]): Fault[] {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw broken(`is not JSON: ${why}`, cause);
  }
  if (!Array.isArray(entries)) throw broken(`must be a JSON list, got ${shown(entries)}`);
  return entries.map((entry, index) => faultOf(entry, index + 1, venues));
}

function faultOf(entry: unknown, number: number, venues: readonly StrikableVenue[]): Fault {
  const wrong = (rule: string, value: unknown) =>
    broken(`is wrong in entry ${number}: ${rule}, got ${shown(value)}`);
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    throw wrong("an entry must be an object", entry);
  }
  const { at, venue, kind, ...numbers } = entry as Record<string, unknown>;
  const time = faultTimeOf(at);
  if (time === undefined) {
    throw wrong("at must be an ISO time with a zone, or +90s after the start (ms, s, m, h)", at);
  }
  const isOne = <T>(list: readonly T[], value: unknown): value is T => list.includes(value as T);
  const struck = venues.find((one) => one.venue === venue);
  if (struck === undefined) {
    throw wrong(`venue must be one of ${venues.map((one) => one.venue).join(", ")}`, venue);
  }
  const kinds = struck.faults;
  if (!isOne(kinds, kind)) throw wrong(`kind must be one of ${kinds.join(", ")}`, kind);
  const takes = Object.entries(FAULT_NUMBERS[kind]);
  const values: Partial<Record<string, number>> = {};
  for (const [name, { usual }] of takes) values[name] = usual;
  for (const [name, value] of Object.entries(numbers)) {
    if (!(name in values)) {
      const known = ["at", "venue", "kind", ...takes.map(([name]) => name)].join(", ");
      throw wrong(`a ${kind} takes ${known} and nothing else`, name);
    }
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) {
      throw wrong(`${name} must be a whole number of at least 1`, value);
    }
    values[name] = value;
  }
  return { at: time, venue: struck.venue, action: { kind, ...values } as FaultAction };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR };

function faultTimeOf(value: unknown): FaultTime | undefined {
  if (typeof value !== "string") return undefined;
  const [, size, unit] = /^\+(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value) ?? [];
  if (size !== undefined) return { afterMs: Math.round(Number(size) * UNITS[unit!]!) };
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})$/.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : { time };
}

function broken(what: string, cause?: unknown): MarketError {
  return new MarketError(
    "fault-script",
    "configure",
    `The fault script ${what}. Correct the file.`,
    {
      cause,
    },
  );
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 80);
}

/**
 * Lets each fault strike its venue when venue time comes to it, and logs it. Faults whose time has passed
 * already, or whose venue is not among the targets, are left out with a warning.
 *
 * @returns a timer; cancelling it stops what has not struck yet.
 */
export function runFaults(
  faults: readonly Fault[],
  targets: readonly FaultTarget[],
  time: VenueTime,
  log: Log,
): Timer {
  const start = time.now();
  const plan = faults.map((fault) => ({ ...fault, strikesAt: strikeTime(fault.at, start) }))
    .sort((a, b) => a.strikesAt - b.strikesAt)
    .filter(({ strikesAt, venue, action }) => {
      const why = strikesAt < start
        ? "its time has passed"
        : targets.some((target) => target.venue === venue)
        ? undefined
        : "its venue is not simulated";
      const fields = { venue, ...action, at: formatUtc(strikesAt), why };
      if (why !== undefined) log.warn("fault left out", fields);
      return why === undefined;
    });
  let timer: Timer | undefined;
  const next = () => {
    const now = time.now();
    while (plan.length > 0 && plan[0]!.strikesAt <= now) {
      const { venue, action, strikesAt } = plan.shift()!;
      log.info("fault", { venue, ...action, at: formatUtc(strikesAt) });
      for (const target of targets) if (target.venue === venue) target.strike(action);
    }
    // Days ahead the system's timers would overflow at low speed.
    const [first] = plan;
    timer = first && time.at(Math.min(first.strikesAt, now + DAY), next);
  };
  next();
  return { cancel: () => timer?.cancel() };
}

function strikeTime(at: FaultTime, start: number): number {
  return "time" in at ? at.time : start + at.afterMs;
}
