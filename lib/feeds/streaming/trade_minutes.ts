import { TradeBars } from "../../bars/trade_bars.ts";
import type { Source } from "../../model/instrument.ts";
import { MINUTE } from "../../model/time.ts";
import type { MinuteWriter } from "../minute_writer.ts";
import type { VenueTrade } from "./adapter.ts";
import type { FormingMinute } from "./forming_minute.ts";

/** Minutes of a venue that closes none itself, from its trades in the order of their ids. */
export class TradeMinutes {
  readonly #writer: MinuteWriter;
  readonly #forming: FormingMinute;
  readonly #bars: TradeBars;
  #openTime: number | undefined;

  constructor(
    { writer, forming, source }: {
      readonly writer: MinuteWriter;
      readonly forming: FormingMinute;
      readonly source: Source;
    },
  ) {
    this.#writer = writer;
    this.#forming = forming;
    this.#bars = new TradeBars({ stepMs: MINUTE, source });
  }

  take(trade: VenueTrade): void {
    this.#settle(this.#bars.take(trade));
    const { forming } = this.#bars;
    if (forming === undefined) return;
    const { id: sequence, time, price, size } = trade;
    if (forming.openTime === this.#openTime) {
      this.#forming.addTrade({ sequence, time, price, size });
    } else {
      this.#forming.take(forming, sequence);
    }
    this.#openTime = forming.openTime;
  }

  /** The venue's newest trade had that id at that time. */
  proveQuiet(id: number, time: number): void {
    this.#settle(this.#bars.proveQuiet(id, time));
  }

  #settle(events: ReturnType<TradeBars["take"]>): void {
    for (const event of events) {
      if (event.kind === "closed" || event.kind === "revised") {
        this.#writer.write(event.bar, "stream");
        this.#forming.closed(event.bar.openTime);
      } else if (event.kind === "empty") {
        const count = (event.to - event.from) / MINUTE;
        const gone = Array.from({ length: count }, (_, i) => event.from + i * MINUTE);
        // Proven by the ids on either side, so it is neither a gap nor a heal.
        for (const openTime of gone) this.#writer.markQuiet(openTime);
        this.#writer.ledger.advance(event.to);
        this.#writer.settle({ filled: [], gone });
      }
      // What is incomplete stays open: history fills it.
    }
  }
}
