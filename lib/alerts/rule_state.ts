import type { AlertChangeKind, AlertRule, RulePhase, UnknownReason } from "../model/alert.ts";
import { meets } from "../model/condition.ts";
import type { Reading } from "./reading.ts";

/** Where a rule stands: plain JSON, so that a restart goes on from it. */
export interface RuleState {
  readonly phase: RulePhase;
  /** Why the newest judgement could not be made; the phase is then as it was. */
  readonly reason?: UnknownReason;
  /** First judgement of the excursion, venue time; while there is one. */
  readonly since?: number;
  /** When the clear condition began to hold; while recovering. */
  readonly clearSince?: number;
  /** When it was last said, and how often again. */
  readonly saidAt?: number;
  readonly repeats?: number;
}

/** No excursion, nothing unknown. */
export const INACTIVE: RuleState = { phase: "inactive" };

/** A state after one more judgement. */
export interface Step {
  readonly state: RuleState;
  /** What has become of the alert by it; undefined for nothing that is to be said. */
  readonly change?: AlertChangeKind;
}

/**
 * One judgement of a rule. Pure, on venue time; judgements come in order. What is not known leaves the phase as it
 * is: it neither fires nor resolves.
 *
 * @param time of the judgement: the end of the minute, or the trade's.
 *
 * @example
 * ```ts
 * import { INACTIVE, nextState } from "./rule_state.ts";
 * import assert from "node:assert/strict";
 * const rule = {
 *   fire: { side: "above", threshold: 2, isAbsolute: false },
 *   clear: { side: "below", threshold: 1, isAbsolute: false },
 *   forMs: 60_000,
 *   keepFiringForMs: 0,
 *   repeatMs: undefined,
 * } as const;
 * let state = INACTIVE;
 * const changes = [2.5, 2.5, 1.5, 0.5].map((value, minute) => {
 *   const step = nextState(rule, state, minute * 60_000, { kind: "known", value, n: 1, expected: 1 });
 *   state = step.state;
 *   return step.change;
 * });
 * assert.deepEqual(changes, [undefined, "firing", undefined, "resolved"]);
 * ```
 */
export function nextState(
  rule: Pick<AlertRule, "fire" | "clear" | "forMs" | "keepFiringForMs" | "repeatMs">,
  before: RuleState,
  time: number,
  reading: Reading,
): Step {
  if (reading.kind === "unknown") {
    return { state: { ...before, reason: reading.reason } };
  }
  const { value } = reading;
  const fires = meets(rule.fire, value);
  const clears = rule.clear === undefined ? !fires : meets(rule.clear, value);
  switch (before.phase) {
    case "inactive":
      return fires ? begun(rule, time, time) : { state: INACTIVE };
    case "pending":
      return fires ? begun(rule, before.since!, time) : { state: INACTIVE };
    case "firing":
    case "recovering":
      return clears ? clearing(rule, before, time) : goingOn(rule, before, time);
  }
}

/** The fire condition holds, and has at each known judgement since `since`. */
function begun({ forMs }: Pick<AlertRule, "forMs">, since: number, time: number): Step {
  return time - since >= forMs
    ? { state: { phase: "firing", since, saidAt: time, repeats: 0 }, change: "firing" }
    : { state: { phase: "pending", since } };
}

function clearing(
  { keepFiringForMs }: Pick<AlertRule, "keepFiringForMs">,
  before: RuleState,
  time: number,
): Step {
  const { clearSince = time } = before;
  if (time - clearSince >= keepFiringForMs) return { state: INACTIVE, change: "resolved" };
  const { since, saidAt, repeats } = before;
  return { state: { phase: "recovering", since, saidAt, repeats, clearSince } as RuleState };
}

function goingOn(
  { repeatMs }: Pick<AlertRule, "repeatMs">,
  { since, saidAt, repeats = 0 }: RuleState,
  time: number,
): Step {
  const state = { phase: "firing", since, saidAt, repeats } as RuleState;
  // However often it was due meanwhile, it is said again once.
  if (repeatMs === undefined || time - saidAt! < repeatMs) return { state };
  const again = repeats + 1;
  return { state: { ...state, saidAt: time, repeats: again }, change: `repeat-${again}` };
}
