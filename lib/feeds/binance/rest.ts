import { MarketError } from "../../model/errors.ts";
import { SECOND } from "../../model/time.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import { HttpFailure, type HttpGet, type HttpReply, retryAfterOf } from "../../runtime/http.ts";
import { decodeBinanceError, isUnknownSymbol } from "../../wire/binance_error.ts";
import { decodeKlineRows, decodeServerTime, type KlineRows } from "../../wire/binance_kline.ts";
import type { Pace } from "../pace.ts";
import type { VenueClock } from "../venue_clock.ts";
import { type BinanceApi, binanceApiOf } from "./api.ts";
import {
  notBinance,
  type Peer,
  refusedByStatus,
  refusedRequest,
  stillLimited,
  unknownSymbol,
} from "./explain.ts";
import { sharedBudget } from "./shared_budgets.ts";
import { VenueHosts } from "./venue_hosts.ts";
import type { WeightBudget } from "./weight_budget.ts";

export interface BinanceRestOptions {
  /** `https://api.binance.com` */
  readonly url: string;
  /** Hosts of the same venue for when that one cannot be reached. @default none */
  readonly alternatives?: readonly string[];
  /** @default that of the spot market */
  readonly api?: BinanceApi;
  readonly httpGet: HttpGet;
  readonly clock: Clock;
  readonly speed: number;
  readonly pace: Pace;
  /** Fed by every answer to {@link BinanceRest.syncClock}. */
  readonly venueClock: VenueClock;
}

/** Klines from `from` on, oldest first, and the venue time that had surely passed when they were asked. */
export interface KlinesReply extends KlineRows {
  readonly askedAt: number;
}

/** Request weight of the time, in every market. */
const TIME_WEIGHT = 1;

/** An answer that takes longer is none, venue ms; on the local clock at least the floor. */
const TIMEOUT_MS = 8 * SECOND;
const TIMEOUT_FLOOR_MS = 2 * SECOND;
/** A wait for the budget that is longer is told as a failure instead of sat out in silence. */
const PATIENCE_MS = 5 * SECOND;

/**
 * The few REST requests Comove makes of Binance, within the weight budget of the host. Every failure is a
 * {@link MarketError}; an abort rejects with the signal's reason.
 */
export class BinanceRest {
  readonly api: BinanceApi;
  /** Good answers so far. */
  answers = 0;
  readonly #options: BinanceRestOptions;
  readonly #hosts: VenueHosts;
  readonly #budget: WeightBudget;
  /** It has answered as Binance once. */
  #isKnown = false;
  /** What closed the budget was a ban. */
  #isBanned = false;

  /** @throws {RangeError} when a URL is none. */
  constructor(options: BinanceRestOptions) {
    const { url, alternatives = [], api = binanceApiOf("spot"), clock } = options;
    this.api = api;
    this.#options = options;
    this.#hosts = new VenueHosts({
      ...{ setting: "binance.restUrl", url, alternatives },
      protocols: ["https:", "http:"],
    });
    // Binance counts by address and venue, so all hosts of the list draw on one budget.
    const { host } = this.#hosts.present;
    this.#budget = sharedBudget(clock, `${host}${api.restRoot}`, api.weightPerMinute);
  }

  /** The host that is asked next. */
  get peer(): Peer {
    return this.#hosts.present;
  }

  /** Local ms until the last of so many full requests for klines may be sent; 0 when it may be now. */
  waitMs(requests: number): number {
    const { clock, speed, pace } = this.#options;
    const weight = requests * this.api.klinesWeight(this.api.maxKlines);
    return pace(this.#budget.waitMs(weight, clock.monotonic() * speed));
  }

  /** Asks for the venue's time and gives it to the venue clock. */
  async syncClock(signal: AbortSignal): Promise<void> {
    const { clock, venueClock } = this.#options;
    let sentAt = NaN;
    const text = await this.#get("/time", TIME_WEIGHT, signal, () => {
      sentAt = clock.monotonic();
    });
    const receivedAt = clock.monotonic();
    const venueTime = decodeServerTime(text);
    if (venueTime === undefined) throw this.#notBinance("no server time in its answer");
    this.#isKnown = true;
    venueClock.observe({ sentAt, receivedAt, venueTime, resolutionMs: 1 });
  }

  /**
   * One-minute klines that open at `from` or later.
   *
   * @param query.limit at most {@link BinanceApi.maxKlines} rows.
   */
  async klines(
    query: { readonly symbol: string; readonly from: number; readonly limit: number },
    signal: AbortSignal,
  ): Promise<KlinesReply> {
    const { symbol, from, limit } = query;
    const search = new URLSearchParams({
      symbol,
      interval: "1m",
      startTime: `${from}`,
      limit: `${limit}`,
    });
    let askedAt = -Infinity;
    const weight = this.api.klinesWeight(limit);
    const text = await this.#get(`/klines?${search}`, weight, signal, () => {
      askedAt = this.#options.venueClock.atLeast();
    }, symbol);
    const reply = decodeKlineRows(text);
    if (reply === undefined) throw this.#notBinance("no list of klines in its answer");
    return { ...reply, askedAt };
  }

  /** The body of a good answer. `onSend` is called right before the request goes out. */
  async #get(
    path: string,
    weight: number,
    signal: AbortSignal,
    onSend: () => void,
    symbol?: string,
  ): Promise<string> {
    const { clock, pace, httpGet } = this.#options;
    await this.#withinBudget(weight, signal);
    const timeoutMs = pace(TIMEOUT_MS, TIMEOUT_FLOOR_MS);
    onSend();
    const host = this.#hosts.present;
    let reply: HttpReply;
    try {
      reply = await httpGet(host.url + this.api.restRoot + path, { timeoutMs, signal });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!(error instanceof HttpFailure)) throw error;
      throw this.#hosts.unreachable(host, error.fault, { limitMs: timeoutMs, cause: error });
    }
    if (signal.aborted) throw signal.reason;
    const used = Number(reply.headers["x-mbx-used-weight-1m"] ?? NaN);
    if (used >= 0) this.#budget.observe(used, clock.monotonic() * this.#options.speed);
    if (reply.status !== 200) throw this.#explain(reply, symbol);
    this.answers++;
    this.#isBanned = false;
    return reply.text;
  }

  async #withinBudget(weight: number, signal: AbortSignal): Promise<void> {
    const { clock, speed, pace } = this.#options;
    while (true) {
      if (signal.aborted) throw signal.reason;
      const now = clock.monotonic() * speed;
      const waitMs = this.#budget.waitMs(weight, now);
      if (waitMs <= 0) return this.#budget.spend(weight, now);
      if (waitMs > PATIENCE_MS) throw stillLimited(this.peer, waitMs, this.#isBanned);
      await sleep(clock, pace(waitMs, 1), signal);
    }
  }

  #explain(reply: HttpReply, symbol: string | undefined): MarketError {
    const body = decodeBinanceError(reply.text);
    const retryAfterMs = retryAfterOf(reply.headers["retry-after"]);
    const error = refusedByStatus(this.peer, reply.status, {
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(body === undefined ? {} : { detail: body.text }),
    });
    if (error?.retryAfterMs !== undefined) {
      const now = this.#options.clock.monotonic() * this.#options.speed;
      this.#budget.closeUntil(now + error.retryAfterMs);
      this.#isBanned = error.code === "banned";
    }
    if (error !== undefined) return error;
    if (body === undefined) return this.#notBinance(`HTTP ${reply.status}`);
    if (symbol !== undefined && isUnknownSymbol(body)) {
      return unknownSymbol(this.peer, symbol, this.api);
    }
    return refusedRequest(this.peer, body.code, body.text);
  }

  #notBinance(what: string): MarketError {
    return notBinance(this.peer, what, this.#isKnown);
  }
}
