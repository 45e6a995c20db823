import { type Bar, faultOf, sameValues } from "../../model/bar.ts";
import type { MarketError } from "../../model/errors.ts";
import type { FeedEvent, Origin } from "../../model/feed_event.ts";
import type { Source } from "../../model/instrument.ts";
import type { KnownTrades, TradeHole } from "../../model/trade_hole.ts";
import { type Interval, MINUTE } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { MinuteWriter } from "../minute_writer.ts";
import type { StreamingAdapter, StreamMessage, Topic, VenueMinute, VenueTrade } from "./adapter.ts";
import { BarDebt } from "./bar_debt.ts";
import { CloseVersions } from "./close_versions.ts";
import { FormingMinute } from "./forming_minute.ts";
import { FundingLog } from "./funding_log.ts";
import { PastTrades } from "./past_trades.ts";
import { TradeMinutes } from "./trade_minutes.ts";
import { TradeTape } from "./trade_tape.ts";
import { TradingState } from "./trading_state.ts";

export interface InstrumentStreamOptions {
  /** Its id in Comove. */
  readonly id: string;
  /** Its symbol at the venue. */
  readonly symbol: string;
  /** What is subscribed to for it. */
  readonly topics: readonly Topic[];
  readonly writer: MinuteWriter;
  /** Where closed minutes come from. */
  readonly minutesFrom: StreamingAdapter["minutesFrom"];
  /** Local ms for which a jump in the ids of trades may be disorder; undefined: trades are not kept. */
  readonly reorderMs: number | undefined;
  /** What a store holds of its trades. @default nothing */
  readonly knownTrades?: () => KnownTrades | undefined;
  /** What it has lost of them since that was asked last. @default nothing */
  readonly lostTrades?: () => readonly TradeHole[];
  readonly source: Source;
  readonly clock: Clock;
  readonly emit: (event: FeedEvent) => void;
  /** Local ms between two forming bars made from trades. */
  readonly refreshMs: number;
}

type BarMessage = Extract<StreamMessage, { kind: "bar" }>;

/** The mean of times between bars: where it begins, the weight of a new one, and its upper edge. */
const FIRST_GAP_MS = 2_000;
const GAP_WEIGHT = 0.02;
const LONGEST_GAP_MS = 10_000;

/** Why a message changed nothing; undefined when it was taken. */
export type Refusal = string | undefined;

/**
 * One instrument over the whole life of the feed: what was received of it, when, and what is wrong with it.
 * Closed minutes go to the ledger, the forming one and the trades to the listeners.
 */
export class InstrumentStream {
  readonly id: string;
  readonly symbol: string;
  readonly topics: readonly Topic[];
  readonly writer: MinuteWriter;
  /** What the venue lets be done with it. */
  readonly trading: TradingState;
  /** The minute of venue time in which that was asked last. */
  tradingAskedAt = -Infinity;
  /** Its trades in the order of their ids, where these are kept. */
  readonly tape: TradeTape | undefined;
  /** Of a perpetual: what its venue says of funding. */
  readonly funding: FundingLog;
  /** The trades that a store lacks; undefined before the first trade, and while nothing is known to be lacking. */
  past: PastTrades | undefined;
  /** Why the venue will never deliver it as configured; the feed goes on without it. */
  failed: MarketError | undefined;
  /** Silence or refusal that may pass; undefined once it delivers. */
  trouble: MarketError | undefined;
  /** The trades are silent while bars come; undefined once they come. */
  tradeTrouble: MarketError | undefined;
  /** Since when the venue has counted trades that did not come, local monotonic ms. */
  tradesMissedSince: number | undefined;
  /** Unfollowed: replies still in flight for it are ignored. */
  isLeft = false;
  resubscribes = 0;
  /** Local monotonic ms of when it was asked for on the present connection. */
  askedAt = -Infinity;
  /** The same of the newest bar, trade and message of any kind. */
  barAt: number | undefined;
  tradeAt: number | undefined;
  eventAt: number | undefined;
  /** The same of its keepalive, on the present connection. */
  keepaliveAt: number | undefined;
  /** Its keepalive has failed to come while other messages did, and has not come since. */
  lacksKeepalive = false;
  /** Its bars were resubscribed in case their stream is dead, and none has arrived since. */
  isDoubted = false;
  /** Time that usually passes between two bars, venue ms. */
  barGapMs = FIRST_GAP_MS;
  /** A bar has come on the present connection. */
  hasBar = false;
  /** When the silence of this stream alone was last acted upon, and how often in a row. */
  quiet: { readonly since: number; readonly times: number } | undefined;
  /** Minutes made of trades before this one were held against the venue's own; NaN before the first. */
  auditedTo = NaN;
  /** Minutes that lacked at the beginning of the newest answer of history; undefined where few or none did. */
  doubted: Interval | undefined;
  /** Fruitless questions for its holes in a row, and when the next may be asked, local monotonic ms. */
  unanswered = 0;
  askAgainAt = -Infinity;
  #barEventTime: number | undefined;
  #lastTrade = -1;
  /** Trades up to this id were made before the connection, so its trade stream does not owe them. */
  #owedAfter = Infinity;
  #versions = new CloseVersions();
  readonly #debt = new BarDebt();
  #forming: FormingMinute;
  /** Where the venue closes no minutes itself. */
  #minutes: TradeMinutes | undefined;
  readonly #options: InstrumentStreamOptions;

  constructor(options: InstrumentStreamOptions) {
    this.#options = options;
    this.id = options.id;
    this.symbol = options.symbol;
    this.topics = options.topics;
    this.writer = options.writer;
    const { reorderMs, emit, clock, id: instrument } = options;
    this.trading = new TradingState((mode) => {
      emit({ kind: "trading", instrument, mode, receivedAt: clock.now() });
    });
    this.funding = new FundingLog(options);
    this.#forming = new FormingMinute(options);
    this.#minutes = this.#newMinutes();
    this.tape = reorderMs === undefined ? undefined : this.#newTape(reorderMs);
  }

  /** What is subscribed to of one kind; undefined where the venue has none. */
  topic(kind: Topic["kind"]): Topic | undefined {
    return this.topics.find((topic) => topic.kind === kind);
  }

  /** What messages to the user call its bars, or whatever stands for them. */
  get name(): string {
    return (this.topic("bars") ?? this.topics[0])?.name ?? this.symbol;
  }

  /** Local monotonic ms of the newest message of any kind, its keepalive included. */
  get receivedAt(): number {
    return Math.max(this.eventAt ?? -Infinity, this.keepaliveAt ?? -Infinity);
  }

  /**
   * Its keepalive comes: silence of its bars may be that of a market in which nothing trades. Where minutes are made
   * of trades, a keepalive counts as a bar does, and nothing excuses the silence of both.
   */
  get hasKeepalive(): boolean {
    return this.#minutes === undefined && this.keepaliveAt !== undefined && !this.lacksKeepalive;
  }

  /** Since when a bar is due for a trade that has come, local monotonic ms; undefined while none is. */
  get barOwedSince(): number | undefined {
    return this.#debt.since;
  }

  /** Forgets what belonged to the connection before. */
  beginConnection(): void {
    this.askedAt = this.#options.clock.monotonic();
    this.hasBar = this.isDoubted = false;
    this.quiet = undefined;
    this.unanswered = 0;
    this.askAgainAt = -Infinity;
    this.#lastTrade = -1;
    this.#owedAfter = Infinity;
    this.#barEventTime = undefined;
    this.tradesMissedSince = this.keepaliveAt = undefined;
    this.trading.takeVenue(undefined, NaN);
    this.#debt.clear();
    this.#forming.clear();
  }

  /** The connection is over, and no other follows for now: what is forming is not emitted any more. */
  endConnection(): void {
    this.#forming.clear();
  }

  /** It is followed no more, or the feed is closed: it emits nothing from now on. */
  leave(): void {
    this.isLeft = true;
    this.#forming.clear();
  }

  /** Forgets the minutes of another era of the venue's clock. */
  beginEra(): void {
    this.#versions = new CloseVersions();
    this.#forming.clear();
    this.#forming = new FormingMinute(this.#options);
    this.#minutes = this.#newMinutes();
    this.auditedTo = NaN;
    this.tradingAskedAt = -Infinity;
  }

  takeBar({ minute, lastTrade, isClosed, eventTime }: BarMessage): Refusal {
    const { clock, source } = this.#options;
    const gapMs = eventTime - (this.#barEventTime ?? NaN);
    // Bars that came late or twice say nothing of the pace.
    if (gapMs > 0) {
      this.barGapMs += GAP_WEIGHT * (Math.min(gapMs, LONGEST_GAP_MS) - this.barGapMs);
    }
    this.#barEventTime = eventTime;
    const now = this.eventAt = clock.monotonic();
    this.#delivers(now);
    this.#debt.takeBar({ lastTrade, eventTime }, now);
    this.#countTrades(lastTrade);
    if (isClosed) return this.#close(minute, eventTime);
    const bar = barOf(minute, false, source);
    const fault = faultOf(bar, MINUTE);
    if (fault === undefined) this.#forming.take(bar, lastTrade);
    return fault;
  }

  /** @param now local monotonic ms. */
  takeTrade(trade: VenueTrade, now: number): Refusal {
    const { id, sequence = id, time, price, size } = trade;
    this.tradeAt = this.eventAt = now;
    this.trading.traded(time);
    const closesNone = this.#minutes !== undefined;
    if (closesNone) this.#delivers(now);
    const isRepeat = this.tape === undefined
      ? sequence <= this.#lastTrade
      : !this.tape.take(trade, now);
    if (isRepeat) return "a trade seen before";
    if (sequence > this.#lastTrade) {
      this.#lastTrade = sequence;
      this.tradesMissedSince = this.tradeTrouble = undefined;
      if (!closesNone) this.#debt.takeTrade({ id: sequence, time }, now);
    }
    if (this.tape === undefined) this.#emitTrade(trade);
    if (!closesNone) this.#forming.addTrade({ sequence, time, price, size }, now);
    return undefined;
  }

  /**
   * @param lastTrade id of the newest trade, where the venue says it.
   * @param time of that statement.
   */
  takeKeepalive(lastTrade?: number, time?: number): void {
    const now = this.keepaliveAt = this.#options.clock.monotonic();
    this.lacksKeepalive = false;
    if (this.#minutes !== undefined) this.#delivers(now);
    if (lastTrade !== undefined) this.takeNewest(lastTrade, time);
  }

  /**
   * The venue says which trade is its newest.
   *
   * @param time of that statement; undefined where it proves nothing of minutes.
   */
  takeNewest(lastTrade: number, time: number | undefined): void {
    this.#countTrades(lastTrade);
    this.tape?.exists(lastTrade, this.#options.clock.monotonic());
    // Newer ones that wait behind a gap contradict an answer of history that lags.
    if (time !== undefined && this.tape?.newest?.id === lastTrade) {
      this.#minutes?.proveQuiet(lastTrade, time);
    }
  }

  /** History, asked at the venue time `askedAt`, has brought minutes. */
  tookHistory(askedAt: number): void {
    this.#versions.history(askedAt);
  }

  /** Writes a finished minute. */
  enter(
    minute: VenueMinute,
    origin: Origin,
  ): { readonly isNew: boolean; readonly refusal: Refusal } {
    const offer = this.writer.write(barOf(minute, true, this.#options.source), origin);
    if (offer.kind === "rejected") return { isNew: false, refusal: offer.reason };
    this.#forming.closed(minute.openTime);
    return { isNew: offer.kind === "new", refusal: undefined };
  }

  /** Takes on what a store has lost of its trades, to be fetched like those of the time before. */
  lookForLost(): void {
    const holes = this.#options.lostTrades?.() ?? [];
    const newest = holes.at(-1);
    if (newest === undefined) return;
    const { toId: id, until: time } = newest;
    if (this.past === undefined) {
      this.#fetchPast({ last: { id: id - 1, time }, holes }, { id, time });
    } else this.past.add(holes);
  }

  /** Data received shows that the stream is alive. */
  #delivers(now: number): void {
    this.barAt = now;
    this.hasBar = true;
    this.isDoubted = false;
    this.quiet = this.trouble = undefined;
  }

  #emitTrade({ id, time, price, size, side }: VenueTrade): void {
    const { clock, emit } = this.#options;
    const receivedAt = clock.now();
    const { id: instrument } = this;
    // Written out: to spread one into the other takes as long as all else here.
    emit(
      side === undefined
        ? { kind: "trade", instrument, id, time, price, size, receivedAt }
        : { kind: "trade", instrument, id, time, price, size, side, receivedAt },
    );
  }

  #newMinutes(): TradeMinutes | undefined {
    const { minutesFrom, writer, source } = this.#options;
    return minutesFrom === "trades"
      ? new TradeMinutes({ writer, source, forming: this.#forming })
      : undefined;
  }

  #newTape(reorderMs: number): TradeTape {
    const { clock, emit, id: instrument } = this.#options;
    let isFirst = true;
    return new TradeTape({
      onTrade: (trade) => {
        this.#emitTrade(trade);
        if (isFirst) this.#beginPast(trade);
        isFirst = false;
        this.#minutes?.take(trade);
      },
      onGap: (gap) => {
        emit({ kind: "trade-gap", instrument, ...gap, receivedAt: clock.now() });
      },
      onHeal: (heal) => {
        emit({ kind: "trade-heal", instrument, ...heal, receivedAt: clock.now() });
      },
    }, reorderMs);
  }

  #beginPast(first: VenueTrade): void {
    const known = this.#options.knownTrades?.();
    if (known !== undefined) this.#fetchPast(known, first);
  }

  #fetchPast(known: KnownTrades, first: Pick<VenueTrade, "id" | "time">): void {
    const { clock, emit, id: instrument } = this.#options;
    this.past = new PastTrades(known, first, (news) => {
      emit({ kind: "trade-backfill", instrument, ...news, receivedAt: clock.now() });
    });
  }

  /** The venue counts trades up to that id: are there any that did not come? */
  #countTrades(lastTrade: number): void {
    if (this.#owedAfter === Infinity) this.#owedAfter = lastTrade;
    const isMissing = lastTrade > Math.max(this.#lastTrade, this.#owedAfter);
    const now = this.#options.clock.monotonic();
    this.tradesMissedSince = isMissing ? this.tradesMissedSince ?? now : undefined;
  }

  #close(minute: VenueMinute, eventTime: number): Refusal {
    const { openTime } = minute;
    const known = this.writer.ledger.at(openTime);
    const isOther = known !== undefined &&
      !sameValues(known, barOf(minute, true, this.#options.source));
    if (isOther && this.#versions.isOlder(openTime, eventTime)) {
      return "an older version of a closed minute";
    }
    const { refusal } = this.enter(minute, "stream");
    if (refusal === undefined) this.#versions.stream(openTime, eventTime);
    return refusal;
  }
}

function barOf(minute: VenueMinute, closed: boolean, source: Source): Bar {
  return { ...minute, closed, revision: 0, source };
}
