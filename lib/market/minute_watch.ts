import type { MinuteLedger } from "../bars/minute_ledger.ts";
import { isSettled } from "../model/minute_grid.ts";
import { DAY, floorTo, MINUTE } from "../model/time.ts";

/** A minute that has passed, and the instruments whose bar has not come yet. */
export interface PassedMinute {
  readonly openTime: number;
  readonly waitingFor: readonly string[];
}

/** Minutes looked at at once after a long pause (a suspended machine); older ones are skipped over. */
const MAX_AT_ONCE = 240;
/** A ledger further behind follows another time than the market does: only its own venue moves it. */
const MAX_BEHIND_MS = DAY;

/**
 * Decides when a minute can be looked at: as soon as every ledger has settled it, and at the latest
 * `graceMs` of venue time after its end, with the names of those that are late. Each minute is reported once,
 * in order.
 */
export class MinuteWatch {
  readonly #ledgers: ReadonlyMap<string, MinuteLedger>;
  readonly #graceMs: number;
  readonly #isAwaited: (instrument: string) => boolean;
  #next = NaN;

  /**
   * @param options.ledgers of what is followed; it may change between calls.
   * @param options.isAwaited false for one whose bars nobody tries to get. @default all are
   */
  constructor(
    { ledgers, graceMs, isAwaited = () => true }: {
      readonly ledgers: ReadonlyMap<string, MinuteLedger>;
      readonly graceMs: number;
      readonly isAwaited?: (instrument: string) => boolean;
    },
  ) {
    this.#ledgers = ledgers;
    this.#graceMs = graceMs;
    this.#isAwaited = isAwaited;
  }

  /** Minutes that are due. @param now a venue time that has surely passed. */
  passed(now: number): PassedMinute[] {
    // The first call, or the venues' time went back.
    if (!(this.#next - now <= DAY)) this.#next = floorTo(now, MINUTE);
    this.#next = Math.max(this.#next, floorTo(now, MINUTE) - (MAX_AT_ONCE + 1) * MINUTE);
    const passed: PassedMinute[] = [];
    while (this.#next + MINUTE <= now) {
      const end = this.#next + MINUTE;
      const ledgers = [...this.#ledgers.values()];
      for (const ledger of ledgers) if (end - ledger.to <= MAX_BEHIND_MS) ledger.advance(end);
      const waitingFor = ledgers
        .filter((ledger) => !isSettled(ledger.statusAt(this.#next)))
        .map((ledger) => ledger.instrument)
        .filter(this.#isAwaited);
      if (waitingFor.length > 0 && now < end + this.#graceMs) break;
      passed.push({ openTime: this.#next, waitingFor });
      this.#next = end;
    }
    return passed.slice(-MAX_AT_ONCE);
  }
}

/** Venue time between two summaries. */
const SUMMARY_EVERY_MS = 5 * MINUTE;

/** Decides when a summary is due: once for each whole five minutes of venue time, and once after a long pause. */
export class SummaryPace {
  #due: number | undefined;

  /** The venue minute that opened then has passed. */
  passed(openTime: number): void {
    const end = openTime + MINUTE;
    if (end % SUMMARY_EVERY_MS === 0) this.#due = end;
  }

  /** End of the newest five minutes not summed up yet; undefined when there are none. */
  takeDue(): number | undefined {
    const due = this.#due;
    this.#due = undefined;
    return due;
  }
}
