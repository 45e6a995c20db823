import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { productOf } from "../../../lib/calendar/products.ts";
import type { Feed } from "../../../lib/feeds/feed.ts";
import { createIbkrFeed, type IbkrOptions } from "../../../lib/feeds/ibkr/feed.ts";
import type { MarketError } from "../../../lib/model/errors.ts";
import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import { HOUR, MINUTE } from "../../../lib/model/time.ts";
import { type Clock, systemClock } from "../../../lib/runtime/clock.ts";
import type { Log } from "../../../lib/runtime/log.ts";
import type { Truth } from "../../../lib/simulator/truth.ts";

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A clock that runs `factor` times as fast, so that limits of seconds pass in a test's time. */
export function fastClock(factor: number): Clock {
  return {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic() * factor,
    setTimer: (callback, delayMs) => systemClock.setTimer(callback, delayMs / factor),
  };
}

export interface LoopbackFeed {
  readonly feed: Feed;
  readonly events: FeedEvent[];
  readonly ledgers: ReadonlyMap<string, MinuteLedger>;
  failures(): MarketError[];
}

/** A feed over the real client, pointed at a port of this machine. @param options.more ledgers beside those of `futures`. */
export function loopbackFeed(
  port: number,
  {
    speed = 1,
    clock = systemClock,
    backfillMs = 2 * HOUR,
    more = [],
    keepsTrades = false,
    ...options
  }:
    & Partial<IbkrOptions>
    & {
      speed?: number;
      clock?: Clock;
      backfillMs?: number;
      more?: readonly string[];
      keepsTrades?: boolean;
    } = {},
): LoopbackFeed {
  const futures = options.futures ??
    [{ symbol: "ES", exchange: "CME" }, { symbol: "NQ", exchange: "CME" }];
  const events: FeedEvent[] = [];
  const ledgers = new Map(
    [...futures.map(({ symbol }) => symbol), ...more].map((symbol) => [
      symbol,
      new MinuteLedger(symbol, productOf(symbol).calendar.isOpen),
    ]),
  );
  const feed = createIbkrFeed({
    clock,
    random: () => 0.1,
    log: SILENT,
    speed,
    source: "simulated",
    backfillMs,
    keepsTrades,
    ledgers,
    emit: (event) => events.push(event),
  }, {
    host: "127.0.0.1",
    port,
    clientId: 17,
    futures,
    manualExpiry: null,
    marketDataType: "live",
    ...options,
  });
  const failures = () => events.flatMap((event) => event.kind === "failure" ? [event.error] : []);
  return { feed, events, ledgers, failures };
}

/** Minutes before `until` in which the ledger and the truth differ, as text. */
export function differences(
  truth: Truth,
  ledger: MinuteLedger,
  until: number,
  contract = `${ledger.instrument}Z5`,
): string[] {
  const found: string[] = [];
  for (let time = ledger.from; time + MINUTE <= until; time += MINUTE) {
    const real = truth.minute(contract, time);
    const have = ledger.at(time);
    const text = (bar: typeof real | typeof have) =>
      bar === undefined
        ? "none"
        : [bar.open, bar.high, bar.low, bar.close, bar.volume, bar.trades].join(" ");
    if (text(real) !== text(have)) {
      found.push(`${new Date(time).toISOString()}: ${text(real)} ≠ ${text(have)}`);
    }
  }
  return found;
}
