import { MINUTE } from "../../lib/model/time.ts";
import type { PlannedFault } from "./plan.ts";

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
