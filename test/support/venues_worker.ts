/** Simulated venues in a thread of their own, so that what they remember is not counted as the market's. */
import { DAY } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { type EmbeddedVenues, startEmbeddedVenues } from "../../lib/market/embedded_venues.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";

/** What such venues are to be, or a question to those that run. */
export type Order =
  | {
    readonly kind: "start";
    readonly seed: number;
    readonly start: number;
    readonly backfillMs: number;
    readonly speed: number;
    readonly tradesPerMinute: number;
  }
  | { readonly kind: "stats" }
  | { readonly kind: "close" };

/** What the venues answer. */
export interface Answer {
  readonly twsPort: number;
  readonly binancePort: number;
  readonly eventsSent: number;
  readonly now: number;
}

const port = self as unknown as {
  onmessage: (message: MessageEvent<Order>) => void;
  postMessage(value: Answer): void;
};
let venues: EmbeddedVenues | undefined;

port.onmessage = async ({ data: order }) => {
  if (order.kind === "start") {
    const { seed, start, backfillMs, speed, tradesPerMinute } = order;
    const truth = createMarketModel({ seed, from: start - backfillMs - 2 * DAY, tradesPerMinute });
    venues = await startEmbeddedVenues({ truth, clock: systemClock, start, speed });
  } else if (order.kind === "close") await venues?.close();
  port.postMessage({
    twsPort: venues?.tws.port ?? 0,
    binancePort: venues?.binance.port ?? 0,
    eventsSent: venues?.binance.stats().eventsSent ?? 0,
    now: venues?.time.now() ?? NaN,
  });
};
