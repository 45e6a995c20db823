import type { ProcessEvents } from "../runtime/process_events.ts";
import { StopPressed } from "./stop_button.ts";

export interface GuardListeners {
  readonly onStop: () => void;
  /** Takes what nobody caught. */
  readonly onTrouble: (reason: unknown) => void;
}

/**
 * Keeps the kernel alive: without these, one uncaught rejection freezes every timer and socket until the next
 * cell runs, and the Stop button kills the kernel with all its variables.
 *
 * @returns what takes the guards off again.
 */
export function installGuards(
  events: ProcessEvents,
  { onStop, onTrouble }: GuardListeners,
): () => void {
  const removals = [
    events.onUncaught((reason) => {
      // A wait that nobody awaited was stopped: as it should be.
      if (!(reason instanceof StopPressed)) onTrouble(reason);
    }),
    events.onInterrupt(onStop),
  ];
  return () => {
    for (const remove of removals.splice(0)) remove();
  };
}
