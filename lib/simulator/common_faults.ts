import type { FaultAction, FaultKind } from "./fault.ts";
import type { FaultTarget } from "./fault_target.ts";

/** What can strike every venue. */
export const COMMON_FAULTS: readonly FaultKind[] = ["drop", "stall", "corrupt", "delay", "refuse"];

/** Lets a fault of {@link COMMON_FAULTS} strike. @returns false for any other, which is the venue's own. */
export function strikeCommon(target: FaultTarget, action: FaultAction): boolean {
  switch (action.kind) {
    case "drop":
      target.drop();
      return true;
    case "stall":
      target.stall(action.durationMs);
      return true;
    case "corrupt":
      target.corrupt(action.count);
      return true;
    case "delay":
      target.delay(action.delayMs, action.durationMs);
      return true;
    case "refuse":
      target.refuse(action.durationMs);
      return true;
    default:
      return false;
  }
}
