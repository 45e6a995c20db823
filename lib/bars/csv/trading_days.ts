import { formatUtc, HOUR } from "../../model/time.ts";

/**
 * Recognises dates that are trading days and not days of the calendar: the evening before comes first, so the time
 * goes from 23:59 back to 00:00 within one date.
 */
export class TradingDays {
  #date = "";
  #time = NaN;
  #start = NaN;
  #runs = 0;
  /** Times that the evening before cannot explain: of rows out of order, or twice. */
  #others = 0;
  #up = 0;
  #down = 0;
  readonly #jumps = { back: 0, forth: 0 };
  /** -1 where the time went back within this date, 1 where it went forth. */
  #side = 0;
  #example = "";

  /** @param date as written, without the time of day. */
  take(date: string, time: number, line: number): void {
    if (Number.isNaN(time)) return;
    if (date !== this.#date) {
      this.#runs++;
      this.#start = time;
      this.#side = 0;
    } else {
      const move = time - this.#time;
      if (move > 0) this.#up++;
      if (move < 0) this.#down++;
      if (Math.abs(move) > 12 * HOUR) {
        this.#jumps[move < 0 ? "back" : "forth"]++;
        this.#side = Math.sign(move);
        this.#example ||= `from ${formatUtc(this.#time)} to ${formatUtc(time)} in line ${line}`;
      }
      if (this.#side !== 0 && Math.sign(time - this.#start) !== this.#side) this.#others++;
    }
    [this.#date, this.#time] = [date, time];
  }

  /** Where the time leaps within a date, once for most dates; undefined where they are days of the calendar. */
  get leap(): string | undefined {
    const { back, forth } = this.#jumps;
    const leaps = this.#up >= this.#down ? back : forth;
    return leaps > 0 && this.#others === 0 && leaps <= this.#runs && 2 * leaps >= this.#runs - 1
      ? this.#example
      : undefined;
  }
}
