import { type Clock, sleep } from "../../runtime/clock.ts";
import type { HttpAnswer, HttpRequest } from "../../runtime/http_server.ts";
import type { KlineBook } from "./kline_book.ts";
import { WeightBudget, type WeightVerdict } from "./limits.ts";
import { timeIn } from "./payloads.ts";
import { RestError } from "./rest_error.ts";
import { exchangeInfo } from "./rest_exchange_info.ts";
import { klines } from "./rest_klines.ts";
import { RestParameters } from "./rest_parameters.ts";
import { aggregateTrades } from "./rest_trades.ts";
import type { RestView } from "./rest_view.ts";
import type { Counters } from "./stats.ts";

/** REST calls that are to fail. */
export interface RestFailure {
  /** HTTP status of the answer: 429, 418, 500, … */
  readonly status: number;
  /** `Retry-After`, seconds; none when undefined. */
  readonly retryAfter?: number;
  /** How many calls fail; then all is well. */
  readonly times: number;
}

export interface RestOptions {
  readonly book: KlineBook;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly failure?: RestFailure | undefined;
  /** How far the market data lag behind the venue, venue ms. @default 0 */
  readonly lagMs?: number | undefined;
}

type Endpoint = (parameters: RestParameters, view: RestView) => string | Promise<string>;

const ENDPOINTS: ReadonlyMap<string, { readonly weight: number; readonly answer: Endpoint }> =
  new Map(Object.entries({
    "/api/v3/ping": {
      weight: 1,
      answer: (parameters) => {
        parameters.finish();
        return "{}";
      },
    },
    "/api/v3/time": {
      weight: 1,
      answer: (parameters, { unit, serverTime }) => {
        parameters.finish();
        return JSON.stringify({ serverTime: timeIn(unit, serverTime) });
      },
    },
    "/api/v3/exchangeInfo": { weight: 20, answer: exchangeInfo },
    "/api/v3/klines": { weight: 2, answer: klines },
    "/api/v3/aggTrades": { weight: 4, answer: aggregateTrades },
  }));

/** Longest stretch of local time a call may work without letting others run. */
const SLICE_MS = 20;

/** Binance's spot REST API for market data, under its request weights. */
export class BinanceRest {
  readonly budget = new WeightBudget();
  readonly #options: RestOptions;
  #failuresLeft: number;

  constructor(options: RestOptions) {
    this.#options = options;
    this.#failuresLeft = options.failure?.times ?? 0;
  }

  /** @param now venue time. */
  async answer(request: HttpRequest, now: number): Promise<HttpAnswer> {
    const [path = "", query = ""] = request.target.split("?", 2);
    const endpoint = ENDPOINTS.get(path);
    if (endpoint === undefined) return { status: 404, text: "<html><h2>404 Not found</h2></html>" };
    if (request.method !== "GET") return { status: 405, text: "" };
    this.#options.counters.restCalls++;
    const verdict = this.budget.take(endpoint.weight, now);
    const used = String(this.budget.usedAt(now));
    const headers = {
      "Content-Type": "application/json;charset=UTF-8",
      "X-MBX-USED-WEIGHT": used,
      "X-MBX-USED-WEIGHT-1M": used,
    };
    if (verdict.kind !== "ok") return this.#overLimit(verdict, headers);
    if (this.#failuresLeft > 0) return this.#failure(headers);
    try {
      const view = this.#viewOf(request, now);
      const text = await endpoint.answer(new RestParameters(query), view);
      return { status: 200, headers, text };
    } catch (error) {
      if (error instanceof RestError) return { status: error.status, headers, text: error.body };
      throw error;
    }
  }

  #viewOf(request: HttpRequest, now: number): RestView {
    const { book, clock, lagMs = 0 } = this.#options;
    const isMicro = /^microsecond$/i.test(request.headers["x-mbx-time-unit"] ?? "");
    let began = clock.monotonic();
    return {
      book,
      now: now - lagMs,
      serverTime: now,
      unit: isMicro ? "MICROSECOND" : "MILLISECOND",
      breathe() {
        if (clock.monotonic() - began < SLICE_MS) return;
        return sleep(clock, 0).then(() => void (began = clock.monotonic()));
      },
    };
  }

  #overLimit(
    verdict: Exclude<WeightVerdict, { kind: "ok" }>,
    headers: Readonly<Record<string, string>>,
  ): HttpAnswer {
    const isBan = verdict.kind === "banned";
    this.#options.counters.violated(isBan ? "request while banned" : "request weight");
    const advice = "Please use WebSocket Streams for live updates to avoid";
    const text = isBan
      ? `Way too much request weight used; IP banned until ${verdict.until}. ${advice} bans.`
      : `Too much request weight used; current limit is 6000 request weight per 1 MINUTE. ${advice} polling the API.`;
    return {
      status: isBan ? 418 : 429,
      headers: { ...headers, "Retry-After": String(verdict.retryAfterSeconds) },
      text: new RestError(-1003, text).body,
    };
  }

  #failure(headers: Readonly<Record<string, string>>): HttpAnswer {
    this.#failuresLeft--;
    const { status, retryAfter } = this.#options.failure!;
    const error = status === 429 || status === 418
      ? new RestError(-1003, "Too many requests.")
      : new RestError(-1001, "Internal error; unable to process your request. Please try again.");
    const patience = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
    return { status, headers: { ...headers, ...patience }, text: error.body };
  }
}
