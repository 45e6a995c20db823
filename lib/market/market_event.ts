import type { AlertChange } from "../model/alert.ts";
import type { DeliveryReceipt } from "../model/delivery.ts";
import type { FeedEvent } from "../model/feed_event.ts";
import type { Instrument } from "../model/instrument.ts";
import type { MinuteResult } from "./minute_result.ts";
import type { StreamOverview } from "./stream_overview.ts";

/** A minute's result: first made (revision 0), or made again because a bar was healed or revised. */
export interface MinuteEvent extends MinuteResult {
  readonly kind: "minute";
}

/** All venues went down, or one came back. */
export interface OutageEvent {
  readonly kind: "outage";
  readonly isDown: boolean;
  readonly message: string;
  readonly receivedAt: number;
}

/** Every five venue minutes: the state of each stream. */
export interface SummaryEvent {
  readonly kind: "summary";
  /** End of the venue minute it was made at, epoch ms UTC. */
  readonly time: number;
  readonly streams: readonly StreamOverview[];
  readonly receivedAt: number;
}

/** An instrument is followed from now on. */
export interface FollowEvent {
  readonly kind: "follow";
  readonly instrument: Instrument;
  readonly receivedAt: number;
}

/** An instrument is not followed any more; its bars are gone. */
export interface UnfollowEvent {
  readonly kind: "unfollow";
  /** Its id. */
  readonly instrument: string;
  readonly receivedAt: number;
}

/** An alert fired, was said again, or resolved. */
export interface AlertEvent {
  readonly kind: "alert";
  readonly change: AlertChange;
  readonly receivedAt: number;
}

/** A message of an alert is on its way to a channel, or has come to its end. */
export interface DeliveryEvent {
  readonly kind: "delivery";
  readonly receipt: DeliveryReceipt;
  readonly receivedAt: number;
}

/** Other rules watch the market from now on. */
export interface RulesEvent {
  readonly kind: "rules";
  /** Names of all rules. */
  readonly rules: readonly string[];
  readonly receivedAt: number;
}

/**
 * Everything a market emits: what its feeds do, the result of each minute, summaries, total outages, alerts and their
 * rules, and which instruments come and go.
 */
export type MarketEvent =
  | FeedEvent
  | MinuteEvent
  | OutageEvent
  | SummaryEvent
  | AlertEvent
  | DeliveryEvent
  | RulesEvent
  | FollowEvent
  | UnfollowEvent;

/** Events that only matter while fresh. */
export function isFleeting(event: MarketEvent): boolean {
  return event.kind === "trade" || event.kind === "forming" || event.kind === "funding-estimate";
}

/** What alerts came to, and by which rules: never a reason to judge. */
export function isOfAlerts(event: MarketEvent): boolean {
  return event.kind === "alert" || event.kind === "delivery" || event.kind === "rules";
}
