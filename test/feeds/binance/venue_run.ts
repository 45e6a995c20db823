import assert from "node:assert/strict";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import type { BinanceMarket } from "../../../lib/feeds/binance/api.ts";
import { createBinanceFeed } from "../../../lib/feeds/binance/feed.ts";
import type { Feed } from "../../../lib/feeds/feed.ts";
import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import { HOUR, MINUTE } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import {
  type BinanceScenario,
  type BinanceServer,
  startBinanceServer,
} from "../../../lib/simulator/binance/server.ts";
import { VenueTime } from "../../../lib/simulator/venue_time.ts";
import { plainTruth } from "./plain_truth.ts";

/** Venue time at the start. */
export const START = Date.UTC(2025, 11, 3, 14, 0, 20);
const LISTED = ["BTCUSDT", "ETHUSDT"];
export const truth = plainTruth(LISTED);

/** A feed on the simulated venue, over real sockets and the real clock. */
export interface Run {
  readonly server: BinanceServer;
  readonly time: VenueTime;
  readonly feed: Feed;
  readonly events: FeedEvent[];
  ledger(symbol: string): MinuteLedger;
  /** Resolves when the condition holds; fails after `withinMs` local ms. */
  until(condition: () => boolean, withinMs: number): Promise<void>;
}

export interface RunOptions {
  readonly market?: BinanceMarket;
  readonly speed?: number;
  readonly symbols?: readonly string[];
  /** What the venue lists. @default BTCUSDT and ETHUSDT */
  readonly listed?: readonly string[];
  /** @default 12 */
  readonly tradesAMinute?: number;
  readonly backfillMs?: number;
  /** Lost trades are fetched. @default false */
  readonly keepsTrades?: boolean;
  readonly scenario?: BinanceScenario;
  /** Instead of the simulated venue's. */
  readonly port?: number;
}

/** Local ms. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Runs `body`, then closes feed and venue. */
export async function withRun(
  options: RunOptions,
  body: (run: Run) => Promise<void>,
): Promise<void> {
  const { market = "spot", speed = 1, symbols = ["BTCUSDT"], backfillMs = HOUR, scenario = {} } =
    options;
  const time = new VenueTime({ clock: systemClock, start: START, speed });
  const server = await startBinanceServer({
    truth: plainTruth(options.listed ?? LISTED, options.tradesAMinute),
    ...{ time, clock: systemClock, options: scenario },
  });
  const ledgers = new Map(symbols.map((id) => [id, new MinuteLedger(id, () => true)]));
  const events: FeedEvent[] = [];
  const port = options.port ?? server.port;
  const feed = createBinanceFeed({
    ...{ clock: systemClock, random: Math.random, speed, backfillMs, ledgers },
    keepsTrades: options.keepsTrades ?? false,
    log: silentLog,
    source: "simulated",
    emit: (event) => events.push(event),
  }, {
    streamUrl: `ws://127.0.0.1:${port}`,
    restUrl: `http://127.0.0.1:${port}`,
    ...{ market, symbols },
  });
  const until = async (condition: () => boolean, withinMs: number) => {
    const end = performance.now() + withinMs;
    while (!condition()) {
      if (performance.now() > end) {
        throw new Error(`not within ${withinMs} ms: ${JSON.stringify(feed.snapshot())}`);
      }
      await pause(10);
    }
  };
  feed.start();
  try {
    await body({
      ...{ server, time, feed, events, until },
      ledger: (symbol) => ledgers.get(symbol)!,
    });
  } finally {
    await feed.close();
    await server.close();
  }
}

/** Every minute before `until` stands in the ledger as in the truth, first revision; returns how many. */
export function assertTruth(ledger: MinuteLedger, until: number): number {
  let compared = 0;
  for (let time = ledger.from; time + MINUTE <= until; time += MINUTE) {
    const real = truth.minute(ledger.instrument, time)!;
    const bar = ledger.at(time);
    assert.ok(bar !== undefined, `${ledger.instrument} lacks ${new Date(time).toISOString()}`);
    assert.deepEqual(
      [bar.open, bar.high, bar.low, bar.close, bar.volume, bar.trades, bar.revision],
      [real.open, real.high, real.low, real.close, real.volume, real.trades, 0],
    );
    compared++;
  }
  return compared;
}
