import type { MarketEvent } from "../market/market_event.ts";

/** Counts what changes in a market: what was made of it before stands while no count moves. */
export class MarketChanges {
  #all = 0;
  readonly #of = new Map<string, number>();

  /** Of the whole market. */
  get all(): number {
    return this.#all;
  }

  /** Of one instrument. */
  of(instrument: string): number {
    return this.#of.get(instrument) ?? 0;
  }

  take(event: MarketEvent): void {
    switch (event.kind) {
      case "bar":
      case "heal":
      case "label":
      case "contract":
        this.#all++;
        this.#of.set(event.instrument, this.of(event.instrument) + 1);
        break;
      case "follow":
      case "unfollow": {
        this.#all++;
        const id = event.kind === "follow" ? event.instrument.id : event.instrument;
        this.#of.set(id, this.of(id) + 1);
        break;
      }
      case "transition":
        // What rests on a stopped venue is unknown at once.
        if (event.to === "stopped" || event.from === "stopped") this.#all++;
        break;
      case "minute":
      case "alert":
        this.#all++;
    }
  }
}
