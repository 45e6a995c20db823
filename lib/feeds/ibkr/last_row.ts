import type { TradingCalendar } from "../../calendar/calendar.ts";
import { HOUR, MINUTE, SECOND } from "../../model/time.ts";
import type { VenueBar } from "./gateway.ts";

/** Delayed data comes up to 15 minutes late. */
const OLD_DELAYED_MS = HOUR / 2;
/** In an open market a later row follows within minutes, unless nothing trades. */
const OLD_MS = 3 * MINUTE;
/** After the close nothing follows. */
const OLD_SHUT_MS = 20 * SECOND;
/** History does not trail by so much: the row ends what there was, as before a weekend. */
const SURE_MS = HOUR;
/** The same values that much later are no longer being added to. */
const SAME_MS = 10 * SECOND;

/**
 * Judges the last row of IBKR's answers. The history service may trail the market by a minute and more: its
 * last row then is half of a minute that was over long ago. Such a row is believed only when it is old, and the
 * service, asked again, says the same.
 */
export class LastRow {
  readonly #isDelayed: boolean;
  #row: VenueBar | undefined;
  #seenAt = NaN;

  constructor(isDelayed: boolean) {
    this.#isDelayed = isDelayed;
  }

  /** @param now a venue time that had surely passed when the question was sent. */
  isWhole(row: VenueBar, now: number, calendar: TradingCalendar): boolean {
    const age = now - (row.time + MINUTE);
    if (this.#isDelayed) return age >= OLD_DELAYED_MS;
    if (age >= SURE_MS) return true;
    if (this.#row === undefined || !isSame(this.#row, row)) {
      this.#row = row;
      this.#seenAt = now;
    }
    const isShut = calendar.isOpen(row.time + MINUTE) === false;
    return now - this.#seenAt >= SAME_MS && age >= (isShut ? OLD_SHUT_MS : OLD_MS);
  }
}

function isSame(a: VenueBar, b: VenueBar): boolean {
  return a.time === b.time && a.open === b.open && a.high === b.high && a.low === b.low &&
    a.close === b.close && a.volume === b.volume;
}
