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
        const { bar } = event;
        this.#writer.write({ ...bar, volume: decimal(bar.volume) }, "stream");
        this.#forming.closed(event.bar.openTime);
      } else if (event.kind === "empty") {
        const { ledger } = this.#writer;
        ledger.advance(event.to);
        // Minutes before the time covered concern nobody, however many they are.
        const from = Math.max(event.from, ledger.from), to = Math.min(event.to, ledger.to);
        const count = Math.max(0, (to - from) / MINUTE) || 0;
        const gone = Array.from({ length: count }, (_, i) => from + i * MINUTE);
        // Proven by the ids on either side, so it is neither a gap nor a heal.
        for (const openTime of gone) this.#writer.markQuiet(openTime);
        this.#writer.settle({ filled: [], gone });
      }
      // What is incomplete stays open: history fills it.
    }
  }
}

/** Digits that every double holds. */
const DIGITS = 15;

/** A sum of decimal sizes without what binary addition left in its last digit: as the venue writes it. */
function decimal(volume: number): number {
  return Number(volume.toPrecision(DIGITS));
}
