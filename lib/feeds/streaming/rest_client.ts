import type { MarketError } from "../../model/errors.ts";
import { SECOND } from "../../model/time.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import {
  httpDateOf,
  HttpFailure,
  type HttpGet,
  type HttpReply,
  type NetworkFault,
  retryAfterOf,
} from "../../runtime/http.ts";
import type { Pace } from "../pace.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { Question, StreamingAdapter } from "./adapter.ts";
import type { Named, Peer } from "./peer.ts";
import {
  notVenue,
  refusedRequest,
  stillLimited,
  stillUnanswered,
  unknownSymbol,
} from "./refusals.ts";
import { sharedBudget } from "./shared_budgets.ts";
import { VenueHosts } from "./venue_hosts.ts";
import type { CountedRequest, WeightBudget } from "./weight_budget.ts";

export interface RestClientOptions {
  readonly adapter: Pick<StreamingAdapter, "limits" | "explain">;
  /** `https://api.binance.com` */
  readonly url: string;
  /** Hosts of the same venue for when that one cannot be reached. */
  readonly alternatives: readonly string[];
  readonly httpGet: HttpGet;
  readonly clock: Clock;
  readonly speed: number;
  readonly pace: Pace;
  /** Where known, the time by which a ban ends. @default the `Date` of the answer, else the local clock */
  readonly venueClock?: VenueClock;
}

/** How a question is put. */
export interface AskOptions {
  readonly signal: AbortSignal;
  /** Called right before the request goes out. */
  readonly onSend?: () => void;
  /** What the request is about, for error messages. */
  readonly about?: Named;
  /** Part of the venue's limit that may be used by it and all before. @default 0.8 */
  readonly share?: number;
}

/** An answer that takes longer is none, venue ms; on the local clock at least the floor. */
const TIMEOUT_MS = 8 * SECOND;
const TIMEOUT_FLOOR_MS = 2 * SECOND;
/** A wait for the budget that is longer is reported as a failure instead of sat out in silence. */
const PATIENCE_MS = 5 * SECOND;

/**
 * The few REST requests Comove makes of a venue, within the weight budget of the host. Every failure is a
 * {@link MarketError}; an abort rejects with the signal's reason.
 */
export class RestClient {
  /** Good answers so far. */
  answers = 0;
  readonly #options: RestClientOptions;
  readonly #hosts: VenueHosts;
  readonly #budget: WeightBudget;
  /** It has answered as the venue once. */
  #isKnown = false;
  /** What closed the budget was a ban. */
  #isBanned = false;

  /** @throws {RangeError} when a URL is none. */
  constructor(options: RestClientOptions) {
    const { adapter: { limits, explain: words }, url, alternatives, clock } = options;
    this.#options = options;
    this.#hosts = new VenueHosts({ words, side: "rest", url, alternatives });
    // Venues count by address, so all hosts of the list draw on one budget.
    const scope = `${this.#hosts.present.host}${limits.requestScope ?? ""}`;
    this.#budget = sharedBudget(clock, scope, limits.requests);
  }

  /** The host that is asked next. */
  get peer(): Peer {
    return this.#hosts.present;
  }

  /** Local ms until so much weight may be spent; 0 when it may be now. */
  waitMs(weight: number): number {
    const { pace } = this.#options;
    return pace(this.#budget.waitMs(weight, this.#venueMs()));
  }

  /** The answer to a question. */
  async ask<Query, Answer>(
    question: Question<Query, Answer>,
    query: Query,
    options: AskOptions,
  ): Promise<Answer> {
    const { path, weight } = question.request(query);
    const reply = await this.#get(path, weight, options);
    const answer = question.read(reply, query);
    if (answer === undefined) throw this.#notVenue("not what was asked for in its answer");
    this.#isKnown = true;
    return answer;
  }

  async #get(path: string, weight: number, options: AskOptions): Promise<HttpReply> {
    const { pace, httpGet, adapter: { limits, explain } } = this.#options;
    const { signal, onSend, about, share } = options;
    const request = await this.#withinBudget(weight, signal, share);
    const timeoutMs = pace(TIMEOUT_MS, TIMEOUT_FLOOR_MS);
    onSend?.();
    const host = this.#hosts.present;
    let reply: HttpReply;
    try {
      reply = await httpGet(host.url + path, { timeoutMs, signal });
    } catch (error) {
      if (wasSent(error)) request.unanswered(this.#venueMs());
      else request.unsent();
      if (signal.aborted) throw signal.reason;
      if (!(error instanceof HttpFailure)) throw error;
      throw this.#hosts.unreachable(host, error.fault, { limitMs: timeoutMs, cause: error });
    }
    request.answered(this.#venueMs());
    if (signal.aborted) throw signal.reason;
    const used = limits.usedWeight?.(reply.headers);
    if (used !== undefined) this.#budget.observe(used, this.#venueMs());
    const refusal = explain.refusal(reply);
    if (reply.status !== 200 || refusal !== undefined) throw this.#explain(reply, about);
    this.answers++;
    this.#isBanned = false;
    this.#hosts.served();
    return reply;
  }

  async #withinBudget(
    weight: number,
    signal: AbortSignal,
    share?: number,
  ): Promise<CountedRequest> {
    const { clock, pace } = this.#options;
    while (true) {
      if (signal.aborted) throw signal.reason;
      const now = this.#venueMs();
      const waitMs = this.#budget.waitMs(weight, now, share);
      if (waitMs <= 0) return this.#budget.spend(weight, now);
      if (waitMs > PATIENCE_MS) throw this.#stillLimited(waitMs, now);
      await sleep(clock, pace(waitMs, 1), signal);
    }
  }

  #stillLimited(waitMs: number, now: number): MarketError {
    return !this.#isBanned && this.#budget.unanswered(now) > 0
      ? stillUnanswered(this.peer, waitMs)
      : stillLimited(this.peer, waitMs, this.#isBanned);
  }

  #explain(reply: HttpReply, about: Named | undefined): MarketError {
    const { adapter, venueClock, clock } = this.#options;
    const refusal = adapter.explain.refusal(reply);
    const serverTime = httpDateOf(reply.headers["date"]) ?? clock.now();
    const error = this.#hosts.refused(this.peer, {
      status: reply.status,
      retryAfterMs: retryAfterOf(reply.headers["retry-after"], serverTime),
      refusal,
      venueTime: venueClock?.isKnown ? venueClock.estimate() : serverTime,
    });
    const isLimit = error?.code === "banned" || error?.code === "rate-limited";
    if (isLimit && error.retryAfterMs !== undefined) {
      this.#budget.closeUntil(this.#venueMs() + error.retryAfterMs);
      this.#isBanned = error.code === "banned";
    }
    if (error !== undefined) return error;
    if (refusal === undefined) return this.#notVenue(`HTTP ${reply.status}`);
    if (about !== undefined && refusal.means === "unknown-symbol") {
      return unknownSymbol(this.peer, about);
    }
    return refusedRequest(this.peer, refusal.code, refusal.text);
  }

  #notVenue(what: string): MarketError {
    return notVenue(this.peer, what, this.#isKnown);
  }

  /** Local monotonic time in venue pace. */
  #venueMs(): number {
    const { clock, speed } = this.#options;
    return clock.monotonic() * speed;
  }
}

/** Faults of which the venue never saw a request. */
const UNSENT: readonly NetworkFault[] = [
  "host-not-found",
  "refused",
  "unreachable",
  "tls",
  "not-permitted",
  "proxy",
];

function wasSent(error: unknown): boolean {
  return !(error instanceof HttpFailure && UNSENT.includes(error.fault));
}
