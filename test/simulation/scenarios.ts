import { MINUTE, SECOND } from "../../lib/model/time.ts";
import type { FaultAction } from "../../lib/simulator/fault.ts";
import { ALL_FAULT_KINDS, FAULT_NUMBERS } from "../../lib/simulator/fault_kinds.ts";
import type { PlannedFault } from "./plan.ts";
import { type Venue, venuesOf } from "./venue.ts";

/** A fault to be planned by hand. */
export type Scheduled = Pick<PlannedFault, "who" | "action">;

/** Faults at minutes after the start. */
export function faultsAt(
  ...faults: readonly (readonly [minute: number, fault: Scheduled])[]
): PlannedFault[] {
  return faults.map(([minute, fault]) => {
    const at = Math.round(minute * MINUTE);
    const lastsMs = "durationMs" in fault.action ? fault.action.durationMs : 0;
    return { at, until: at + lastsMs, ...fault } as PlannedFault;
  });
}

/** Every kind of fault that can strike some venues, with its usual numbers, and what goes wrong on this side of them. */
export function everyKind(venues: readonly Venue[]): Scheduled[] {
  const far = ALL_FAULT_KINDS.flatMap((kind) =>
    venuesOf(kind).filter((venue) => venues.includes(venue)).map((who): Scheduled => {
      const numbers = Object.entries(FAULT_NUMBERS[kind])
        .map(([name, { usual }]) => [name, usual]);
      return { who, action: { kind, ...Object.fromEntries(numbers) } as FaultAction };
    })
  );
  const near = (["freeze", "suspend", "no-such-host", "black-hole", "slices"] as const)
    .map((kind): Scheduled => ({
      who: kind === "freeze" || kind === "suspend" ? "client" : "network",
      action: { kind, durationMs: 20 * SECOND },
    }));
  return [...far, ...near];
}
