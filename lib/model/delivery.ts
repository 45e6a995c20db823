import type { AlertChangeKind } from "./alert.ts";

/**
 * Where a message to a channel stands: `waiting` for its attempt or the next one, `sending`, or at its end: `delivered`;
 * `perhaps` where it may have arrived and the channel would show it twice; `failed`.
 */
export type DeliveryState = "waiting" | "sending" | "delivered" | "perhaps" | "failed";

/** What became of one message to one channel; plain data, holds no secret. */
export interface DeliveryReceipt {
  /** Id of the alert. */
  readonly alert: string;
  /** Key of the channel in `alerts.channels`. */
  readonly channel: string;
  readonly change: AlertChangeKind;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Local wall clock, epoch ms UTC. */
  readonly at: number;
  /** Local wall clock of the next attempt; null when there is none. */
  readonly nextAt: number | null;
  /** What the channel answered, or why it was not delivered; empty before the first attempt. */
  readonly text: string;
}

/** How a channel fares; plain data, holds no secret. */
export interface ChannelStatus {
  readonly name: string;
  /** `webhook`, `telegram`, … */
  readonly kind: string;
  /** `hooks.example:443` */
  readonly host: string;
  /** `paused` while the channel wants nothing, `disabled` until the next start. */
  readonly state: "ready" | "paused" | "disabled";
  /** Why it is disabled; undefined otherwise. */
  readonly reason: string | undefined;
  /** Messages that have not come to their end. */
  readonly waiting: number;
  readonly delivered: number;
  readonly perhaps: number;
  /** Given up, refused, or dropped. */
  readonly failed: number;
  /** Those of `failed` for which the queue had no room. */
  readonly dropped: number;
}

/** Every channel, and what became of the newest messages. */
export interface DeliveryStatus {
  readonly channels: readonly ChannelStatus[];
  /** The newest of each message, the oldest first; at most 200. */
  readonly receipts: readonly DeliveryReceipt[];
}

/** True for a message that will not be tried again. */
export function isFinal({ state }: Pick<DeliveryReceipt, "state">): boolean {
  return state !== "waiting" && state !== "sending";
}
