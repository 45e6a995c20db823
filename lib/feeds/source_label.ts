import type { Source } from "../model/instrument.ts";

/** The header by which servers of our own say that they are simulated, in HTTP answers and WebSocket upgrades. */
const HEADER = "x-comove-simulated";

/** True for the headers of a server that says it is simulated. Header names are lowercase. */
export function saysSimulated(headers: Readonly<Record<string, string>>): boolean {
  return headers[HEADER] === "1";
}

/**
 * What a feed's data is labelled with. Once a server has said that it is simulated, all that the feed brings from
 * then on is, however it was configured; the address is never looked at. It only labels: nothing else depends on it.
 */
export class SourceLabel {
  readonly #source: Source;
  readonly #onSimulated: () => void;
  #isSimulated = false;

  /**
   * @param source what the market was opened as.
   * @param onSimulated called when what was opened as live turns out to be simulated.
   */
  constructor(source: Source, onSimulated: () => void) {
    this.#source = source;
    this.#onSimulated = onSimulated;
  }

  /** Whether labels differ from what the feed says by itself. */
  get isSimulated(): boolean {
    return this.#isSimulated;
  }

  /** A server has said that it is simulated. Of a replay it says nothing new: that is what it is. */
  simulated(): void {
    if (this.#isSimulated || this.#source === "replay") return;
    this.#isSimulated = true;
    if (this.#source === "live") this.#onSimulated();
  }

  /** The label of what a feed calls live or delayed. */
  of(source: Source): Source {
    return this.#isSimulated ? "simulated" : source;
  }
}
