import type { Network } from "./network.ts";
import type { NearAction } from "./plan.ts";
import type { VirtualClock } from "./virtual_clock.ts";

/** True where the client itself stands still for as long as the fault lasts. */
export function isStandstill({ kind }: NearAction): boolean {
  return kind === "freeze" || kind === "suspend";
}

/** Lets strike what goes wrong on this side of the venues, at the client and at every network of it. */
export function strikeNear(
  action: NearAction,
  clock: VirtualClock,
  networks: readonly Network[],
): void {
  switch (action.kind) {
    case "freeze":
      return clock.freeze(action.durationMs);
    case "suspend":
      return clock.suspend(action.durationMs);
    case "wall-step":
      return clock.stepWallClock(action.byMs);
    case "no-such-host":
    case "black-hole":
      for (const network of networks) network.spoilReach(action.kind, action.durationMs);
      return;
    case "slices":
      for (const network of networks) network.slice(action.durationMs);
  }
}
