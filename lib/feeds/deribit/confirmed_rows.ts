import { MINUTE } from "../../model/time.ts";
import type { VolatilityRow } from "../../wire/deribit_result.ts";

/**
 * A row that ended so long before the question is final. A younger one is believed when a second read
 * says the same: Deribit does not say when a row is done.
 */
const FINAL_AFTER_MS = 5 * MINUTE;
/** A minute that later rows lack is absent when two reads so far apart agree on it, venue ms. */
const ABSENT_APART_MS = MINUTE;

/** Which rows of history can be believed, and which minutes it does not have, over several reads. */
export class ConfirmedRows {
  readonly #once = new Map<number, VolatilityRow>();
  /** When a minute was first found to be missing, venue time. */
  readonly #missingSince = new Map<number, number>();

  /** Rows that were seen once and wait for a second read. */
  get waiting(): number {
    return this.#once.size;
  }

  /**
   * Judges a row of a minute that was over when it was asked for.
   *
   * @param askedAt venue time that had surely passed when it was asked for.
   */
  isConfirmed(row: VolatilityRow, askedAt: number): boolean {
    this.#missingSince.delete(row.openTime);
    const before = this.#once.get(row.openTime);
    const isFinal = row.openTime + MINUTE <= askedAt - FINAL_AFTER_MS;
    if (isFinal || (before !== undefined && isSame(before, row))) {
      this.#once.delete(row.openTime);
      return true;
    }
    this.#once.set(row.openTime, row);
    return false;
  }

  /** The row is what is known already: there is nothing to wait for. */
  forget(openTime: number): void {
    this.#once.delete(openTime);
  }

  /** Judges a minute that a whole answer lacks although it has a later one. */
  isAbsent(openTime: number, askedAt: number): boolean {
    if (openTime + MINUTE > askedAt - FINAL_AFTER_MS) return false;
    const since = this.#missingSince.get(openTime);
    if (since === undefined) this.#missingSince.set(openTime, askedAt);
    if (since === undefined || askedAt - since < ABSENT_APART_MS) return false;
    this.#missingSince.delete(openTime);
    return true;
  }

  /** Forgets what was seen before, and what can wait no longer. */
  clear(): void {
    this.#once.clear();
    this.#missingSince.clear();
  }
}

function isSame(a: VolatilityRow, b: VolatilityRow): boolean {
  return a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close;
}
