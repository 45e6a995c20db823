import { fieldsOf } from "../../wire/json_fields.ts";
import type { AlertCheckpoint } from "../alert_outbox.ts";
import type { JudgeSnapshot, MeasuredRules } from "../judge.ts";

/** Notes of the store that say where judging stands, and which rules are watched: the latter rarely changes. */
export const NOTE = "alerts";
export const WATCHED_NOTE = "alerts watched";

/** A checkpoint as it is kept: notes by their names. */
export function checkpointNotes(
  { states, judgedTo, watched }: AlertCheckpoint,
): Readonly<Record<string, string>> {
  const notes = { [NOTE]: JSON.stringify({ judgedTo, states }) };
  return watched === undefined ? notes : { ...notes, [WATCHED_NOTE]: JSON.stringify(watched) };
}

const PHASES: readonly unknown[] = ["inactive", "pending", "firing", "recovering"];

/**
 * The checkpoint of these notes; undefined for none, and for one that is damaged: judging then begins anew. Without
 * the note of what is watched, as of earlier versions, every rule counts as watched.
 */
export function readCheckpoint(
  text: string | undefined,
  watchedText?: string,
): AlertCheckpoint | undefined {
  const { judgedTo, states } = parsed(text) ?? {};
  const byRule = fieldsOf(states);
  if (!Number.isSafeInteger(judgedTo) || byRule === undefined) return undefined;
  const isSound = Object.values(byRule).every((state) => {
    const { phase, since } = fieldsOf(state) ?? {};
    // Without its begin an excursion would be resolved under an id that never fired.
    return PHASES.includes(phase) && (phase === "inactive" || Number.isFinite(since));
  });
  if (!isSound) return undefined;
  const watched = readWatched(watchedText);
  const checkpoint = { judgedTo: judgedTo as number, states: byRule as JudgeSnapshot };
  return watched === undefined ? checkpoint : { ...checkpoint, watched };
}

function readWatched(text: string | undefined): MeasuredRules | undefined {
  const measured = parsed(text);
  const isSound = Object.values(measured ?? {}).every((one) => typeof one === "string");
  return isSound ? measured as MeasuredRules | undefined : undefined;
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
