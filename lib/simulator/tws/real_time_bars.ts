import { floorTo } from "../../model/time.ts";
import type { SimulatedBar } from "../truth.ts";
import type { Contract } from "./contracts.ts";
import { type Fields, realTimeBarReply, type WhatToShow } from "./replies.ts";
import { FIVE_SECONDS, type Tape } from "./tape.ts";
import { isRegular } from "./trading_days.ts";

/** One stream of five-second bars, each sent when its five seconds are over. */
export class RealTimeBarStream {
  readonly contract: Contract;
  readonly #id: number;
  readonly #tape: Tape;
  readonly #show: WhatToShow;
  readonly #regularHoursOnly: boolean;
  #next: number;
  #close: number | undefined;

  constructor(
    id: number,
    contract: Contract,
    tape: Tape,
    options: { show: WhatToShow; regularHoursOnly: boolean; from: number },
  ) {
    this.#id = id;
    this.contract = contract;
    this.#tape = tape;
    this.#show = options.show;
    this.#regularHoursOnly = options.regularHoursOnly;
    this.#next = floorTo(options.from, FIVE_SECONDS);
    this.#close = tape.closeBefore(contract.listing.symbol, this.#next);
  }

  /** Messages for the bars that were over by `now`, in order. */
  *advance(now: number): Generator<Fields> {
    const { symbol, tickSize } = this.contract.listing;
    for (; this.#next + FIVE_SECONDS <= now; this.#next += FIVE_SECONDS) {
      if (!this.#tape.isOpen(symbol, this.#next)) continue;
      const bar = this.#tape.five(symbol, this.#next) ?? this.#filler();
      if (bar === undefined) continue;
      this.#close = bar.close;
      if (this.#regularHoursOnly && !isRegular(this.#next)) continue;
      yield realTimeBarReply(this.#id, bar, this.#show, tickSize);
    }
  }

  /** Five seconds without a trade are sent flat at the last price, without volume, as TWS does. */
  #filler(): SimulatedBar | undefined {
    const price = this.#close;
    if (price === undefined) return undefined;
    const flat = { open: price, high: price, low: price, close: price, vwap: price };
    return { openTime: this.#next, ...flat, volume: 0, trades: 0 };
  }
}
