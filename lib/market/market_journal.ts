import type { FeedEvent } from "../model/feed_event.ts";
import { redact } from "../model/redact.ts";
import { formatUtc } from "../model/time.ts";
import { ConnectionLog } from "./connection_log.ts";
import type { MarketEvent } from "./market_event.ts";
import { streamLine } from "./stream_overview.ts";

/** One line of what happened, for people. */
export interface JournalEntry {
  /** Local wall clock, epoch ms UTC. */
  readonly receivedAt: number;
  /** `ibkr`, `binance`, an instrument, `market` or `summary`. */
  readonly source: string;
  readonly level: "info" | "warning";
  readonly text: string;
}

/** The contract month an instrument streams now. */
export type ContractChoice = Omit<Extract<FeedEvent, { kind: "contract" }>, "kind">;

type NewEntry = { source: string; level: JournalEntry["level"]; text: string };

/** Entries kept; older ones go. */
const CAPACITY = 500;
/** Summaries kept among them: two hours of them must not drive out what happened. */
const MAX_SUMMARIES = 24;
const SUMMARY = "summary";

/** What happened to a market: connections, contracts, gaps and heals. Bars and trades are not entered. */
export class MarketJournal {
  readonly #entries: JournalEntry[] = [];
  readonly #contracts = new Map<string, ContractChoice>();
  /** When each venue was down, and how its connection fares. */
  readonly connections = new ConnectionLog();

  /** The newest entries, oldest first, at most 500. */
  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** The contract chosen for each future; empty until the venue has answered. */
  get contracts(): readonly ContractChoice[] {
    return [...this.#contracts.values()];
  }

  take(event: MarketEvent): void {
    if (event.kind === "transition") this.connections.take(event);
    if (event.kind === "contract") {
      const { kind: _, ...choice } = event;
      this.#contracts.set(event.instrument, choice);
    }
    const entry = entryOf(event);
    if (entry === undefined) return;
    const last = this.#entries.at(-1);
    // A failure is told first, in full; the change of state that follows need not repeat it.
    if (event.kind === "transition" && last?.text === redact(event.reason)) {
      entry.text = `${event.from} → ${event.to}`;
    }
    entry.text = redact(entry.text);
    if (event.kind === "summary") this.#forgetSummary();
    this.#entries.push({ receivedAt: event.receivedAt, ...entry });
    if (this.#entries.length > CAPACITY) this.#entries.shift();
  }

  /** Makes room for one summary more. */
  #forgetSummary(): void {
    const summaries = this.#entries.filter(({ source }) => source === SUMMARY);
    if (summaries.length < MAX_SUMMARIES) return;
    this.#entries.splice(this.#entries.indexOf(summaries[0]!), 1);
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
    case "summary": {
      const isWell = event.streams.every(({ state }) => state === "live" || state === "closed");
      const text = event.streams.map(streamLine).join(" · ");
      return isWell ? info(SUMMARY, text) : warning(SUMMARY, text);
    }
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
