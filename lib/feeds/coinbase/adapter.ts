import { MINUTE, SECOND } from "../../model/time.ts";
import { decodeCoinbaseFrame } from "../../wire/coinbase_frame.ts";
import {
  decodeCoinbaseCandles,
  decodeCoinbaseError,
  decodeCoinbaseProduct,
  decodeCoinbaseTime,
  decodeCoinbaseTrades,
} from "../../wire/coinbase_rest.ts";
import type {
  MinutesPage,
  MinutesQuery,
  Question,
  StreamingAdapter,
  Topic,
  TradesQuery,
} from "../streaming/adapter.ts";
import { tradeQuestions } from "../streaming/trade_questions.ts";

/** Rows that one request may bring. */
const MAX_CANDLES = 300;
const MAX_TRADES = 1_000;

/**
 * Coinbase Exchange as a streaming venue: minutes are made of `matches`, whose trade ids count up by one, and the
 * heartbeat of each product names its newest trade. Lost trades are fetched by their ids.
 *
 * Source: Coinbase Exchange, "WebSocket Overview", "WebSocket Rate Limits", "REST Rate Limits". Sockets may be opened
 * 8 times a second and address; a client needs a fraction of that.
 */
export const coinbaseAdapter: StreamingAdapter = {
  venue: "coinbase",
  minutesFrom: "trades",
  decode: decodeCoinbaseFrame,
  subscribe: {
    topics: (symbol) => [
      { kind: "trades", symbol, name: `matches:${symbol}` },
      { kind: "keepalive", symbol, name: `heartbeat:${symbol}` },
    ],
    path: () => "/",
    isByPath: false,
    add: (topics) => requests("subscribe", topics),
    remove: (topics) => requests("unsubscribe", topics),
  },
  history: {
    minutes: candles(),
    ...tradeQuestions({
      trades: tradesPath,
      newest: ({ symbol }) => `${productPath(symbol)}/trades?limit=1`,
      read: decodeCoinbaseTrades,
    }),
  },
  serverTime: {
    request: () => ({ path: "/time", weight: 1 }),
    read: ({ text }) => {
      const venueTime = decodeCoinbaseTime(text);
      return venueTime === undefined ? undefined : { venueTime, resolutionMs: 1 };
    },
  },
  trading: {
    request: ({ symbol }) => ({ path: productPath(symbol), weight: 1 }),
    read: ({ text }) => decodeCoinbaseProduct(text),
  },
  limits: {
    maxMinutes: MAX_CANDLES,
    requests: { limit: 10, windowMs: SECOND },
    dials: { limit: 60, windowMs: 5 * MINUTE },
    silentMs: () => 10 * SECOND,
    firstMs: 15 * SECOND,
    keepalive: { silentMs: 9 * SECOND, firstMs: 15 * SECOND },
  },
  explain: {
    venue: "coinbase",
    title: "Coinbase",
    section: "coinbase",
    market: "spot market",
    symbols: "products are written BTC-USD, ETH-USD",
    streamUrl: "wss://ws-feed.exchange.coinbase.com",
    refusal: ({ status, text }) => {
      const said = status === 200 ? undefined : decodeCoinbaseError(text);
      if (said === undefined) return undefined;
      return status === 404
        ? { code: status, text: said, means: "unknown-symbol" }
        : { code: status, text: said };
    },
  },
};

/** One frame a product: a bad one may fail all that stand beside it. */
function requests(type: "subscribe" | "unsubscribe", topics: readonly Topic[]): string[] {
  const channels = new Map<string, string[]>();
  for (const { symbol, kind } of topics) {
    const of = channels.get(symbol) ?? [];
    channels.set(symbol, [...of, kind === "trades" ? "matches" : "heartbeat"]);
  }
  return [...channels].map(([product, channels]) =>
    JSON.stringify({ type, product_ids: [product], channels })
  );
}

/** Both ends of the range are in the answer, and so may be rows from before it. */
function candles(): Question<MinutesQuery, MinutesPage> {
  return {
    request: ({ symbol, from, limit }) => {
      const search = new URLSearchParams({
        granularity: "60",
        start: new Date(from).toISOString(),
        end: new Date(from + (limit - 1) * MINUTE).toISOString(),
      });
      return { path: `${productPath(symbol)}/candles?${search}`, weight: 1 };
    },
    read: ({ text }, { from }) => {
      const page = decodeCoinbaseCandles(text);
      if (page === undefined) return undefined;
      const { rows, rejected } = page;
      const minutes = rows.filter(({ openTime }) => openTime >= from);
      return { minutes, rejected, next: undefined };
    },
  };
}

/** Trades below an id, as many as there are from the first one missing on. */
function tradesPath({ symbol, fromId, toId }: TradesQuery): string {
  const after = Math.min(toId, fromId + MAX_TRADES);
  const search = new URLSearchParams({ limit: `${after - fromId}`, after: `${after}` });
  return `${productPath(symbol)}/trades?${search}`;
}

function productPath(symbol: string): string {
  return `/products/${encodeURIComponent(symbol)}`;
}
