import type { MinuteLedger } from "../bars/minute_ledger.ts";
import { isSettled } from "../model/minute_grid.ts";
import { floorTo, MINUTE } from "../model/time.ts";

/** A minute that has passed, and who still owes its bar. */
export interface PassedMinute {
  readonly openTime: number;
  readonly waitingFor: readonly string[];
}

/** Minutes told at once after a long pause (a suspended machine); older ones are skipped over. */
const MAX_TOLD_AT_ONCE = 240;

/**
 * Decides when a minute can be looked at: as soon as every ledger has settled it, and at the latest
 * `graceMs` of venue time after its end, with the names of those that are late. Each minute is told once,
 * in order.
 */
export class MinuteWatch {
  readonly #ledgers: readonly MinuteLedger[];
  readonly #graceMs: number;
  #next = NaN;

  constructor(options: { readonly ledgers: readonly MinuteLedger[]; readonly graceMs: number }) {
    this.#ledgers = options.ledgers;
    this.#graceMs = options.graceMs;
  }

  /** Minutes to tell now. @param now a venue time that has surely passed. */
  passed(now: number): PassedMinute[] {
    if (Number.isNaN(this.#next)) this.#next = floorTo(now, MINUTE);
    const told: PassedMinute[] = [];
    while (this.#next + MINUTE <= now) {
      const end = this.#next + MINUTE;
      for (const ledger of this.#ledgers) ledger.advance(end);
      const waitingFor = this.#ledgers
        .filter((ledger) => !isSettled(ledger.statusAt(this.#next)))
        .map((ledger) => ledger.instrument);
      if (waitingFor.length > 0 && now < end + this.#graceMs) break;
      told.push({ openTime: this.#next, waitingFor });
      this.#next = end;
    }
    return told.slice(-MAX_TOLD_AT_ONCE);
  }
}
