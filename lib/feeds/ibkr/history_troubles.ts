import { SECOND } from "../../model/time.ts";

/** Unanswered questions in a row that make the connection suspect. */
const MAX_UNANSWERED = 3;
const PACING_WAITS_MS = [15 * SECOND, 60 * SECOND, 120 * SECOND] as const;
const TROUBLE_WAIT_MS = 10 * SECOND;
const REFUSED_WAIT_MS = 45 * SECOND;
/** Between two questions, even for different minutes: one at each look at what is due. */
const SPACING_MS = 0.9 * SECOND;
/** The same after answers that brought nothing: requests are scarce, and other minutes will want them. */
const VAIN_WAITS_MS = [5 * SECOND, 15 * SECOND, 30 * SECOND, 60 * SECOND] as const;
/** Failures in a row after which a stream is no longer kept waiting for its history. */
const MAX_IN_A_ROW = 3;
const MAX_PACING = 2;

/** Too fast; trouble of the service; or refused for now, for a reason that seldom passes soon. */
export type HistoryRefusal = "pacing" | "trouble" | "refused";

/** How history has failed since it last answered, and what that means for the next question. Pure. */
export class HistoryTroubles {
  #unanswered = 0;
  #pacing = 0;
  #inARow = 0;
  #isRefused = false;
  #vain = 0;

  /** It answered. @param isVain its answer settled no minute. */
  answered({ isVain }: { readonly isVain: boolean }): void {
    this.#unanswered = this.#pacing = this.#inARow = 0;
    this.#isRefused = false;
    this.#vain = isVain ? this.#vain + 1 : 0;
  }

  /** True when the wait is for the sake of thrift alone. */
  get isThrift(): boolean {
    return this.#pacing === 0 && this.#inARow === 0;
  }

  /** The venue is back: what was in vain before says nothing now. */
  forgive(): void {
    this.#vain = 0;
  }

  /** A question went unanswered. @returns true when that has happened too often for a sound connection. */
  unanswered(): boolean {
    this.#inARow++;
    return ++this.#unanswered >= MAX_UNANSWERED;
  }

  /** A question was refused, and may be asked again later. */
  refused(refusal: HistoryRefusal): void {
    this.#unanswered = 0;
    this.#inARow++;
    this.#isRefused = refusal === "refused";
    if (refusal === "pacing") this.#pacing++;
  }

  /** Venue ms until the next question. */
  get waitMs(): number {
    if (this.#isRefused) return REFUSED_WAIT_MS;
    if (this.#pacing > 0) return nth(PACING_WAITS_MS, this.#pacing);
    if (this.#inARow > 0) return TROUBLE_WAIT_MS;
    return this.#vain > 0 ? nth(VAIN_WAITS_MS, this.#vain) : SPACING_MS;
  }

  /** True when it lasts: streams go on without their history. */
  get isLasting(): boolean {
    return this.#isRefused || this.#inARow >= MAX_IN_A_ROW || this.#pacing >= MAX_PACING;
  }
}

/** The wait after so many times; the last one repeats. */
function nth(waitsMs: readonly number[], times: number): number {
  return waitsMs[Math.min(times, waitsMs.length) - 1]!;
}
