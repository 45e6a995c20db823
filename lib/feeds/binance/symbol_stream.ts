import { faultOf, sameValues } from "../../model/bar.ts";
import type { MarketError } from "../../model/errors.ts";
import type { FeedEvent, Origin } from "../../model/feed_event.ts";
import type { Source } from "../../model/instrument.ts";
import { MINUTE } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import { barOf, type BinanceKline } from "../../wire/binance_kline.ts";
import type { BinanceMessage } from "../../wire/binance_stream.ts";
import type { MinuteWriter } from "../minute_writer.ts";
import type { BinanceApi } from "./api.ts";
import { ClosingWords } from "./closing_words.ts";
import { FormingTeller } from "./forming_teller.ts";
import { KlineDebt } from "./kline_debt.ts";

type KlineMessage = Extract<BinanceMessage, { kind: "kline" }>;
/** A trade, or several at one price and moment as one. */
export interface StreamTrade {
  /** One higher at each message of the trade stream. */
  readonly id: number;
  /** Id of the last trade in it, as klines count them. */
  readonly lastTradeId: number;
  readonly tradeTime: number;
  readonly price: number;
  readonly size: number;
  readonly buyerIsMaker: boolean;
}

export interface SymbolStreamOptions {
  readonly symbol: string;
  readonly api: BinanceApi;
  readonly writer: MinuteWriter;
  readonly source: Source;
  readonly clock: Clock;
  readonly emit: (event: FeedEvent) => void;
  /** Local ms between two forming bars made from trades. */
  readonly refreshMs: number;
}

/** The mean of times between klines: where it begins, the weight of a new one, and its upper edge. */
const FIRST_GAP_MS = 2_000;
const GAP_WEIGHT = 0.02;
const LONGEST_GAP_MS = 10_000;

/** Why a message changed nothing; undefined when it was taken. */
export type Refusal = string | undefined;

/**
 * One symbol over the whole life of the feed: what it has heard, when, and what is wrong with it. Closed
 * minutes go to the ledger, the forming one and the trades to the listeners.
 */
export class SymbolStream {
  readonly symbol: string;
  readonly writer: MinuteWriter;
  /** Why the venue will never deliver it as configured; the feed goes on without it. */
  failed: MarketError | undefined;
  /** Silence or refusal that may pass; undefined once it delivers. */
  trouble: MarketError | undefined;
  /** The trade stream is silent while klines come; undefined once it speaks. */
  tradeTrouble: MarketError | undefined;
  /** Since when klines have known of trades that did not come, local monotonic ms. */
  tradesMissedSince: number | undefined;
  resubscribes = 0;
  /** Local monotonic ms of the newest kline, trade and message of any kind. */
  klineAt: number | undefined;
  tradeAt: number | undefined;
  eventAt: number | undefined;
  /** The same of its life sign, on the present connection. */
  signAt: number | undefined;
  /** Its life sign has failed to come while other messages did, and has not come since. */
  lacksSign = false;
  /** Its kline stream was asked for again in case it is dead, and has said nothing since. */
  isDoubted = false;
  /** Time that usually passes between two klines, venue ms. */
  klineGapMs = FIRST_GAP_MS;
  /** A kline has come on the present connection. */
  hasKline = false;
  /** When the silence of this stream alone was last acted upon, and how often in a row. */
  quiet: { readonly since: number; readonly times: number } | undefined;
  /** Fruitless questions for its holes in a row, and when the next may be asked, local monotonic ms. */
  unanswered = 0;
  askAgainAt = -Infinity;
  #klineEventTime: number | undefined;
  #lastTradeId = -1;
  /** Trades up to this id were made before the connection, so its trade stream does not owe them. */
  #owedAfter = Infinity;
  readonly #words = new ClosingWords();
  readonly #debt = new KlineDebt();
  readonly #forming: FormingTeller;
  readonly #options: SymbolStreamOptions;

  constructor(options: SymbolStreamOptions) {
    this.#options = options;
    this.symbol = options.symbol;
    this.writer = options.writer;
    this.#forming = new FormingTeller(options);
  }

  get klineStream(): string {
    return `${this.symbol.toLowerCase()}@kline_1m`;
  }

  get tradeStream(): string {
    return `${this.symbol.toLowerCase()}@${this.#options.api.tradeStream}`;
  }

  /** The stream that speaks whatever trades, where the market has one. */
  get signStream(): string | undefined {
    const { lifeSign } = this.#options.api;
    return lifeSign && `${this.symbol.toLowerCase()}@${lifeSign.stream}`;
  }

  /** Local monotonic ms of the newest message of any kind, its life sign included. */
  get heardAt(): number {
    return Math.max(this.eventAt ?? -Infinity, this.signAt ?? -Infinity);
  }

  /** Its life sign comes: silence of its other streams may be that of a market in which nothing trades. */
  get hasSign(): boolean {
    return this.signAt !== undefined && !this.lacksSign;
  }

  /** Since when a kline is due for a trade that has come, local monotonic ms; undefined while none is. */
  get klineOwedSince(): number | undefined {
    return this.#debt.since;
  }

  /** Forgets what belonged to the connection before. */
  beginConnection(): void {
    this.hasKline = this.isDoubted = false;
    this.quiet = undefined;
    this.unanswered = 0;
    this.askAgainAt = -Infinity;
    this.#lastTradeId = -1;
    this.#owedAfter = Infinity;
    this.#klineEventTime = undefined;
    this.tradesMissedSince = this.signAt = undefined;
    this.#debt.clear();
    this.#forming.clear();
  }

  takeKline({ kline, eventTime }: KlineMessage): Refusal {
    const { clock } = this.#options;
    const gapMs = eventTime - (this.#klineEventTime ?? NaN);
    // Klines that came late or twice say nothing of the pace.
    if (gapMs > 0) {
      this.klineGapMs += GAP_WEIGHT * (Math.min(gapMs, LONGEST_GAP_MS) - this.klineGapMs);
    }
    this.#klineEventTime = eventTime;
    this.klineAt = this.eventAt = clock.monotonic();
    this.hasKline = true;
    this.isDoubted = false;
    this.quiet = this.trouble = undefined;
    this.#debt.takeKline({ lastTradeId: kline.lastTradeId, eventTime }, this.klineAt);
    if (this.#owedAfter === Infinity) this.#owedAfter = kline.lastTradeId;
    const isMissing = kline.lastTradeId > Math.max(this.#lastTradeId, this.#owedAfter);
    this.tradesMissedSince = isMissing ? this.tradesMissedSince ?? this.klineAt : undefined;
    if (kline.isClosed) return this.#close(kline, eventTime);
    const fault = lengthFaultOf(kline) ?? faultOf(barOf(kline, false, "live"), MINUTE);
    if (fault === undefined) this.#forming.take(kline);
    return fault;
  }

  takeTrade(trade: StreamTrade): Refusal {
    const { id, lastTradeId, tradeTime, price, size, buyerIsMaker } = trade;
    const { clock, emit, symbol } = this.#options;
    this.tradeAt = this.eventAt = clock.monotonic();
    if (lastTradeId <= this.#lastTradeId) return "a trade seen before";
    this.#lastTradeId = lastTradeId;
    this.tradesMissedSince = this.tradeTrouble = undefined;
    this.#debt.takeTrade({ id: lastTradeId, tradeTime }, this.tradeAt);
    emit({
      kind: "trade",
      instrument: symbol,
      id,
      time: tradeTime,
      price,
      size,
      side: buyerIsMaker ? "sell" : "buy",
      receivedAt: clock.now(),
    });
    this.#forming.addTrade({ sequence: lastTradeId, time: tradeTime, price, size });
    return undefined;
  }

  takeSign(): Refusal {
    this.signAt = this.#options.clock.monotonic();
    this.lacksSign = false;
    return undefined;
  }

  #close(kline: BinanceKline, eventTime: number): Refusal {
    const { openTime } = kline;
    const known = this.writer.ledger.at(openTime);
    const isOther = known !== undefined &&
      !sameValues(known, barOf(kline, true, this.#options.source));
    if (isOther && this.#words.isOlder(openTime, eventTime)) {
      return "an older word for a closed minute";
    }
    const { refusal } = this.enter(kline, "stream");
    if (refusal === undefined) this.#words.stream(openTime, eventTime);
    return refusal;
  }

  /** History, asked at the venue time `askedAt`, has told of minutes. */
  heard(askedAt: number): void {
    this.#words.history(askedAt);
  }

  /** Writes a finished kline. */
  enter(
    kline: BinanceKline,
    origin: Origin,
  ): { readonly isNew: boolean; readonly refusal: Refusal } {
    const fault = lengthFaultOf(kline);
    if (fault !== undefined) return { isNew: false, refusal: fault };
    const offer = this.writer.write(barOf(kline, true, this.#options.source), origin);
    if (offer.kind === "rejected") return { isNew: false, refusal: offer.reason };
    this.#forming.closed(kline.openTime);
    return { isNew: offer.kind === "new", refusal: undefined };
  }
}

function lengthFaultOf({ openTime, closeTime }: BinanceKline): string | undefined {
  return closeTime === openTime + MINUTE - 1 ? undefined : "a kline that is not one minute long";
}
