import { redact } from "../model/redact.ts";
import { gapText, healText, type JournalEntry } from "./journal_entry.ts";
import type { MarketEvent } from "./market_event.ts";

type Gap = Extract<MarketEvent, { kind: "gap" }>;
type Heal = Extract<MarketEvent, { kind: "heal" }>;

/** A gap or a heal as it stands in the journal. */
interface Told<Event> {
  readonly event: Event;
  readonly entry: JournalEntry;
}

/**
 * Makes one entry of what is told in pieces: the minute in which a connection came back is lost too, and is told
 * a minute after the others.
 */
export class SpanFold {
  readonly #entries: JournalEntry[];
  readonly #gaps = new Map<string, Told<Gap>>();
  readonly #heals = new Map<string, Told<Heal>>();

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
    const told = { event, entry: { ...(before?.entry ?? entry), text: redact(gapText(event)) } };
    this.#gaps.set(gap.instrument, event === gap ? { event, entry } : told);
    if (event === gap) return false;
    this.#entries[at] = told.entry;
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
    const told = { event, entry: { ...(before?.entry ?? entry), text: healText(event) } };
    this.#heals.set(heal.instrument, event === heal ? { event, entry } : told);
    if (event === heal) return false;
    this.#entries[at] = told.entry;
    return true;
  }
}
