import type { FeedEvent } from "../model/feed_event.ts";
import { formatUtc } from "../model/time.ts";
import type { MarketEvent } from "./market_event.ts";

/** One line of what happened, for people. */
export interface JournalEntry {
  /** Local wall clock, epoch ms UTC. */
  readonly receivedAt: number;
  /** `ibkr`, `binance`, an instrument, or `market`. */
  readonly source: string;
  readonly level: "info" | "warning";
  readonly text: string;
}

/** The contract month an instrument streams now. */
export type ContractChoice = Omit<Extract<FeedEvent, { kind: "contract" }>, "kind">;

type NewEntry = { source: string; level: JournalEntry["level"]; text: string };

/** Entries kept; older ones go. */
const CAPACITY = 500;

/** What happened to a market: connections, contracts, gaps and heals. Bars and trades are not entered. */
export class MarketJournal {
  readonly #entries: JournalEntry[] = [];
  readonly #contracts = new Map<string, ContractChoice>();

  /** The newest entries, oldest first, at most 500. */
  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** The contract chosen for each future; empty until the venue has answered. */
  get contracts(): readonly ContractChoice[] {
    return [...this.#contracts.values()];
  }

  take(event: MarketEvent): void {
    if (event.kind === "contract") {
      const { kind: _, ...choice } = event;
      this.#contracts.set(event.instrument, choice);
    }
    const entry = entryOf(event);
    if (entry === undefined) return;
    const last = this.#entries.at(-1);
    // A failure is told first, in full; the change of state that follows need not repeat it.
    if (event.kind === "transition" && last?.text === event.reason) {
      entry.text = `${event.from} → ${event.to}`;
    }
    this.#entries.push({ receivedAt: event.receivedAt, ...entry });
    if (this.#entries.length > CAPACITY) this.#entries.shift();
  }
}

function entryOf(event: MarketEvent): NewEntry | undefined {
  const info = (source: string, text: string) => ({ source, level: "info" as const, text });
  const warning = (source: string, text: string) => ({ source, level: "warning" as const, text });
  switch (event.kind) {
    case "transition": {
      const isTrouble = ["recovering", "stale", "failed"].includes(event.to);
      const text = `${event.from} → ${event.to}: ${event.reason}`;
      return isTrouble ? warning(event.venue, text) : info(event.venue, text);
    }
    case "failure":
      return warning(event.venue, event.error.message);
    case "gap":
      return warning(event.instrument, `gap ${spanOf(event)}: ${event.reason}`);
    case "heal":
      return info(event.instrument, healText(event));
    case "contract":
      return info(
        event.instrument,
        `streams ${event.contract}, last trade ${dateOf(event.expiry)}, rolls ${
          formatUtc(event.rollAt)
        }`,
      );
    case "label":
      return warning(event.instrument, `the venue now sends ${event.source} data`);
    case "outage":
      return event.isDown ? warning("market", event.message) : info("market", event.message);
    default:
      return undefined;
  }
}

function healText(event: Extract<FeedEvent, { kind: "heal" }>): string {
  const absent = event.absent > 0 ? `, ${event.absent} the venue has not` : "";
  return `history ${spanOf(event)}: ${event.filled} filled${absent}`;
}

function spanOf({ from, to }: { readonly from: number; readonly to: number }): string {
  return `${formatUtc(from)} to ${formatUtc(to)}`;
}

/** `20251219` as `2025-12-19`. */
function dateOf(expiry: string): string {
  return expiry.replace(/^(\d{4})(\d{2})(\d{2}).*$/, "$1-$2-$3");
}
