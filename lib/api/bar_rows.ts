import type { Market } from "../market/market.ts";
import type { MarketEvent } from "../market/market_event.ts";
import { floorTo, MINUTE } from "../model/time.ts";
import { type BarTimeframe, stepOf } from "../model/timeframe.ts";
import { type BarChunk, chunkOf } from "./bar_chunk.ts";
import type { RowPage } from "./row_page.ts";

/** Slots whose rows are kept together. */
const SLOTS = 64;
/** Rows kept at most, over all instruments: some 200 bytes each. */
const MOST_ROWS = 500_000;

/** Which rows: half-open, the oldest first. */
export interface BarRowsQuery {
  readonly timeframe: BarTimeframe;
  readonly from: number;
  readonly to: number;
}

/** Rows that stand until the next minute. */
interface NewestRows {
  /** Minutes of the grid that they were written of. */
  readonly length: number;
  readonly chunks: Map<string, BarChunk>;
}

/**
 * Rows of the bars that a market holds. To write a number is what an answer costs, so rows of slots that have passed are
 * written once, and written again where a bar of them changes. Those of the newest slots are written once a minute.
 * Minutes stand each by itself; a longer bar rests on what is known of all its minutes, so one late minute lets go of all
 * longer ones.
 */
export class BarRows {
  readonly #market: Pick<Market, "barCells" | "minuteGrid">;
  /** By instrument, timeframe and the begin of the slots. */
  readonly #kept = new Map<string, Map<BarTimeframe, Map<number, BarChunk>>>();
  readonly #newest = new Map<string, NewestRows>();
  #rows = 0;
  /** Rows written so far. */
  written = 0;

  constructor(market: Pick<Market, "barCells" | "minuteGrid">) {
    this.#market = market;
  }

  /** What an event makes untrue is let go of. */
  take(event: MarketEvent): void {
    switch (event.kind) {
      case "bar": {
        this.#newest.delete(event.instrument);
        // A new bar behind all others changes nothing of the slots that have passed.
        const { start, length } = this.#market.minuteGrid(event.instrument);
        const isNewest = event.change === "new" &&
          event.bar.openTime >= start + (length - 2) * MINUTE;
        const { openTime } = event.bar;
        if (!isNewest) this.#changed(event.instrument, openTime, openTime + MINUTE);
        break;
      }
      case "heal":
        this.#newest.delete(event.instrument);
        this.#changed(event.instrument, event.from, event.to);
        break;
      case "label":
      case "contract":
      case "unfollow":
        this.#drop(event.instrument);
        break;
      case "follow":
        this.#drop(event.instrument.id);
    }
  }

  /** Adds the rows of a range to a page, until it is full. */
  fill(page: RowPage, instrument: string, { timeframe, from, to }: BarRowsQuery): void {
    // Sessions are no slots, and seconds are let go of soon.
    if (timeframe === "1d" || timeframe === "1s") {
      page.add(this.#made(instrument, timeframe, from, to));
      return;
    }
    const { start, length } = this.#market.minuteGrid(instrument);
    const gridEnd = start + length * MINUTE, chunkMs = SLOTS * stepOf(timeframe);
    let at = floorTo(Math.max(from, start), chunkMs);
    for (; at < Math.min(to, gridEnd) && !page.isMore; at += chunkMs) {
      const hasPassed = at + chunkMs <= gridEnd - MINUTE;
      page.add(
        hasPassed
          ? this.#passedChunk(instrument, timeframe, at)
          : this.#newestChunk(instrument, timeframe, { from: at, length }),
      );
    }
  }

  #passedChunk(instrument: string, timeframe: BarTimeframe, from: number): BarChunk {
    const known = this.#kept.get(instrument)?.get(timeframe)?.get(from);
    if (known !== undefined) return known;
    const chunk = this.#made(instrument, timeframe, from, from + SLOTS * stepOf(timeframe));
    this.#keep(instrument, timeframe, from, chunk);
    return chunk;
  }

  #newestChunk(
    instrument: string,
    timeframe: BarTimeframe,
    { from, length }: { readonly from: number; readonly length: number },
  ): BarChunk {
    let newest = this.#newest.get(instrument);
    if (newest?.length !== length) {
      this.#newest.set(instrument, newest = { length, chunks: new Map() });
    }
    const key = `${timeframe} ${from}`;
    let chunk = newest.chunks.get(key);
    if (chunk === undefined) {
      chunk = this.#made(instrument, timeframe, from, from + SLOTS * stepOf(timeframe));
      newest.chunks.set(key, chunk);
    }
    return chunk;
  }

  #made(instrument: string, timeframe: BarTimeframe, from: number, to: number): BarChunk {
    const rows = this.#market.barCells(instrument, { timeframe, from, to });
    this.written += rows.length;
    return chunkOf(rows);
  }

  #keep(instrument: string, timeframe: BarTimeframe, from: number, chunk: BarChunk): void {
    if (this.#rows + chunk.rows.length > MOST_ROWS) {
      this.#kept.clear();
      this.#rows = 0;
    }
    let ofInstrument = this.#kept.get(instrument);
    if (ofInstrument === undefined) this.#kept.set(instrument, ofInstrument = new Map());
    let chunks = ofInstrument.get(timeframe);
    if (chunks === undefined) ofInstrument.set(timeframe, chunks = new Map());
    chunks.set(from, chunk);
    this.#rows += costOf(chunk);
  }

  #changed(instrument: string, from: number, to: number): void {
    const ofInstrument = this.#kept.get(instrument);
    for (const [timeframe, chunks] of ofInstrument ?? []) {
      if (timeframe !== "1m") this.#dropTimeframe(instrument, timeframe);
      else this.#dropMinutes(chunks, from, to);
    }
  }

  #dropMinutes(chunks: Map<number, BarChunk>, from: number, to: number): void {
    const chunkMs = SLOTS * MINUTE;
    for (let at = floorTo(from, chunkMs); at < to && chunks.size > 0; at += chunkMs) {
      const chunk = chunks.get(at);
      if (chunk === undefined) continue;
      chunks.delete(at);
      this.#rows -= costOf(chunk);
    }
  }

  #dropTimeframe(instrument: string, timeframe: BarTimeframe): void {
    const ofInstrument = this.#kept.get(instrument);
    for (const chunk of ofInstrument?.get(timeframe)?.values() ?? []) this.#rows -= costOf(chunk);
    ofInstrument?.delete(timeframe);
  }

  #drop(instrument: string): void {
    this.#newest.delete(instrument);
    for (const timeframe of this.#kept.get(instrument)?.keys() ?? []) {
      this.#dropTimeframe(instrument, timeframe);
    }
    this.#kept.delete(instrument);
  }
}

/** In rows: an empty stretch is kept too, and costs something. */
function costOf({ rows }: BarChunk): number {
  return rows.length + 1;
}
