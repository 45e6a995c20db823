import { FormingBar, type NumberedTrade } from "../../bars/forming.ts";
import { type Bar, sameValues } from "../../model/bar.ts";
import type { FeedEvent } from "../../model/feed_event.ts";
import type { Source } from "../../model/instrument.ts";
import { MINUTE } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import { barOf, type BinanceStreamKline } from "../../wire/binance_kline.ts";

export interface FormingTellerOptions {
  readonly symbol: string;
  readonly source: Source;
  readonly clock: Clock;
  readonly emit: (event: FeedEvent) => void;
  /** Local ms between two bars told because of trades. */
  readonly refreshMs: number;
}

/**
 * Tells the minute being made: at each kline that changes it (every 2 s) and, in between, as trades move it
 * on. Never after its close.
 */
export class FormingTeller {
  readonly #options: FormingTellerOptions;
  #forming = new FormingBar();
  #told: Bar | undefined;
  #toldAt = -Infinity;
  #closedTo = -Infinity;

  constructor(options: FormingTellerOptions) {
    this.#options = options;
  }

  /** Forgets the minute, as after a lost connection. */
  clear(): void {
    this.#forming = new FormingBar();
    this.#told = undefined;
  }

  /** Takes the venue's word for the bar; an older word for it is ignored. */
  take(kline: BinanceStreamKline): void {
    if (kline.openTime < this.#closedTo) return;
    const bar = barOf(kline, false, this.#options.source);
    this.#tell(this.#forming.take(bar, kline.lastTradeId));
  }

  /** Adds a trade, unless the bar holds it already. */
  addTrade(trade: NumberedTrade): void {
    const bar = this.#forming.trade(trade);
    const { clock, refreshMs } = this.#options;
    if (clock.monotonic() - this.#toldAt >= refreshMs) this.#tell(bar);
  }

  /** The minute that opens then is closed: nothing more is told of it or of earlier ones. */
  closed(openTime: number): void {
    this.#closedTo = Math.max(this.#closedTo, openTime + MINUTE);
  }

  #tell(bar: Bar | undefined): void {
    if (bar === undefined || bar.openTime < this.#closedTo) return;
    const told = this.#told;
    if (told?.openTime === bar.openTime && sameValues(told, bar)) return;
    const { clock, emit, symbol } = this.#options;
    this.#told = bar;
    this.#toldAt = clock.monotonic();
    emit({ kind: "forming", instrument: symbol, bar, receivedAt: clock.now() });
  }
}
