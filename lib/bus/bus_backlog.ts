/** One instrument's minutes as they are read from the stream. */
export interface ReadMinutes {
  /** The stream holds some that have not come. */
  readonly isBehind: boolean;
  /** The newest that came ends then; `-Infinity` before the first. */
  readonly newest: number;
}

/**
 * How far all instruments of a market have been read. After an outage some are ahead of others, and their time would pass
 * minutes whose other bars are still to come.
 */
export class BusBacklog {
  readonly #all = new Set<ReadMinutes>();

  /** @returns takes it out again. */
  add(minutes: ReadMinutes): () => void {
    this.#all.add(minutes);
    return () => void this.#all.delete(minutes);
  }

  /** The venue time that all have been read to; Infinity where none is behind. */
  get readTo(): number {
    let to = Infinity;
    for (const { isBehind, newest } of this.#all) if (isBehind) to = Math.min(to, newest);
    return to;
  }
}
