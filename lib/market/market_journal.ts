import type { FeedEvent } from "../model/feed_event.ts";
import type { Source } from "../model/instrument.ts";
import { redact } from "../model/redact.ts";
import { formatUtc } from "../model/time.ts";
import { tradingText } from "../model/trading_mode.ts";
import { ConnectionLog } from "./connection_log.ts";
import { AttemptFold, gapText, healText, type JournalEntry, SpanFold } from "./journal_entries.ts";
import type { MarketEvent } from "./market_event.ts";
import { streamLine } from "./stream_overview.ts";

export type { JournalEntry } from "./journal_entries.ts";

/** The contract month an instrument streams now. */
export type ContractChoice = Omit<Extract<FeedEvent, { kind: "contract" }>, "kind">;

/** Entries kept; older ones go. */
const CAPACITY = 500;
/** Summaries kept among them: two hours of them must not drive out what happened. */
const MAX_SUMMARIES = 24;
const SUMMARY = "summary";

/**
 * What happened to a market: connections, contracts, gaps and heals, each entered once. An attempt that fails as the
 * one before did is counted and not entered again, and a gap or a heal that goes on is one. Bars and trades are not
 * entered.
 */
export class MarketJournal {
  readonly #entries: JournalEntry[] = [];
  readonly #contracts = new Map<string, ContractChoice>();
  readonly #labels = new Map<string, Source>();
  readonly #attempts = new AttemptFold(this.#entries);
  readonly #spans = new SpanFold(this.#entries);
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
    const isNews = this.#isNews(event);
    if (event.kind === "contract") {
      const { kind: _, ...choice } = event;
      this.#contracts.set(event.instrument, choice);
    }
    if (event.kind === "label") this.#labels.set(event.instrument, event.source);
    if (event.kind === "unfollow") {
      this.#contracts.delete(event.instrument);
      this.#labels.delete(event.instrument);
    }
    const draft = isNews ? entryOf(event) : undefined;
    if (draft === undefined) return;
    const text = this.#withoutRepeat(event, redact(draft.text));
    if (text === undefined) return;
    const entry = { receivedAt: event.receivedAt, ...draft, text };
    if (event.kind === "summary") this.#forgetSummary();
    if (!this.#attempts.take(event, entry) && !this.#spans.take(event, entry)) {
      this.#entries.push(entry);
    }
    if (this.#entries.length > CAPACITY) this.#entries.shift();
  }

  /**
   * A failure and the change of state around it give the same reason: it is entered with the first of them.
   * Undefined where nothing is left to enter.
   */
  #withoutRepeat(event: MarketEvent, text: string): string | undefined {
    if (event.kind !== "transition" && event.kind !== "failure") return text;
    const last = this.#entries.findLast(({ source }) => source === event.venue);
    if (event.kind === "failure") return last?.text.endsWith(`: ${text}`) ? undefined : text;
    const reason = redact(event.reason);
    const isEntered = last !== undefined &&
      (last.text.startsWith(reason) || last.text.endsWith(reason));
    return isEntered ? `${event.from} → ${event.to}` : text;
  }

  /** Each new connection reports the contract and the label again, though they are the same. */
  #isNews(event: MarketEvent): boolean {
    if (event.kind === "contract") {
      const known = this.#contracts.get(event.instrument);
      return known?.contract !== event.contract || known.rollAt !== event.rollAt;
    }
    if (event.kind !== "label") return true;
    const known = this.#labels.get(event.instrument);
    return known === undefined ? event.source === "delayed" : known !== event.source;
  }

  /** Makes room for one summary more. */
  #forgetSummary(): void {
    const summaries = this.#entries.filter(({ source }) => source === SUMMARY);
    if (summaries.length < MAX_SUMMARIES) return;
    this.#entries.splice(this.#entries.indexOf(summaries[0]!), 1);
  }
}

function entryOf(event: MarketEvent): Omit<JournalEntry, "receivedAt"> | undefined {
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
      return warning(event.instrument, gapText(event));
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
    case "trading": {
      const text = tradingText(event.mode);
      return event.mode === "online"
        ? info(event.instrument, text)
        : warning(event.instrument, text);
    }
    case "outage":
      return event.isDown ? warning("market", event.message) : info("market", event.message);
    case "follow":
      return info(event.instrument.id, `followed from now on, on ${event.instrument.venue}`);
    case "unfollow":
      return info(event.instrument, "not followed any more");
    case "summary": {
      const isWell = !event.streams.some(({ state }) => state === "stale" || state === "failed");
      const text = event.streams.map(streamLine).join(" · ");
      return isWell ? info(SUMMARY, text) : warning(SUMMARY, text);
    }
    default:
      return undefined;
  }
}

/** `20251219` as `2025-12-19`. */
function dateOf(expiry: string): string {
  return expiry.replace(/^(\d{4})(\d{2})(\d{2}).*$/, "$1-$2-$3");
}
