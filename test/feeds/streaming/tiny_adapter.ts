import type {
  StreamingAdapter,
  StreamMessage,
  Topic,
  VenueTrade,
} from "../../../lib/feeds/streaming/adapter.ts";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";

/** Rows of a page of candles and of trades. */
export const PAGE = { candles: 40, trades: 25 };

type TradeRow = readonly [id: number, time: number, price: number, size: number, side: string];

const tradeOf = ([id, time, price, size, side]: TradeRow): VenueTrade => {
  return { id, time, price, size, side: side === "b" ? "buy" : "sell" };
};

/**
 * A made-up venue that has what Binance has not: trades only, subscriptions by message after the socket opened,
 * pings in JSON from both sides, heartbeats with the newest id, several trades a message, history newest first,
 * minutes without trades left out, whole seconds as its time, refusals with HTTP 200.
 */
export const tinyAdapter: StreamingAdapter = {
  venue: "tiny",
  minutesFrom: "trades",
  decode(text): StreamMessage {
    const { trades, product: symbol, beat, last, time, ping, refused, ack } = JSON.parse(text);
    if (trades !== undefined) {
      return { kind: "trades", symbol, eventTime: trades.at(-1)[1], trades: trades.map(tradeOf) };
    }
    if (beat !== undefined) {
      return { kind: "keepalive", symbol: beat, eventTime: time, lastTrade: last };
    }
    if (ping !== undefined) return { kind: "question", answer: JSON.stringify({ pong: ping }) };
    if (refused !== undefined) return { kind: "refused", text: "no such product", symbol: refused };
    return ack === undefined ? { kind: "rejected", reason: "no message" } : { kind: "ignored" };
  },
  subscribe: {
    topics: (symbol) => [{ kind: "trades", symbol, name: `trades of ${symbol}` }],
    path: () => "/feed",
    isByPath: false,
    add: (topics) => topics.map(({ symbol }: Topic) => JSON.stringify({ subscribe: symbol })),
    remove: (topics) => topics.map(({ symbol }: Topic) => JSON.stringify({ leave: symbol })),
    ping: { everyMs: 20 * SECOND, frame: (freshId) => JSON.stringify({ ping: freshId() }) },
  },
  serverTime: {
    request: () => ({ path: "/time", weight: 1 }),
    read: ({ text }) => {
      const { seconds } = JSON.parse(text);
      return Number.isSafeInteger(seconds)
        ? { venueTime: seconds * SECOND, resolutionMs: SECOND }
        : undefined;
    },
  },
  history: {
    minutes: {
      request: ({ symbol, from, limit }) => {
        const to = from + limit * MINUTE;
        return { path: `/candles?product=${symbol}&from=${from}&to=${to}`, weight: 1 };
      },
      read: ({ text }, { from, limit }) => {
        const rows: number[][] = JSON.parse(text).rows.reverse();
        const minutes = rows.map(([openTime, open, high, low, close, volume]) => {
          return { openTime, open, high, low, close, volume } as never;
        });
        const to = from + limit * MINUTE;
        return { minutes, rejected: [], covers: { from, to }, next: to };
      },
    },
    trades: {
      request: ({ symbol, toId }) => ({
        path: `/trades?product=${symbol}&below=${toId}`,
        weight: 1,
      }),
      read: ({ text }, { toId }) => {
        const trades: VenueTrade[] = JSON.parse(text).rows.map(tradeOf);
        const oldest = trades.at(-1);
        return { trades, covers: oldest && { fromId: oldest.id, toId } };
      },
    },
  },
  limits: {
    maxMinutes: PAGE.candles,
    requests: { limit: 100, windowMs: MINUTE },
    dials: { limit: 30, windowMs: MINUTE },
    silentMs: () => 30 * SECOND,
    firstMs: 30 * SECOND,
    keepalive: { silentMs: 5 * SECOND, firstMs: 10 * SECOND },
  },
  explain: {
    venue: "tiny",
    title: "Tiny",
    section: "tiny",
    market: "market",
    symbols: "products are written AB",
    streamUrl: "wss://stream.tiny.test",
    refusal: ({ text }) => {
      const { error } = JSON.parse(text);
      if (error === undefined) return undefined;
      return {
        code: error,
        text: error,
        means: error === "slow down" ? "rate-limited" : "server-error",
      };
    },
  },
};
