import assert from "node:assert/strict";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { createBinanceFeed } from "../../../lib/feeds/binance/feed.ts";
import type { Feed } from "../../../lib/feeds/feed.ts";
import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import { type Interval, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import {
  type BinanceScenario,
  type BinanceServer,
  startBinanceServer,
} from "../../../lib/simulator/binance/server.ts";
import { SeededRandom } from "../../../lib/simulator/seeded_random.ts";
import type { SimulatedBar, SimulatedTrade, Truth } from "../../../lib/simulator/truth.ts";
import { VenueTime } from "../../../lib/simulator/venue_time.ts";
import { Network } from "../../simulation/network.ts";
import { VirtualClock } from "../../simulation/virtual_clock.ts";
import { FUTURES_STREAM_HOST, WebNetwork } from "../../simulation/web_network.ts";

/** Venue time at the start. */
export const START = Date.UTC(2025, 11, 3, 14, 0, 20);

export interface UsdmBench {
  readonly server: BinanceServer;
  readonly feed: Feed;
  readonly events: readonly FeedEvent[];
  /** Addresses dialled, and control requests sent. */
  readonly dialled: readonly string[];
  /** Addresses asked of REST. */
  readonly asked: readonly string[];
  readonly sent: readonly { readonly method: string; readonly params: readonly string[] }[];
  /** Venue ms since the start. */
  elapsed(): number;
  advance(ms: number): Promise<void>;
  /** Venue ms until the condition holds, looked at ten times a second; fails after `withinMs`. */
  until(condition: () => boolean, withinMs: number): Promise<number>;
  of<K extends FeedEvent["kind"]>(kind: K): Extract<FeedEvent, { kind: K }>[];
}

export interface UsdmBenchOptions {
  readonly symbols?: readonly string[];
  /** Between two trades of a symbol, ms. @default 1_000 */
  readonly tradeEveryMs?: number;
  /** Nothing trades in these whole minutes, counted from that of the start. @default none */
  readonly quietMinutes?: Interval;
  readonly scenario?: BinanceScenario;
  /** History wanted before the start. @default two minutes */
  readonly backfillMs?: number;
  /** Which of the sockets, counted from 1, hear nothing. @default none */
  readonly deafSockets?: readonly number[];
  /** What comes instead of an answer of REST. @default the answer */
  readonly damage?: (path: string, text: string) => string;
}

/** Runs `body` with a feed on the simulated USD-M venue, in simulated time over a simulated network. */
export async function withUsdm(
  options: UsdmBenchOptions,
  body: (bench: UsdmBench) => Promise<void>,
): Promise<void> {
  const { symbols = ["BTCUSDT"], scenario = {}, deafSockets = [] } = options;
  const { damage = (_: string, text: string) => text, backfillMs = 2 * MINUTE } = options;
  const clock = new VirtualClock(Date.UTC(2031, 0, 1));
  const time = new VenueTime({ clock: clock.of("world"), start: START });
  const web = new WebNetwork(
    new Network(clock, new SeededRandom(1, "network")),
    clock.of("client"),
    () => {},
  );
  const server = await startBinanceServer({
    ...{ truth: pacedTruth(symbols, options), time, clock: clock.of("world"), tickMs: 100 },
    ...{ listen: web.listen, options: scenario },
  });
  const events: FeedEvent[] = [];
  const dialled: string[] = [], asked: string[] = [];
  const sent: { method: string; params: string[] }[] = [];
  const feed = createBinanceFeed({
    ...{ clock: clock.of("client"), random: () => 0.5, speed: 1, backfillMs },
    ledgers: new Map(symbols.map((id) => [id, new MinuteLedger(id, () => true)])),
    ...{ log: silentLog, source: "simulated", emit: (event) => events.push(event) },
  }, {
    ...{ market: "usdm", symbols, restUrl: "http://fapi.simulated" },
    httpGet: async (url, asking) => {
      asked.push(url);
      const reply = await web.httpGet(url, asking);
      return { ...reply, text: damage(new URL(url).pathname, reply.text) };
    },
    streamUrl: `ws://${FUTURES_STREAM_HOST}`,
    openSocket: (url, handlers) => {
      dialled.push(url);
      const isDeaf = deafSockets.includes(dialled.length);
      const socket = web.openSocket(url, isDeaf ? { ...handlers, onText: () => {} } : handlers);
      const send = (text: string) => {
        sent.push(JSON.parse(text));
        socket.send(text);
      };
      return { send, close: () => socket.close() };
    },
  });
  let elapsed = 0;
  const advance = (ms: number) => clock.run(elapsed += ms);
  const until = async (condition: () => boolean, withinMs: number) => {
    const began = elapsed;
    while (!condition()) {
      assert.ok(elapsed - began < withinMs, `not within ${withinMs} ms`);
      await advance(SECOND / 10);
    }
    return elapsed - began;
  };
  const of = <K extends FeedEvent["kind"]>(kind: K) =>
    events.filter((event): event is Extract<FeedEvent, { kind: K }> => event.kind === kind);
  feed.start();
  try {
    await body({
      server,
      feed,
      events,
      dialled,
      asked,
      sent,
      elapsed: () => elapsed,
      advance,
      until,
      of,
    });
    assert.deepEqual(server.stats().violations, []);
  } finally {
    await clock.during(feed.close(), MINUTE);
    assert.equal(clock.pending("client"), 0, "close() left a timer");
    await clock.during(server.close(), MINUTE);
  }
}

/** Trades at an even pace but for the quiet minutes, in which the last price stands. */
function pacedTruth(
  symbols: readonly string[],
  { tradeEveryMs = SECOND, quietMinutes = { from: 0, to: 0 } }: UsdmBenchOptions,
): Truth {
  const startMinute = Math.floor(START / MINUTE);
  const isQuiet = (openTime: number) => {
    const minute = openTime / MINUTE - startMinute;
    return minute >= quietMinutes.from && minute < quietMinutes.to;
  };
  const aMinute = Math.floor(MINUTE / tradeEveryMs);
  const trades = (_: string, openTime: number): SimulatedTrade[] =>
    Array.from({ length: isQuiet(openTime) ? 0 : aMinute }, (_, i) => ({
      ...{ id: (openTime / MINUTE) * aMinute + i, time: openTime + i * tradeEveryMs + 40 },
      ...{ price: 50_000 + i, size: 1, buyerIsMaker: i % 2 === 0 },
    }));
  const last = 50_000 + aMinute - 1;
  const minute = (_: string, openTime: number): SimulatedBar =>
    isQuiet(openTime)
      ? { openTime, open: last, high: last, low: last, close: last, volume: 0, trades: 0, vwap: 0 }
      : {
        ...{ openTime, open: 50_000, high: last, low: 50_000, close: last },
        ...{ volume: aMinute, trades: aMinute, vwap: (50_000 + last) / 2 },
      };
  return {
    ...{ from: Date.UTC(2020, 0, 1), to: Infinity, minute, trades },
    listings: () =>
      symbols.map((symbol) => ({
        ...{ symbol, kind: "crypto" as const, root: symbol, tickSize: 0.01, sizeStep: 0.001 },
      })),
    fiveSeconds: () => [],
    isOpen: () => true,
  };
}
