import type { FeedEvent } from "../model/feed_event.ts";
import type { PairCorrelation } from "./correlation_board.ts";
import type { StreamOverview } from "./stream_overview.ts";

/** A venue minute has passed on every venue that answers: time to look. */
export interface MinuteEvent {
  readonly kind: "minute";
  /** Open time of the minute that closed. */
  readonly openTime: number;
  /** Instruments whose minute is neither closed nor known to be absent; it is being healed. */
  readonly waitingFor: readonly string[];
  /** Every pair at every timeframe, with its default window. */
  readonly correlations: readonly PairCorrelation[];
  readonly receivedAt: number;
}

/** All venues went down, or one came back. */
export interface OutageEvent {
  readonly kind: "outage";
  readonly isDown: boolean;
  readonly message: string;
  readonly receivedAt: number;
}

/** Every five venue minutes: how each stream fares. */
export interface SummaryEvent {
  readonly kind: "summary";
  /** End of the venue minute it was made at, epoch ms UTC. */
  readonly time: number;
  readonly streams: readonly StreamOverview[];
  readonly receivedAt: number;
}

/** Everything a market tells: what its feeds say, each minute, summaries, and total outages. */
export type MarketEvent = FeedEvent | MinuteEvent | OutageEvent | SummaryEvent;

/** Events that only matter while fresh. */
export function isFleeting(event: MarketEvent): boolean {
  return event.kind === "trade" || event.kind === "forming";
}
