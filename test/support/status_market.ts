/** Markets that are nothing but a status: for what is judged by it alone. */
import type { FeedSnapshot } from "../../lib/feeds/feed.ts";
import type { MarketState, MarketStatus } from "../../lib/market/market_status.ts";
import type { Instrument, Source } from "../../lib/model/instrument.ts";
import { NOW, streamSnapshot, venueSnapshot } from "./feed_snapshots.ts";

export const bitcoin = venueSnapshot({ streams: [streamSnapshot({ instrument: "BTCUSDT" })] });

export function futures(
  es: Parameters<typeof streamSnapshot>[0] = {},
  change: Partial<FeedSnapshot> = {},
): FeedSnapshot {
  const streams = [
    streamSnapshot({ instrument: "ES", ...es }),
    streamSnapshot({ instrument: "NQ" }),
  ];
  return venueSnapshot({ venue: "ibkr", streams, ...change });
}

export function statusMarket(
  venues: readonly FeedSnapshot[],
  { state = "live", sources = {}, missing = {} }: {
    state?: MarketState;
    sources?: Record<string, Source>;
    missing?: Record<string, number>;
  } = {},
) {
  const streams = Object.entries(missing)
    .map(([instrument, count]) => ({ instrument, missing: count, label: "live" }));
  return {
    status:
      () => ({ venues, state, streams, outages: [], venueTime: NOW } as unknown as MarketStatus),
    sourceOf: (id: string) => sources[id] ?? "live" as const,
    instruments: venues.flatMap(({ venue, streams }) =>
      streams.map(({ instrument }) => instrumentOf(venue, instrument))
    ),
  };
}

function instrumentOf(venue: string, id: string): Instrument {
  return venue === "binance"
    ? { id, venue, kind: "crypto", exchange: "spot", currency: "USDT" }
    : { id, venue, kind: "future", exchange: "CME", currency: "USD" };
}
