import { HOUR, MINUTE, SECOND } from "../../model/time.ts";
import { LONGEST_WAIT_MS } from "../../runtime/http.ts";

/** Refusals that are waited out. */
export type WaitedOut = "rate-limited" | "banned" | "forbidden" | "geo-blocked";

/**
 * Delays where the venue names none, venue ms. Each further refusal in a row doubles it: who goes on asking is
 * banned for longer.
 */
const WAITS: Readonly<Record<WaitedOut, { readonly first: number; readonly longest: number }>> = {
  "rate-limited": { first: MINUTE, longest: 10 * MINUTE },
  banned: { first: 2 * MINUTE, longest: HOUR },
  forbidden: { first: MINUTE, longest: 10 * MINUTE },
  "geo-blocked": { first: MINUTE, longest: 10 * MINUTE },
};

/** A shorter wait is none: it contradicts the refusal that names it. */
const SHORTEST_MS = SECOND;
/** The end of the longest ban may seem a little later by a clock that is a little behind. */
const LONGEST_MS = LONGEST_WAIT_MS + MINUTE;

/**
 * How long one side of a venue is left alone after a refusal. Pure.
 *
 * @example
 * ```ts
 * import { RefusalWaits } from "./refusal_waits.ts";
 * import assert from "node:assert/strict";
 * const waits = new RefusalWaits();
 * assert.equal(waits.next("banned", [undefined, 1_800_000]), 1_800_000);
 * assert.equal(waits.next("banned", []), 240_000);
 * ```
 */
export class RefusalWaits {
  #inRow = 0;

  /**
   * Takes one more refusal.
   *
   * @param named waits that the venue names for it, ms. The longest counts; what is shorter than a second or
   * longer than any ban was not meant or not understood.
   * @returns how long to wait, venue ms.
   */
  next(kind: WaitedOut, named: readonly (number | undefined)[]): number {
    const { first, longest } = WAITS[kind];
    const doublings = Math.min(this.#inRow++, 10);
    const usable = named.filter((ms) =>
      ms !== undefined && ms >= SHORTEST_MS && ms <= LONGEST_MS
    ) as number[];
    return usable.length > 0 ? Math.max(...usable) : Math.min(longest, first * 2 ** doublings);
  }

  /** The venue has answered: the next refusal is a first one. */
  over(): void {
    this.#inRow = 0;
  }
}
