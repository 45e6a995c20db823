import { SECOND } from "../../model/time.ts";
import type { Contract } from "./contracts.ts";
import { type Quote, QuoteReader } from "./quote.ts";
import { type Fields, tickPriceReply, tickSizeReply, tickStringReply } from "./replies.ts";
import type { Tape } from "./tape.ts";

/** The venue samples: a line shows at most four quotes a second. */
const SAMPLE_MS = 250;

/** Numbers of the fields. Source: TWS API, "Available Tick Types". */
const LIVE = {
  bid: 1,
  ask: 2,
  last: 4,
  high: 6,
  low: 7,
  volume: 8,
  close: 9,
  open: 14,
  bidSize: 0,
  askSize: 3,
  lastSize: 5,
  lastTime: 45,
};
const DELAYED: typeof LIVE = {
  bid: 66,
  ask: 67,
  last: 68,
  high: 72,
  low: 73,
  volume: 74,
  close: 75,
  open: 76,
  bidSize: 69,
  askSize: 70,
  lastSize: 71,
  lastTime: 88,
};
const PRICES = ["bid", "ask", "last", "high", "low", "open", "close"] as const;
const SIZE_OF: Readonly<Record<string, "bidSize" | "askSize" | "lastSize">> = {
  bid: "bidSize",
  ask: "askSize",
  last: "lastSize",
};
const SIZES = ["bidSize", "askSize", "lastSize", "volume"] as const;

/** One market-data line: the fields of a quote as they change. */
export class MarketDataLine {
  readonly contract: Contract;
  readonly #id: number;
  readonly #quotes: QuoteReader;
  readonly #delayMs: number;
  readonly #sampleMs: number;
  #sent: Partial<Quote> = {};
  #sampledAt = -Infinity;

  /**
   * @param options.delayMs 0 for live fields, otherwise delayed ones, that much behind.
   * @param options.sampleMs least time between two samples. @default 250
   */
  constructor(
    id: number,
    contract: Contract,
    tape: Tape,
    { delayMs, sampleMs = SAMPLE_MS }: { delayMs: number; sampleMs?: number | undefined },
  ) {
    this.#id = id;
    this.contract = contract;
    this.#quotes = new QuoteReader(tape, contract.listing);
    this.#delayMs = delayMs;
    this.#sampleMs = sampleMs;
  }

  /** Messages for what changed since the last sample; none when it is too early for another. */
  sample(now: number): Fields[] {
    if (now - this.#sampledAt < this.#sampleMs) return [];
    this.#sampledAt = now;
    const quote = this.#quotes.at(now - this.#delayMs);
    if (quote === undefined) return [];
    const types = this.#delayMs === 0 ? LIVE : DELAYED;
    const isNew = (name: keyof Quote) =>
      quote[name] !== undefined && quote[name] !== this.#sent[name];
    const messages: Fields[] = [];
    for (const name of PRICES) {
      const size = SIZE_OF[name];
      if (!isNew(name) && !(size !== undefined && isNew(size))) continue;
      const sizeNow = size === undefined ? 0 : quote[size];
      messages.push(tickPriceReply(this.#id, types[name], quote[name]!, sizeNow));
    }
    for (const name of SIZES) {
      if (isNew(name)) messages.push(tickSizeReply(this.#id, types[name], quote[name]!));
    }
    if (isNew("lastTime")) {
      const seconds = String(Math.floor(quote.lastTime / SECOND));
      messages.push(tickStringReply(this.#id, types.lastTime, seconds));
    }
    this.#sent = quote;
    return messages;
  }
}
