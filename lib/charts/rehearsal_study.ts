import { INACTIVE, nextState, type RuleState } from "../alerts/rule_state.ts";
import type { AlertRule } from "../model/alert.ts";
import { MINUTE } from "../model/time.ts";
import { roundSteps } from "./number_text.ts";

/** What of a rule decides when it fires. */
export type StudiedRule = Pick<
  AlertRule,
  "fire" | "clear" | "forMs" | "keepFiringForMs" | "repeatMs"
>;

/** What the reader may turn. */
export interface RehearsalChoice {
  readonly threshold: number;
  readonly forMs: number;
}

/** A metric at the end of each minute; NaN where unknown. */
export interface RehearsalSeries {
  /** End of the first minute, epoch ms UTC. */
  readonly start: number;
  readonly value: Float64Array;
}

/** One alert that there would have been; epoch ms UTC. */
export interface RehearsedAlert {
  readonly since: number;
  readonly firedAt: number;
  /** Undefined for one that goes on at the end. */
  readonly resolvedAt: number | undefined;
  /** The value as it fired, and the one furthest beyond the threshold until it resolved. */
  readonly value: number;
  readonly extreme: number;
}

/** How a rule would have fared. */
export interface RehearsalStudy {
  readonly rule: StudiedRule;
  readonly alerts: readonly RehearsedAlert[];
  /** Minutes of which the value is known, and all. */
  readonly known: number;
  readonly minutes: number;
  /** Time during which an alert stood, ms. */
  readonly firingMs: number;
  /** End of the newest minute, epoch ms UTC. */
  readonly end: number;
}

/**
 * Runs a rule over a metric's past by the state machine that judges live.
 *
 * @example
 * ```ts
 * import { studyRule } from "./rehearsal_study.ts";
 * import assert from "node:assert/strict";
 * const rule = {
 *   fire: { side: "above", threshold: 2, isAbsolute: false },
 *   clear: undefined,
 *   forMs: 0,
 *   keepFiringForMs: 0,
 *   repeatMs: undefined,
 * } as const;
 * const { alerts } = studyRule({ start: 60_000, value: Float64Array.of(1, 3, 4, NaN, 1) }, rule);
 * assert.deepEqual(alerts, [
 *   { since: 120_000, firedAt: 120_000, resolvedAt: 300_000, value: 3, extreme: 4 },
 * ]);
 * ```
 */
export function studyRule({ start, value }: RehearsalSeries, rule: StudiedRule): RehearsalStudy {
  let state: RuleState = INACTIVE;
  let known = 0, firingMs = 0;
  let open: RehearsedAlert | undefined;
  const alerts: RehearsedAlert[] = [];
  value.forEach((found, row) => {
    const time = start + row * MINUTE;
    // Why it is unknown makes no difference to the state.
    const reading = Number.isNaN(found)
      ? { kind: "unknown", reason: "stale" } as const
      : { kind: "known", value: found, n: 1, expected: 1 } as const;
    if (reading.kind === "known") known++;
    const step = nextState(rule, state, time, reading);
    state = step.state;
    if (step.change === "firing") {
      const since = state.since ?? time;
      open = { since, firedAt: time, resolvedAt: undefined, value: found, extreme: found };
    } else if (step.change === "resolved" && open !== undefined) {
      alerts.push({ ...open, resolvedAt: time });
      firingMs += time - open.firedAt;
      open = undefined;
    } else if (open !== undefined && isFurther(rule, found, open.extreme)) {
      open = { ...open, extreme: found };
    }
  });
  const end = start + (value.length - 1) * MINUTE;
  if (open !== undefined) {
    alerts.push(open);
    firingMs += end - open.firedAt;
  }
  return { rule, alerts, known, minutes: value.length, firingMs, end };
}

/** The rule with another threshold and time to wait; what ends it keeps its distance. */
export function ruleWith(rule: StudiedRule, { threshold, forMs }: RehearsalChoice): StudiedRule {
  const { fire, clear } = rule;
  const isSame = threshold === fire.threshold;
  return {
    ...rule,
    forMs,
    fire: isSame ? fire : { ...fire, threshold },
    clear: isSame || clear === undefined ? clear : {
      ...clear,
      threshold: clearWith(rule, threshold),
    },
  };
}

/** Of absolute values the same share of the threshold, so that it stays above 0. */
function clearWith({ fire, clear }: StudiedRule, threshold: number): number {
  const moved = fire.isAbsolute
    ? clear!.threshold * (fire.threshold > 0 ? threshold / fire.threshold : 1)
    : clear!.threshold + threshold - fire.threshold;
  return Number(moved.toPrecision(12));
}

/** Between what thresholds lie, and in what steps: from one that always holds to one that never does. */
export function thresholdLimits(
  { value }: RehearsalSeries,
  { fire }: StudiedRule,
): { readonly least: number; readonly most: number; readonly step: number } {
  let low = fire.threshold, high = fire.threshold;
  for (const found of value) {
    if (Number.isNaN(found)) continue;
    const compared = fire.isAbsolute ? Math.abs(found) : found;
    low = Math.min(low, compared);
    high = Math.max(high, compared);
  }
  if (fire.isAbsolute) low = 0;
  const { step } = roundSteps(low, high, STEPS);
  if (Number.isNaN(step)) return { least: low, most: low + 1, step: 1 };
  return {
    least: Number((Math.floor(low / step) * step).toPrecision(12)),
    most: Number((Math.ceil(high / step) * step).toPrecision(12)),
    step,
  };
}

/** About so many steps has the slider. */
const STEPS = 200;

function isFurther({ fire }: StudiedRule, value: number, than: number): boolean {
  if (fire.isAbsolute) return Math.abs(value) > Math.abs(than);
  return fire.side === "above" ? value > than : value < than;
}
