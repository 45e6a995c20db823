import { FormingBar, type NumberedTrade } from "../../bars/forming.ts";
import { type Bar, sameValues } from "../../model/bar.ts";
import type { FeedEvent } from "../../model/feed_event.ts";
import { MINUTE } from "../../model/time.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";

export interface FormingMinuteOptions {
  /** Id of the instrument. */
  readonly id: string;
  readonly clock: Clock;
  readonly emit: (event: FeedEvent) => void;
  /** Local ms between two bars emitted because of trades. */
  readonly refreshMs: number;
}

/**
 * Emits the minute being made: at each bar of the venue that changes it and, in between, as trades move it on, the last of
 * them included. Never after its close.
 */
export class FormingMinute {
  readonly #options: FormingMinuteOptions;
  #forming = new FormingBar();
  #emitted: Bar | undefined;
  #emittedAt = -Infinity;
  /** Emits what the newest trades made of it, where they came too soon after the last bar. */
  #later: Timer | undefined;
  #closedTo = -Infinity;

  constructor(options: FormingMinuteOptions) {
    this.#options = options;
  }

  /** Forgets the minute, as after a lost connection. */
  clear(): void {
    this.#later?.cancel();
    this.#later = undefined;
    this.#forming = new FormingBar();
    this.#emitted = undefined;
  }

  /**
   * Takes the venue's own bar; an older version of it is ignored.
   *
   * @param lastTrade id of the newest trade in it.
   */
  take(bar: Bar, lastTrade: number): void {
    if (bar.openTime < this.#closedTo) return;
    this.#emit(this.#forming.take(bar, lastTrade));
  }

  /**
   * Adds a trade, unless the bar holds it already.
   *
   * @param now local monotonic ms, where it was read already. @default read now
   */
  addTrade(trade: NumberedTrade, now = this.#options.clock.monotonic()): void {
    const bar = this.#forming.trade(trade);
    if (bar === undefined) return;
    const { refreshMs, clock } = this.#options;
    const waitMs = this.#emittedAt + refreshMs - now;
    if (waitMs <= 0) return this.#emit(bar);
    // Without this the last trade before a pause would wait for the venue's next bar.
    this.#later ??= clock.setTimer(() => this.#emit(this.#forming.bar), waitMs);
  }

  /** The minute that opens then is closed: nothing more is emitted of it or of earlier ones. */
  closed(openTime: number): void {
    this.#closedTo = Math.max(this.#closedTo, openTime + MINUTE);
  }

  #emit(bar: Bar | undefined): void {
    this.#later?.cancel();
    this.#later = undefined;
    if (bar === undefined || bar.openTime < this.#closedTo) return;
    const last = this.#emitted;
    if (last?.openTime === bar.openTime && sameValues(last, bar)) return;
    const { clock, emit, id } = this.#options;
    this.#emitted = bar;
    this.#emittedAt = clock.monotonic();
    emit({ kind: "forming", instrument: id, bar, receivedAt: clock.now() });
  }
}
