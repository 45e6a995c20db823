import type { FeedEvent } from "../model/feed_event.ts";
import { formatUtc } from "../model/time.ts";

/** One line of what happened, for people. */
export interface JournalEntry {
  /** Local wall clock, epoch ms UTC; of the newest where attempts are counted. */
  readonly receivedAt: number;
  /** `ibkr`, `binance`, an instrument, `market` or `summary`. */
  readonly source: string;
  readonly level: "info" | "warning";
  readonly text: string;
}

/** `gap … to …: the reason`. */
export function gapText(event: Extract<FeedEvent, { kind: "gap" }>): string {
  return `gap ${spanOf(event)}: ${event.reason}`;
}

/** `history … to …: 5 filled, 1 the venue has not`. */
export function healText(event: Extract<FeedEvent, { kind: "heal" }>): string {
  const absent = event.absent > 0 ? `, ${event.absent} the venue has not` : "";
  return `history ${spanOf(event)}: ${event.filled} filled${absent}`;
}

function spanOf({ from, to }: { readonly from: number; readonly to: number }): string {
  return `${formatUtc(from)} to ${formatUtc(to)}`;
}
