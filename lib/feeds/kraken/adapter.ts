import { MINUTE, SECOND } from "../../model/time.ts";
import { decodeKrakenFrame } from "../../wire/kraken_frame.ts";
import {
  decodeKrakenError,
  decodeKrakenRows,
  decodeKrakenTime,
  decodeKrakenTrades,
} from "../../wire/kraken_rest.ts";
import type {
  MinutesPage,
  MinutesQuery,
  Question,
  StreamingAdapter,
  Topic,
  TradesQuery,
  VenueRefusal,
} from "../streaming/adapter.ts";
import { tradeQuestions } from "../streaming/trade_questions.ts";

/** Finished rows that one answer has: there are none from before them. */
const MAX_ROWS = 720;
const MAX_TRADES = 1_000;

/**
 * Kraken as a streaming venue: minutes are made of trades, whose ids count up by one. Lost ones are fetched from the
 * time of the last known one on. Heartbeats come only while nothing else does, so any message counts as one.
 *
 * Source: Kraken, "Spot WebSocket v2", "Spot REST API", "Rate limits". About one request a second; 150 sockets in ten
 * minutes, after which Cloudflare refuses.
 */
export const krakenAdapter: StreamingAdapter = {
  venue: "kraken",
  minutesFrom: "trades",
  decode: decodeKrakenFrame,
  subscribe: {
    topics: (symbol) => [{ kind: "trades", symbol, name: `trade:${symbol}` }],
    path: () => "",
    isByPath: false,
    add: (topics, freshId) => [requestOf("subscribe", topics, freshId())],
    remove: (topics, freshId) => [requestOf("unsubscribe", topics, freshId())],
    ping: {
      everyMs: 30 * SECOND,
      frame: (freshId) => JSON.stringify({ method: "ping", req_id: freshId() }),
    },
  },
  history: {
    minutes: rows(),
    ...tradeQuestions({ trades: tradesPath, newest: tradesPath, read: decodeKrakenTrades }),
  },
  serverTime: {
    request: () => ({ path: "/0/public/Time", weight: 1 }),
    read: ({ text }) => {
      const venueTime = decodeKrakenTime(text);
      return venueTime === undefined ? undefined : { venueTime, resolutionMs: SECOND };
    },
  },
  limits: {
    maxMinutes: MAX_ROWS,
    historyMs: (MAX_ROWS - 2) * MINUTE,
    requests: { limit: 5, windowMs: 5 * SECOND },
    dials: { limit: 60, windowMs: 10 * MINUTE },
    silentMs: () => 10 * SECOND,
    firstMs: 15 * SECOND,
    anyMessageKeepsAlive: true,
  },
  explain: {
    venue: "kraken",
    title: "Kraken",
    section: "kraken",
    market: "spot market",
    symbols: "pairs are written BTC/USD, ETH/USD",
    streamUrl: "wss://ws.kraken.com/v2",
    refusal: ({ text }) => {
      const said = decodeKrakenError(text);
      return said === undefined ? undefined : refusalOf(said);
    },
  },
};

/** Source: Kraken, "API error messages". */
function refusalOf(text: string): VenueRefusal {
  const code = text.split(":", 1)[0]!;
  if (text.startsWith("EQuery:Unknown asset pair")) return { code, text, means: "unknown-symbol" };
  if (text.startsWith("EGeneral:Temporary lockout")) return { code, text, means: "banned" };
  const [, until] = /^EService: ?Throttled: ?(\d{10})$/.exec(text) ?? [];
  if (until !== undefined) {
    return { code, text, means: "rate-limited", until: Number(until) * SECOND };
  }
  if (/^EAPI:Rate limit|^EGeneral:Too many requests/.test(text)) {
    return { code, text, means: "rate-limited" };
  }
  return text.startsWith("EService:") ? { code, text, means: "server-error" } : { code, text };
}

function requestOf(method: string, topics: readonly Topic[], req_id: number): string {
  const symbol = [...new Set(topics.map(({ symbol }) => symbol))];
  const params = method === "subscribe"
    ? { channel: "trade", symbol, snapshot: true }
    : { channel: "trade", symbol };
  return JSON.stringify({ method, params, req_id });
}

/** Every row since a time, up to the one that is forming; minutes without a trade have one too, and no bar. */
function rows(): Question<MinutesQuery, MinutesPage> {
  return {
    request: ({ symbol, from }) => {
      // The row that opens at `since` itself is left out.
      const search = query(symbol, { interval: "1", since: `${from / SECOND - 1}` });
      return { path: `/0/public/OHLC?${search}`, weight: 1 };
    },
    read: ({ text }, { from, limit }) => {
      const page = decodeKrakenRows(text);
      if (page === undefined) return undefined;
      const { rejected, lastFinished } = page;
      const asked = page.rows.filter(({ openTime }) =>
        openTime >= from && openTime < from + limit * MINUTE
      );
      const [first] = asked, last = asked.at(-1);
      const minutes = asked.flatMap(({ vwap, ...row }) =>
        row.trades === 0 ? [] : [vwap > 0 ? { ...row, vwap } : row]
      );
      const finishedTo = lastFinished + MINUTE;
      const to = last === undefined ? from : Math.min(last.openTime + MINUTE, finishedTo);
      const covers = { from: first?.openTime ?? from, to };
      return { minutes, rejected, covers, finishedTo, next: undefined };
    },
  };
}

/**
 * Trades from a time on, that of the last known one included. `since` is in ns, which no double holds: written, not
 * calculated.
 */
function tradesPath({ symbol, since }: Pick<TradesQuery, "symbol" | "since">): string {
  const search = query(symbol, { since: `${Math.floor(since)}000000`, count: `${MAX_TRADES}` });
  return `/0/public/Trades?${search}`;
}

/** REST has older names for two coins. */
const REST_NAMES: Readonly<Record<string, string>> = { BTC: "XBT", DOGE: "XDG" };

function query(symbol: string, more: Readonly<Record<string, string>>): URLSearchParams {
  const pair = symbol.split("/").map((asset) => REST_NAMES[asset] ?? asset).join("");
  return new URLSearchParams({ pair, ...more });
}
