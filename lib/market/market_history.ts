import { isFinal } from "../model/delivery.ts";
import type { MarketEvent } from "./market_event.ts";

/** Events worth keeping for the export: what changed the state of a venue, a stream, the coverage or an alert. */
export type HistoryEvent = Extract<
  MarketEvent,
  {
    kind:
      | "transition"
      | "failure"
      | "gap"
      | "heal"
      | "contract"
      | "label"
      | "trading"
      | "outage"
      | "alert"
      | "delivery";
  }
>;

const KINDS = ["transition", "failure", "gap", "heal", "contract", "label", "trading", "outage"];

/** Of alerts, that they fired and resolved, not that they were said again; of messages, how they ended. */
export function isHistory(event: MarketEvent): event is HistoryEvent {
  if (event.kind === "delivery") return isFinal(event.receipt);
  if (event.kind === "alert") return !event.change.kind.startsWith("repeat");
  return KINDS.includes(event.kind);
}

/** Years of a quiet market, hours of one that is down. */
const CAPACITY = 10_000;

/** The newest events of a market's history, for an export at any time. */
export class MarketHistory {
  #events: HistoryEvent[] = [];

  take(event: MarketEvent): void {
    if (!isHistory(event)) return;
    this.#events.push(event);
    // Cut now and then, so that each event costs the same.
    if (this.#events.length >= 2 * CAPACITY) this.#events = this.#events.slice(-CAPACITY);
  }

  get events(): readonly HistoryEvent[] {
    return this.#events.slice(-CAPACITY);
  }
}
