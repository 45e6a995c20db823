/** A market on simulated venues of our own making: another truth, a busier one, than `openMarket` would embed. */
import { type Market } from "../../lib/market/market.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { DAY, HOUR } from "../../lib/model/time.ts";
import { type Clock, systemClock } from "../../lib/runtime/clock.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { type EmbeddedVenues, startEmbeddedVenues } from "../../lib/market/embedded_venues.ts";
import { createMarketModel, type MarketModel } from "../../lib/simulator/market_model.ts";
import type { Answer, Order } from "./venues_worker.ts";

/** A Wednesday, half an hour before Wall Street opens. */
export const START = Date.UTC(2025, 11, 3, 14, 0);
const SEED = 7;

export interface VenuesOptions {
  readonly speed: number;
  readonly symbols: readonly string[];
  readonly futures: readonly string[];
  readonly backfillHours: number;
  /** Mean number of trades of a spot symbol in a minute. */
  readonly tradesPerMinute?: number;
}

/** The venues, and when the market was opened, on the clock of `performance`. */
export interface OpenedVenues extends EmbeddedVenues<MarketModel> {
  readonly openedAt: number;
}

/** Runs `body` with a market that believes its venues to be real, and closes both whatever happens. */
export async function withMarket(
  options: VenuesOptions,
  body: (market: Market, venues: OpenedVenues) => Promise<void>,
): Promise<void> {
  const { speed, symbols, backfillHours } = options;
  const truth = truthOf(options);
  const venues = await startEmbeddedVenues({ truth, clock: systemClock, start: START, speed });
  try {
    drawHistory(truth, symbols, backfillHours);
    const ports = { twsPort: venues.tws.port, binancePort: venues.binance.port };
    const config = configOf(options, ports);
    const openedAt = performance.now();
    await using market = await openMarket({}, { config });
    await body(market, { ...venues, openedAt });
  } finally {
    await venues.close();
  }
}

/** The same with venues in a thread of their own: this thread's memory is the market's alone. */
export async function withMarketApart(
  options: VenuesOptions,
  body: (market: Market, ask: () => Promise<Answer>) => Promise<void>,
): Promise<void> {
  const { speed, backfillHours, tradesPerMinute = 20 } = options;
  const worker = new Worker(new URL("./venues_worker.ts", import.meta.url), { type: "module" });
  const tell = (order: Order) =>
    new Promise<Answer>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(order);
    });
  try {
    const backfillMs = backfillHours * HOUR;
    const common = { seed: SEED, start: START, backfillMs };
    const ports = await tell({ kind: "start", ...common, speed, tradesPerMinute });
    {
      await using market = await openMarket({}, { config: configOf(options, ports) });
      await body(market, () => tell({ kind: "stats" }));
    }
    await tell({ kind: "close" });
  } finally {
    worker.terminate();
  }
}

/** What happens at the venues of these options. */
export function truthOf({ backfillHours, tradesPerMinute = 20 }: VenuesOptions): MarketModel {
  const from = START - backfillHours * HOUR - 2 * DAY;
  return createMarketModel({ seed: SEED, from, tradesPerMinute });
}

function configOf(
  { speed, symbols, futures, backfillHours }: VenuesOptions,
  { twsPort, binancePort }: Pick<Answer, "twsPort" | "binancePort">,
) {
  return parseConfig({
    overrides: {
      source: "live",
      clock: { speed },
      data: { backfillHours },
      // Only the two trading venues are simulated here; nothing is to look for the real Deribit.
      deribit: { enabled: false },
      ibkr: {
        host: "127.0.0.1",
        port: twsPort,
        futures: futures.map((symbol) => ({ symbol, exchange: "CME" })),
      },
      binance: {
        streamUrl: `ws://127.0.0.1:${binancePort}`,
        restUrl: `http://127.0.0.1:${binancePort}`,
        streamAlternatives: [],
        restAlternatives: [],
        symbols: [...symbols],
      },
    },
  });
}

/** What has happened before the market opens is there already, as it is at a real venue. */
function drawHistory(truth: MarketModel, symbols: readonly string[], hours: number): void {
  const quarters = truth.listings(START).filter(({ root }) => root === "ES" || root === "NQ");
  for (const symbol of [...symbols, ...quarters.map((listing) => listing.symbol)]) {
    for (let time = START - hours * HOUR; time < START; time += HOUR) truth.minute(symbol, time);
  }
}

/** A positive number from the environment. */
export function numberFromEnvironment(name: string, otherwise: number): number {
  const value = Number(Deno.env.get(name) ?? otherwise);
  if (!(value > 0)) throw new RangeError(`${name} must be above 0, got ${Deno.env.get(name)}`);
  return value;
}

/** Waits for what must come true. @param clock by which it must. @default the machine's */
export async function until(
  isDone: () => boolean,
  withinMs: number,
  what: string,
  clock: Pick<Clock, "monotonic"> = systemClock,
): Promise<void> {
  const deadline = clock.monotonic() + withinMs;
  while (!isDone()) {
    if (clock.monotonic() > deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
