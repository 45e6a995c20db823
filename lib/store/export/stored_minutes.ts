import { MinuteLedger } from "../../bars/minute_ledger.ts";
import { calendarOf } from "../../calendar/instrument_calendar.ts";
import type { Instrument } from "../../model/instrument.ts";
import { copiedGrid, type MinuteGrid } from "../../model/minute_grid.ts";
import { DAY, type Interval, MINUTE } from "../../model/time.ts";
import { recallMinutes } from "../recall_minutes.ts";
import type { StoreReader } from "../store.ts";

/** Minutes kept for those who ask again; 42 bytes each. */
const MOST_KEPT = 4_000_000;

/** The minutes of a store as a market holds them: what is missing, and what needs no bar, is in them. */
export class StoredMinutes {
  readonly #reader: StoreReader;
  readonly #spans = new Map<string, Promise<Interval | undefined>>();
  /** The one asked for last is the last. */
  readonly #kept = new Map<string, MinuteGrid>();
  #minutes = 0;

  constructor(reader: StoreReader) {
    this.#reader = reader;
  }

  /** From the first to the end of the last minute that anything is known of; undefined where nothing is. */
  span({ id }: Pick<Instrument, "id">): Promise<Interval | undefined> {
    let span = this.#spans.get(id);
    if (span === undefined) {
      span = spanOf(this.#reader, id);
      this.#spans.set(id, span);
    }
    return span;
  }

  /** The minutes of a stretch, as far as anything is known of them. */
  async grid(instrument: Instrument, { from, to }: Interval): Promise<MinuteGrid> {
    const { id } = instrument;
    const key = `${id} ${from} ${to}`;
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const span = await this.span(instrument) ?? { from: to, to: from };
    const grid = await this.#read(instrument, {
      from: Math.max(from, span.from),
      to: Math.min(to, span.to),
    });
    this.#kept.set(key, grid);
    this.#minutes += grid.length;
    for (const [old, { length }] of this.#kept) {
      if (this.#minutes <= MOST_KEPT || old === key) break;
      this.#kept.delete(old);
      this.#minutes -= length;
    }
    return grid;
  }

  async #read(instrument: Instrument, { from, to }: Interval): Promise<MinuteGrid> {
    const calendar = calendarOf(instrument);
    const isIndex = instrument.kind === "index";
    const known = from < to
      ? await recallMinutes(this.#reader, instrument.id, { from, to })
      : undefined;
    const ledger = new MinuteLedger(instrument.id, (time) => calendar.isOpen(time), {
      hasVolume: !isIndex,
      recall: () => known,
    });
    ledger.start(from);
    ledger.recall(to, false);
    if (from < to) ledger.advance(to);
    return copiedGrid(ledger.grid);
  }
}

async function spanOf(reader: StoreReader, instrument: string): Promise<Interval | undefined> {
  const all = { instrument, stepMs: MINUTE, from: -Infinity, to: Infinity };
  const coverage = await reader.coverage(all);
  const first = (await reader.bars({ ...all, limit: 1 })).openTime[0];
  const { days } = await reader.info();
  const lastDay = days.findLast((day) => day.instrument === instrument && day.stepMs === MINUTE);
  const last = lastDay === undefined
    ? undefined
    : (await reader.bars({ ...all, from: lastDay.day, to: lastDay.day + DAY })).openTime.at(-1);
  const from = Math.min(first ?? Infinity, coverage[0]?.from ?? Infinity);
  const to = Math.max((last ?? -Infinity) + MINUTE, coverage.at(-1)?.to ?? -Infinity);
  return from < to ? { from, to } : undefined;
}
