import { counted } from "../model/counted.ts";
import type { FeedEvent } from "../model/feed_event.ts";
import type { Venue } from "../model/instrument.ts";
import { redact } from "../model/redact.ts";
import { formatUtc } from "../model/time.ts";
import type { MarketEvent } from "./market_event.ts";

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

/** A failure of a venue, and what was entered of the attempts after it. */
interface FailedAttempt {
  /** The failure's own sentence, without the count. */
  readonly text: string;
  readonly since: number;
  count: number;
  entry: JournalEntry;
  /** The steps of the attempt under way: kept when it ends otherwise, struck out when it fails alike. */
  steps: JournalEntry[];
}

/**
 * Keeps one entry of a failed attempt that is repeated: the second that fails with the same sentence takes the place
 * of the first, with how often and since when.
 */
export class AttemptFold {
  readonly #entries: JournalEntry[];
  readonly #failures = new Map<Venue, FailedAttempt>();

  /** @param entries the journal's, which it edits. */
  constructor(entries: JournalEntry[]) {
    this.#entries = entries;
  }

  /** @returns true when it has entered the event itself. */
  take(event: MarketEvent, entry: JournalEntry): boolean {
    if (event.kind === "failure") return this.#failed(event.venue, entry);
    if (event.kind !== "transition") return false;
    const { venue, from, to } = event;
    const isLost = from === "live" || from === "stale";
    if (to === "live" || to === "closed" || to === "failed") this.#failures.delete(venue);
    else if (!isLost) this.#failures.get(venue)?.steps.push(entry);
    return false;
  }

  #failed(venue: Venue, entry: JournalEntry): boolean {
    const before = this.#failures.get(venue);
    const { text, receivedAt } = entry;
    if (before?.text !== text) {
      this.#failures.set(venue, { text, since: receivedAt, count: 1, entry, steps: [] });
      return false;
    }
    for (const old of [before.entry, ...before.steps]) {
      const at = this.#entries.indexOf(old);
      if (at >= 0) this.#entries.splice(at, 1);
    }
    before.count++;
    const since = formatUtc(before.since).slice(11);
    before.entry = { ...entry, text: `${text} (${counted(before.count, "time")} since ${since})` };
    before.steps = [];
    this.#entries.push(before.entry);
    return true;
  }
}

type Gap = Extract<MarketEvent, { kind: "gap" }>;
type Heal = Extract<MarketEvent, { kind: "heal" }>;

/** A gap or a heal as it stands in the journal. */
interface Entered<Event> {
  readonly event: Event;
  readonly entry: JournalEntry;
}

/**
 * Makes one entry of what comes in pieces: the minute in which a connection came back is lost too, and is reported a
 * minute after the others.
 */
export class SpanFold {
  readonly #entries: JournalEntry[];
  readonly #gaps = new Map<string, Entered<Gap>>();
  readonly #heals = new Map<string, Entered<Heal>>();

  /** @param entries the journal's, which it edits. */
  constructor(entries: JournalEntry[]) {
    this.#entries = entries;
  }

  /** @returns true when the event has become part of an entry that was there. */
  take(event: MarketEvent, entry: JournalEntry): boolean {
    if (event.kind === "gap") return this.#gap(event, entry);
    return event.kind === "heal" && this.#heal(event, entry);
  }

  #gap(gap: Gap, entry: JournalEntry): boolean {
    const before = this.#gaps.get(gap.instrument);
    const at = before === undefined ? -1 : this.#entries.indexOf(before.entry);
    const goesOn = before?.event.to === gap.from && before.event.reason === gap.reason;
    const event = at >= 0 && goesOn ? { ...gap, from: before.event.from } : gap;
    const whole = { event, entry: { ...(before?.entry ?? entry), text: redact(gapText(event)) } };
    this.#gaps.set(gap.instrument, event === gap ? { event, entry } : whole);
    if (event === gap) return false;
    this.#entries[at] = whole.entry;
    return true;
  }

  #heal(heal: Heal, entry: JournalEntry): boolean {
    const before = this.#heals.get(heal.instrument);
    const at = before === undefined ? -1 : this.#entries.indexOf(before.entry);
    const event = at < 0 || before?.event.to !== heal.from ? heal : {
      ...heal,
      from: before.event.from,
      filled: before.event.filled + heal.filled,
      absent: before.event.absent + heal.absent,
    };
    const whole = { event, entry: { ...(before?.entry ?? entry), text: healText(event) } };
    this.#heals.set(heal.instrument, event === heal ? { event, entry } : whole);
    if (event === heal) return false;
    this.#entries[at] = whole.entry;
    return true;
  }
}
