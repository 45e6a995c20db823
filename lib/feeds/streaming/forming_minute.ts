import { FormingBar, type NumberedTrade } from "../../bars/forming.ts";
import type { Bar } from "../../model/bar.ts";
import { FormingPace, type FormingPaceOptions } from "../forming_pace.ts";

/**
 * Emits the minute being made: at each bar of the venue that changes it and, in between, as trades move it on. Never
 * after its close.
 */
export class FormingMinute {
  readonly #pace: FormingPace;
  #forming = new FormingBar();

  constructor(options: FormingPaceOptions) {
    this.#pace = new FormingPace(options);
  }

  /** Forgets the minute, as after a lost connection. */
  clear(): void {
    this.#pace.clear();
    this.#forming = new FormingBar();
  }

  /**
   * Takes the venue's own bar; an older version of it is ignored.
   *
   * @param lastTrade id of the newest trade in it.
   */
  take(bar: Bar, lastTrade: number): void {
    if (!this.#pace.isClosed(bar.openTime)) this.#pace.put(this.#forming.take(bar, lastTrade));
  }

  /**
   * Adds a trade, unless the bar holds it already.
   *
   * @param now local monotonic ms, where it was read already. @default read now
   */
  addTrade(trade: NumberedTrade, now?: number): void {
    const bar = this.#forming.trade(trade);
    if (bar !== undefined) this.#pace.offer(bar, now);
  }

  /** The minute that opens then is closed: nothing more is emitted of it or of earlier ones. */
  closed(openTime: number): void {
    this.#pace.close(openTime);
  }
}
