import { type Clock, sleep } from "../../runtime/clock.ts";
import type { HttpAnswer, HttpRequest } from "../../runtime/http_server.ts";
import type { KlineBook } from "./kline_book.ts";
import { FuturesLimits, WeightBudget, type WeightVerdict } from "./limits.ts";
import { timeIn, type VenueMarket } from "./payloads.ts";
import { RestError } from "./rest_error.ts";
import { exchangeInfo } from "./rest_exchange_info.ts";
import { fundingHistory, premiumIndex } from "./rest_funding.ts";
import { futuresInfo } from "./rest_futures_info.ts";
import { klines } from "./rest_klines.ts";
import { RestParameters } from "./rest_parameters.ts";
import { aggregateTrades, historicalTrades } from "./rest_trades.ts";
import type { RestView } from "./rest_view.ts";
import type { Counters } from "./stats.ts";
import type { OnHistory } from "../served_history.ts";
import type { StreamPush } from "./stream_push.ts";
import type { Troubles } from "../troubles.ts";

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
  readonly troubles: Troubles<StreamPush>;
  readonly onHistory?: OnHistory | undefined;
}

type Endpoint = (parameters: RestParameters, view: RestView) => string | Promise<string>;

interface Served {
  readonly weight: number | ((rows: number) => number);
  readonly answer: Endpoint;
}

const PING: Served = {
  weight: 1,
  answer: (parameters) => {
    parameters.finish();
    return "{}";
  },
};
const TIME: Served = {
  weight: 1,
  answer: (parameters, { unit, serverTime }) => {
    parameters.finish();
    return JSON.stringify({ serverTime: timeIn(unit, serverTime) });
  },
};
const ENDPOINTS: ReadonlyMap<string, Served> = new Map(Object.entries({
  "/api/v3/ping": PING,
  "/api/v3/time": TIME,
  "/api/v3/exchangeInfo": { weight: 20, answer: exchangeInfo },
  "/api/v3/klines": { weight: 2, answer: klines },
  "/api/v3/aggTrades": { weight: 4, answer: aggregateTrades },
  "/api/v3/historicalTrades": { weight: 25, answer: historicalTrades },
  "/fapi/v1/ping": PING,
  "/fapi/v1/time": TIME,
  "/fapi/v1/exchangeInfo": { weight: 1, answer: futuresInfo },
  "/fapi/v1/klines": { weight: futuresKlinesWeight, answer: klines },
  "/fapi/v1/aggTrades": { weight: 20, answer: aggregateTrades },
  "/fapi/v1/premiumIndex": { weight: 1, answer: premiumIndex },
  "/fapi/v1/fundingRate": { weight: 1, answer: fundingHistory },
}));

function futuresKlinesWeight(rows: number): number {
  return rows < 100 ? 1 : rows < 500 ? 2 : rows <= 1_000 ? 5 : 10;
}

function weightOf({ weight }: Served, query: string): number {
  if (typeof weight === "number") return weight;
  return weight(Number(new URLSearchParams(query).get("limit") ?? 500));
}

/** Longest stretch of local time a call may work without letting others run. */
const SLICE_MS = 20;

/** Binance's REST APIs for market data of spot and USD-M futures, each under its request weights. */
export class BinanceRest {
  readonly budget = new WeightBudget();
  readonly futuresBudget = new WeightBudget(FuturesLimits.weightPerMinute);
  readonly #options: RestOptions;
  #failure: RestFailure | undefined;
  #failuresLeft = 0;

  constructor(options: RestOptions) {
    this.#options = options;
    if (options.failure !== undefined) this.fail(options.failure);
  }

  /** The next calls fail. */
  fail(failure: RestFailure): void {
    this.#failure = failure;
    this.#failuresLeft = failure.times;
  }

  /** @param now venue time. */
  async answer(request: HttpRequest, now: number): Promise<HttpAnswer> {
    const [path = "", query = ""] = request.target.split("?", 2);
    const endpoint = ENDPOINTS.get(path);
    if (endpoint === undefined) return { status: 404, text: "<html><h2>404 Not found</h2></html>" };
    if (request.method !== "GET") return { status: 405, text: "" };
    this.#options.counters.restCalls++;
    const market = path.startsWith("/fapi/") ? "usdm" : "spot";
    const budget = market === "spot" ? this.budget : this.futuresBudget;
    const verdict = budget.take(weightOf(endpoint, query), now);
    const used = String(budget.usedAt(now));
    const headers = {
      "Content-Type": "application/json;charset=UTF-8",
      "X-MBX-USED-WEIGHT": used,
      "X-MBX-USED-WEIGHT-1M": used,
    };
    if (verdict.kind !== "ok") return this.#overLimit(verdict, headers, budget.limit);
    if (this.#failuresLeft > 0) return this.#fail(headers);
    try {
      const view = this.#viewOf(request, market, now);
      const text = await endpoint.answer(new RestParameters(query), view);
      return { status: 200, headers, text: this.#cut(path, text) };
    } catch (error) {
      if (error instanceof RestError) return { status: error.status, headers, text: error.body };
      throw error;
    }
  }

  /** Half of the rows, while answers are to be cut short. */
  #cut(path: string, text: string): string {
    const { troubles } = this.#options;
    if (!path.endsWith("/klines") || troubles.answersToCut === 0) return text;
    troubles.answersToCut--;
    const rows = JSON.parse(text) as unknown[];
    return JSON.stringify(rows.slice(0, Math.floor(rows.length / 2)));
  }

  #viewOf(request: HttpRequest, market: VenueMarket, now: number): RestView {
    const { book, clock, troubles, onHistory } = this.#options;
    const lagMs = (this.#options.lagMs ?? 0) + troubles.lagBy(now);
    const isMicro = market === "spot" &&
      /^microsecond$/i.test(request.headers["x-mbx-time-unit"] ?? "");
    let began = clock.monotonic();
    return {
      market,
      book,
      now: now - lagMs,
      serverTime: now,
      unit: isMicro ? "MICROSECOND" : "MILLISECOND",
      onHistory,
      breathe() {
        if (clock.monotonic() - began < SLICE_MS) return;
        return sleep(clock, 0).then(() => void (began = clock.monotonic()));
      },
    };
  }

  #overLimit(
    verdict: Exclude<WeightVerdict, { kind: "ok" }>,
    headers: Readonly<Record<string, string>>,
    limit: number,
  ): HttpAnswer {
    const isBan = verdict.kind === "banned";
    this.#options.counters.violated(isBan ? "request while banned" : "request weight");
    const advice = "Please use WebSocket Streams for live updates to avoid";
    const text = isBan
      ? `Way too much request weight used; IP banned until ${verdict.until}. ${advice} bans.`
      : `Too much request weight used; current limit is ${limit} request weight per 1 MINUTE. ${advice} polling the API.`;
    return {
      status: isBan ? 418 : 429,
      headers: { ...headers, "Retry-After": String(verdict.retryAfterSeconds) },
      text: new RestError(-1003, text).body,
    };
  }

  #fail(headers: Readonly<Record<string, string>>): HttpAnswer {
    this.#failuresLeft--;
    const { status, retryAfter } = this.#failure!;
    const error = status === 429 || status === 418
      ? new RestError(-1003, "Too many requests.")
      : new RestError(-1001, "Internal error; unable to process your request. Please try again.");
    const patience = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
    return { status, headers: { ...headers, ...patience }, text: error.body };
  }
}
