import type { Asked, Stage, Treatment } from "../../wire/tws_refusals.ts";

/**
 * What TWS has served of one instrument since the program began, and for how long it has refused it in an open
 * market. Kept across connections: a refusal of what was served passes. Pure.
 */
export class RefusalBook {
  readonly #served = new Set<Asked>();
  #isRefused = false;
  #refusedMs = 0;
  #tickedAt: number | undefined;

  /** TWS has granted a request of that kind. */
  served(asked: Asked): void {
    this.#served.add(asked);
  }

  /** Data of the instrument came: nothing is refused now. */
  delivered(asked: Asked): void {
    this.served(asked);
    this.#isRefused = false;
    this.#refusedMs = 0;
  }

  /** From now on nothing counts as served (another kind of data is asked for). */
  reset(): void {
    this.#served.clear();
    this.#isRefused = false;
    this.#refusedMs = 0;
  }

  /** Whoever may have the stream may have its history. */
  stageOf(asked: Asked): Stage {
    const isServed = this.#served.has(asked) ||
      (asked === "history" && (this.#served.has("stream") || this.#served.has("delayed-stream")));
    return isServed ? "served" : "first";
  }

  /** Counts the time of refusals. @param venueMs a monotonic time in venue pace. */
  tick(venueMs: number, { isOpen }: { readonly isOpen: boolean }): void {
    const before = this.#tickedAt ?? venueMs;
    this.#tickedAt = venueMs;
    if (this.#isRefused && isOpen) this.#refusedMs += venueMs - before;
  }

  /** A request was refused. @returns what to do about it by now. */
  refused(treatment: Treatment): Treatment {
    if (treatment.kind !== "slowly") return treatment;
    this.#isRefused = true;
    return this.#refusedMs >= treatment.givesUpMs ? { kind: "final" } : treatment;
  }
}
