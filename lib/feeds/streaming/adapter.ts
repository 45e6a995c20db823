import type { FundingEstimate, FundingPayment } from "../../model/funding.ts";
import type { Venue } from "../../model/instrument.ts";
import type { Interval } from "../../model/time.ts";
import type { TradingMode } from "../../model/trading_mode.ts";
import type { HttpReply } from "../../runtime/http.ts";
import type { StreamMessage, VenueMinute, VenueTrade } from "../../wire/stream_message.ts";

export type { StreamMessage, VenueMinute, VenueTrade } from "../../wire/stream_message.ts";

/**
 * What makes a WebSocket venue: how it is spoken to, what its messages mean, what it allows, and how its
 * refusals read. Pure, and all that a venue writes itself; connecting, watching, healing and waiting are shared.
 */
export interface StreamingAdapter {
  readonly venue: Venue;
  /** Whether the venue's stream closes minutes, or they are made of its trades, whose ids count up by one. */
  readonly minutesFrom: "bars" | "trades";
  /** Reads one text frame. Total: any text gives a message, never a throw. */
  decode(text: string): StreamMessage;
  readonly subscribe: Subscribe;
  readonly history: {
    readonly minutes: Question<MinutesQuery, MinutesPage>;
    /** Left out where the venue's trades cannot be asked for by id. */
    readonly trades?: Question<TradesQuery, TradesPage>;
    /** The newest trade, where minutes are made of trades: it proves that a minute ended in quiet. */
    readonly newest?: Question<NewestQuery, NewestTrade>;
    /** Of perpetuals: what is expected next, and what was paid. */
    readonly funding?: FundingQuestions;
  };
  readonly serverTime: Question<void, ServerTime>;
  /** What may be done with a product, asked once a minute where the stream does not say it. */
  readonly trading?: Question<TradingQuery, TradingAnswer>;
  readonly limits: StreamingLimits;
  readonly explain: VenueWords;
}

/** One subscription. */
export interface Topic {
  /** Minute bars, trades, or a keepalive that is sent even when nothing trades. */
  readonly kind: "bars" | "trades" | "keepalive";
  /** The venue's symbol. */
  readonly symbol: string;
  /** Of its own within the venue, and what messages to the user call it: `btcusdt@kline_1m`. */
  readonly name: string;
}

/** How streams are asked for. */
export interface Subscribe {
  /** What is wanted of one instrument. */
  topics(symbol: string): readonly Topic[];
  /** Path and query to dial. */
  path(topics: readonly Topic[]): string;
  /** What stands before it on a host that has several, for messages about the wrong one. @default "" */
  readonly route?: string;
  /** The path names the topics: after it opened, a socket needs no message. */
  readonly isByPath: boolean;
  /** Frames that ask for topics. @param freshId a request id not used on the socket before. */
  add(topics: readonly Topic[], freshId: () => number): readonly string[];
  /** Frames that leave them. */
  remove(topics: readonly Topic[], freshId: () => number): readonly string[];
  /** A frame to send now and then, where the venue wants one. */
  readonly ping?: { readonly everyMs: number; frame(freshId: () => number): string };
}

export interface RestRequest {
  /** From the host on: `/api/v3/time`. */
  readonly path: string;
  /** What it costs of {@link StreamingLimits.requests}. */
  readonly weight: number;
}

/** A request and how its answer is read. */
export interface Question<Query, Answer> {
  request(query: Query): RestRequest;
  /** @returns undefined when the body is no such answer. */
  read(reply: HttpReply, query: Query): Answer | undefined;
}

export interface ServerTime {
  readonly venueTime: number;
  /** It is floored to this many ms. */
  readonly resolutionMs: number;
}

export interface MinutesQuery {
  readonly symbol: string;
  /** Open time of the first minute wanted. */
  readonly from: number;
  /** At most {@link StreamingLimits.maxMinutes}. */
  readonly limit: number;
}

export interface MinutesPage {
  /** Oldest first. */
  readonly minutes: readonly VenueMinute[];
  /** Why a row was left out, one text each. */
  readonly rejected: readonly string[];
  /** Where there is no row in it, there was no minute. @default from the first asked for to the newest row */
  readonly covers?: Interval;
  /** Rows that open before it are finished. @default the newest row */
  readonly finishedTo?: number;
  /** Where to go on; undefined when there is nothing more. */
  readonly next: number | undefined;
}

export interface TradesQuery {
  readonly symbol: string;
  /** The first id that is missing. */
  readonly fromId: number;
  /** The first after it that is known. */
  readonly toId: number;
  /** Time of the last trade before it. */
  readonly since: number;
}

export interface NewestQuery {
  readonly symbol: string;
  /** Time of the newest trade that is known. */
  readonly since: number;
}

export interface NewestTrade {
  /** Undefined where the venue lists none from that time on. */
  readonly id: number | undefined;
}

/** How a venue is asked for funding. */
export interface FundingQuestions {
  readonly estimate: Question<{ readonly symbol: string }, FundingEstimate>;
  readonly payments: Question<FundingQuery, FundingPage>;
}

export interface FundingQuery {
  readonly symbol: string;
  /** Time of the first payment wanted. */
  readonly from: number;
}

export interface FundingPage {
  /** Oldest first. */
  readonly payments: readonly FundingPayment[];
  /** Why a row was left out or has no rate, one text each. */
  readonly rejected: readonly string[];
  /** Where to go on; undefined when there is nothing more. */
  readonly next: number | undefined;
}

export interface TradingQuery {
  readonly symbol: string;
}

export interface TradingAnswer {
  /** Undefined where the venue says it in words that are not known. */
  readonly mode: TradingMode | undefined;
}

export interface TradesPage {
  /** In any order; others than those asked for do no harm. */
  readonly trades: readonly VenueTrade[];
  /** Ids `[fromId, toId)`: what is not among the trades does not exist. Undefined when the page proves nothing. */
  readonly covers: { readonly fromId: number; readonly toId: number } | undefined;
}

/** What a venue allows, and how soon it says something. All ms are the venue's. */
export interface StreamingLimits {
  /** Minutes that one request may bring. */
  readonly maxMinutes: number;
  /** How far back they reach; undefined where there is no limit. */
  readonly historyMs?: number;
  /** Weight of requests in a window, by address. */
  readonly requests: { readonly limit: number; readonly windowMs: number };
  /** What the weight is counted against, where one address serves several markets: `/fapi/v1`. @default "" */
  readonly requestScope?: string;
  /** The venue's own count of it. */
  usedWeight?(headers: HttpReply["headers"]): number | undefined;
  /** Sockets opened in a window, by address. */
  readonly dials: { readonly limit: number; readonly windowMs: number };
  /** Age at which a socket is replaced, before the venue closes it; undefined where the venue sets no limit. */
  readonly renewAfterMs?: number;
  /**
   * This long without a bar is silence where they usually come every `gapMs`; where minutes are made of trades,
   * without a trade or a keepalive;
   */
  silentMs(gapMs: number): number;
  /** and this long without the first one after the socket opened. */
  readonly firstMs: number;
  /** Keepalives come only while nothing else does: whatever comes shows that the socket lives. @default false */
  readonly anyMessageKeepsAlive?: boolean;
  /** Undefined where bars come whatever trades. */
  readonly keepalive?: KeepaliveLimits;
}

/** While keepalives are received, the socket is alive. */
export interface KeepaliveLimits {
  /** A socket on which nothing at all has come for this long is dead, */
  readonly silentMs: number;
  /** and so is one that has brought nothing since it opened for this long. */
  readonly firstMs: number;
}

/** What sentences to the user say of a venue, and what the venue itself says in its refusals. */
export interface VenueWords {
  readonly venue: Venue;
  /** `Binance` */
  readonly title: string;
  /** Section of the configuration that holds its addresses and symbols: `binance`. */
  readonly section: string;
  /** `spot market` */
  readonly market: string;
  /** How symbols look: `spot pairs are written BTCUSDT, ETHUSDT`. */
  readonly symbols: string;
  /** The usual stream host. */
  readonly streamUrl: string;
  /** The refusal that the venue itself wrote; undefined for a success, and for a reply the venue did not write. */
  refusal(reply: HttpReply): VenueRefusal | undefined;
}

export interface VenueRefusal {
  readonly code: number | string;
  readonly text: string;
  /** What it comes down to, where the HTTP status does not say it. @default any other refusal */
  readonly means?: "unknown-symbol" | "rate-limited" | "banned" | "server-error";
  /** Until when nothing may be asked, epoch ms of the venue's clock, where it says so. */
  readonly until?: number;
}
