import type { FaultTarget } from "./fault_target.ts";

/** When a fault strikes, in venue time: at an epoch ms, or so long after the script begins. */
export type FaultTime = { readonly time: number } | { readonly afterMs: number };

/** What goes wrong; durations are venue ms. See {@link FaultTarget}. */
export type FaultAction =
  | { readonly kind: "drop" }
  | { readonly kind: "stall"; readonly durationMs: number }
  | { readonly kind: "corrupt"; readonly count: number }
  | { readonly kind: "delay"; readonly delayMs: number; readonly durationMs: number }
  | { readonly kind: "refuse"; readonly durationMs: number };

export type FaultKind = FaultAction["kind"];

/** One thing that goes wrong at one venue. */
export interface Fault {
  readonly at: FaultTime;
  readonly venue: FaultTarget["venue"];
  readonly action: FaultAction;
}
