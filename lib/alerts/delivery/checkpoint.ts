import { fieldsOf } from "../../wire/json_fields.ts";
import type { AlertCheckpoint } from "../alert_outbox.ts";
import type { JudgeSnapshot } from "../judge.ts";

/** The note of the store that says where judging stands. */
export const NOTE = "alerts";

/** A checkpoint as it is kept. */
export function checkpointText({ states, judgedTo }: AlertCheckpoint): string {
  return JSON.stringify({ judgedTo, states });
}

const PHASES: readonly unknown[] = ["inactive", "pending", "firing", "recovering"];

/** The checkpoint of a note; undefined for none, and for one that is damaged: judging then begins anew. */
export function readCheckpoint(text: string | undefined): AlertCheckpoint | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { judgedTo, states } = fieldsOf(value) ?? {};
  const byRule = fieldsOf(states);
  if (!Number.isSafeInteger(judgedTo) || byRule === undefined) return undefined;
  const isSound = Object.values(byRule).every((state) => {
    const { phase, since } = fieldsOf(state) ?? {};
    // Without its begin an excursion would be resolved under an id that never fired.
    return PHASES.includes(phase) && (phase === "inactive" || Number.isFinite(since));
  });
  return isSound ? { judgedTo: judgedTo as number, states: byRule as JudgeSnapshot } : undefined;
}
