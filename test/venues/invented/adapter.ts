import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import type {
  MinutesPage,
  MinutesQuery,
  Question,
  StreamingAdapter,
  Topic,
} from "../../../lib/feeds/streaming/adapter.ts";
import { decodeFrame, isTime, minuteOf, treeOf } from "./decode.ts";

const MAX_MINUTES = 500;

/** A frame that asks for topics, or leaves them. */
const frameOf = (sign: "+" | "-") => (topics: readonly Topic[]) => [
  JSON.stringify([sign, ...topics.map(({ name }) => name)]),
];

/** Minutes from a time on: `{ "rows": [minute, …], "more": boolean }`. */
const minutes: Question<MinutesQuery, MinutesPage> = {
  request: ({ symbol, from, limit }) => ({
    path: `/v0/minutes?market=${symbol}&from=${from}&count=${limit}`,
    weight: 1,
  }),
  read({ text }) {
    const { rows, more } = treeOf(text) ?? {};
    if (!Array.isArray(rows) || typeof more !== "boolean") return undefined;
    const read = rows.map(minuteOf);
    const good = read.flatMap((minute) => minute ?? []);
    const last = good.at(-1)?.openTime;
    return {
      minutes: good,
      rejected: read.flatMap((minute) => minute === undefined ? ["a row that is no minute"] : []),
      next: more && last !== undefined ? last + MINUTE : undefined,
    };
  },
};

/** The invented venue's half of a feed; connecting, watching, healing and waiting are shared. */
export const inventedAdapter: StreamingAdapter = {
  venue: "nimbus",
  minutesFrom: "bars",
  decode: decodeFrame,
  subscribe: {
    topics: (symbol) => [
      { kind: "bars", symbol, name: `m:${symbol}` },
      { kind: "trades", symbol, name: `t:${symbol}` },
    ],
    path: () => "/feed",
    isByPath: false,
    add: frameOf("+"),
    remove: frameOf("-"),
  },
  history: { minutes },
  serverTime: {
    request: () => ({ path: "/v0/clock", weight: 1 }),
    read({ text }) {
      const { ms } = treeOf(text) ?? {};
      return isTime(ms) ? { venueTime: ms, resolutionMs: 1 } : undefined;
    },
  },
  limits: {
    maxMinutes: MAX_MINUTES,
    requests: { limit: 600, windowMs: MINUTE },
    dials: { limit: 60, windowMs: 5 * MINUTE },
    silentMs: (gapMs) => Math.max(15 * SECOND, 6 * gapMs),
    firstMs: 20 * SECOND,
  },
  explain: {
    venue: "nimbus",
    title: "Nimbus",
    section: "nimbus",
    market: "market",
    symbols: "markets are written BTCUSDT, ETHUSDT",
    streamUrl: "wss://feed.nimbus.invalid",
    refusal({ status, text }) {
      const { error } = treeOf(text) ?? {};
      if (status === 200 || typeof error !== "string") return undefined;
      return status === 404
        ? { code: status, text: error, means: "unknown-symbol" }
        : { code: status, text: error };
    },
  },
};
