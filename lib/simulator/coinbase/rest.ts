import { floorTo, MINUTE, SECOND } from "../../model/time.ts";
import type { TradingMode } from "../../model/trading_mode.ts";
import type { HttpAnswer } from "../../runtime/http_server.ts";
import type { PairView } from "../pair_venue.ts";
import { plainDecimal } from "../plain_decimal.ts";
import { tradesBelow } from "../trade_pages.ts";
import type { Listing, SimulatedBar } from "../truth.ts";
import { tradeRow } from "./payloads.ts";

/** What the answers need of the venue. */
export interface RestPorts {
  /** Leaves some rows out, while a fault says so. */
  cut<Row>(rows: readonly Row[]): readonly Row[];
  served(product: string, openTimes: readonly number[]): void;
  modeOf(product: string): TradingMode;
}

const MOST_CANDLES = 300;
const MOST_TRADES = 1_000;
const GRANULARITIES = [60, 300, 900, 3_600, 21_600, 86_400];
/** Candles are made anew this often. */
const CANDLES_CACHED_MS = 5 * SECOND;
/** What `/products` lists; others exist for those who ask for them. */
const LISTED = ["BTC-USD", "ETH-USD", "SOL-USD", "XRP-USD", "BTC-USDT", "ETH-USDT", "ETH-BTC"];

/** Coinbase Exchange's public REST calls. */
export async function coinbaseAnswer(view: PairView, ports: RestPorts): Promise<HttpAnswer> {
  const { request: { method, target }, serverTime } = view;
  const { pathname, searchParams } = new URL(target, "http://coinbase");
  if (method !== "GET") return refused(405, "MethodNotAllowed");
  if (pathname === "/time") {
    return json({ iso: new Date(serverTime).toISOString(), epoch: serverTime / SECOND });
  }
  if (pathname === "/currencies") return json(currencies());
  if (pathname === "/products") {
    return json(LISTED.flatMap((id) => {
      const listing = view.book.listing(id, serverTime);
      return listing === undefined ? [] : [productOf(id, listing, ports.modeOf(id))];
    }));
  }
  const [, id = "", what = ""] = /^\/products\/([A-Z0-9-]+)(?:\/(candles|trades|ticker))?$/
    .exec(pathname) ?? [];
  const listing = id === "" ? undefined : view.book.listing(id, serverTime);
  if (listing === undefined) return refused(404, "NotFound");
  switch (what) {
    case "candles":
      return candles(id, searchParams, view, ports);
    case "trades":
      return await trades(id, searchParams, view);
    case "ticker":
      return ticker(id, view);
    default:
      return json(productOf(id, listing, ports.modeOf(id)));
  }
}

/** Rows `[time, low, high, open, close, volume]`, newest first; minutes without a trade have none. */
function candles(
  id: string,
  parameters: URLSearchParams,
  { book, now }: PairView,
  { cut, served }: RestPorts,
): HttpAnswer {
  const granularity = Number(parameters.get("granularity") ?? 60);
  if (!GRANULARITIES.includes(granularity)) return refused(400, "Unsupported granularity");
  const step = granularity * SECOND;
  const at = floorTo(now, CANDLES_CACHED_MS);
  const start = timeOf(parameters.get("start")), end = timeOf(parameters.get("end"));
  if (start === undefined || end === undefined) return refused(400, "Invalid start or end");
  // Both, or neither.
  const isRange = !Number.isNaN(start) && !Number.isNaN(end);
  const to = isRange ? Math.min(end, at) : at;
  const from = isRange ? start : floorTo(at, step) - (MOST_CANDLES - 1) * step;
  if (isRange && (end - start) / step >= MOST_CANDLES) {
    return refused(
      400,
      `granularity too small for the requested time range. Count of aggregations requested exceeds ${MOST_CANDLES}`,
    );
  }
  const bars: SimulatedBar[] = [];
  // A row from before the start may come along.
  const first = floorTo(Math.max(from - step, book.truth.from), step);
  for (let time = first; time <= to; time += step) {
    const bar = joined(book, id, { from: time, to: time + step, at });
    if (bar !== undefined) bars.push(bar);
  }
  const rows = cut(
    bars.map(({ openTime, open, high, low, close, volume }) => [
      openTime / SECOND,
      low,
      high,
      open,
      close,
      volume,
    ]).reverse(),
  );
  served(id, rows.map(([time]) => time! * SECOND).reverse());
  return json(rows, { "Cache-Control": "public, max-age=5" });
}

/** Minutes as one bar. */
function joined(
  book: PairView["book"],
  id: string,
  { from, to, at }: { readonly from: number; readonly to: number; readonly at: number },
): SimulatedBar | undefined {
  let sum: SimulatedBar | undefined;
  for (let time = from; time < to && time <= at; time += MINUTE) {
    const bar = book.minute(id, time, at);
    if (bar === undefined) continue;
    sum = sum === undefined ? { ...bar, openTime: from } : {
      ...sum,
      high: Math.max(sum.high, bar.high),
      low: Math.min(sum.low, bar.low),
      close: bar.close,
      volume: Number((sum.volume + bar.volume).toFixed(8)),
    };
  }
  return sum;
}

/** Newest first; `after` pages to older ones. */
async function trades(
  id: string,
  parameters: URLSearchParams,
  view: PairView,
): Promise<HttpAnswer> {
  const limit = Number(parameters.get("limit") ?? MOST_TRADES);
  const after = Number(parameters.get("after") ?? Infinity);
  if (!(limit >= 1 && limit <= MOST_TRADES)) return refused(400, "Invalid limit");
  if (!(after > 0)) return refused(400, "Invalid after");
  const rows = await tradesBelow(id, { id: after, limit }, view);
  const [newest] = rows, oldest = rows.at(-1);
  const cursors: Record<string, string> = newest === undefined || oldest === undefined
    ? {}
    : { "CB-BEFORE": String(newest.id), "CB-AFTER": String(oldest.id) };
  return json(rows.map(tradeRow), cursors);
}

function ticker(id: string, { book, now }: PairView): HttpAnswer {
  const last = book.newest(id, now);
  if (last === undefined) return refused(404, "NotFound");
  const { trade_id, price, size, time } = tradeRow(last);
  return json({ trade_id, price, size, time, bid: price, ask: price, volume: size });
}

function productOf(id: string, { tickSize, sizeStep }: Listing, mode: TradingMode) {
  const [base_currency, quote_currency] = id.split("-", 2);
  return {
    id,
    base_currency,
    quote_currency,
    quote_increment: plainDecimal(tickSize),
    base_increment: plainDecimal(sizeStep),
    display_name: `${base_currency}/${quote_currency}`,
    min_market_funds: "1",
    margin_enabled: false,
    post_only: mode === "post-only",
    limit_only: mode === "limit-only",
    cancel_only: mode === "cancel-only",
    status: mode === "offline" || mode === "delisted" ? mode : "online",
    status_message: "",
    trading_disabled: mode === "offline" || mode === "delisted",
    fx_stablecoin: false,
    auction_mode: mode === "auction",
  };
}

function currencies() {
  const names = new Set(LISTED.flatMap((id) => id.split("-", 2)));
  return [...names].map((id) => ({
    id,
    name: id,
    min_size: "0.00000001",
    status: "online",
    message: "",
    max_precision: "0.00000001",
    convertible_to: [],
    details: { type: "crypto", symbol: null, network_confirmations: 3 },
    supported_networks: [],
  }));
}

/** NaN where it is not given; undefined where it is none. */
function timeOf(text: string | null): number | undefined {
  if (text === null) return NaN;
  const time = /^\d+$/.test(text) ? Number(text) * SECOND : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** A refusal as Coinbase writes it. */
export function refused(status: number, message: string): HttpAnswer {
  return { ...json({ message }), status };
}

function json(value: unknown, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return {
    status: 200,
    headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
    text: JSON.stringify(value),
  };
}
