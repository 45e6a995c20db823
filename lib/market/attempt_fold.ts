import { counted } from "../model/counted.ts";
import type { Venue } from "../model/instrument.ts";
import { formatUtc } from "../model/time.ts";
import type { JournalEntry } from "./journal_entry.ts";
import type { MarketEvent } from "./market_event.ts";

/** A failure of a venue, and what was entered of the attempts after it. */
interface Told {
  /** The failure's own sentence, without the count. */
  readonly text: string;
  readonly since: number;
  count: number;
  entry: JournalEntry;
  /** The steps of the attempt under way: kept when it ends otherwise, struck out when it fails alike. */
  steps: JournalEntry[];
}

/**
 * Keeps a journal from telling the same failed attempt a hundred times: the second that fails with the same
 * sentence takes the place of the first, with how often and since when.
 */
export class AttemptFold {
  readonly #entries: JournalEntry[];
  readonly #told = new Map<Venue, Told>();

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
    if (to === "live" || to === "closed" || to === "failed") this.#told.delete(venue);
    else if (!isLost) this.#told.get(venue)?.steps.push(entry);
    return false;
  }

  #failed(venue: Venue, entry: JournalEntry): boolean {
    const before = this.#told.get(venue);
    const { text, receivedAt } = entry;
    if (before?.text !== text) {
      this.#told.set(venue, { text, since: receivedAt, count: 1, entry, steps: [] });
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
