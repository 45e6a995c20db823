import { venueTitle } from "../feeds/venues.ts";
import type { Venue } from "../model/instrument.ts";
import { sentenceOf } from "../model/sentence_of.ts";
import type { MarketEvent } from "./market_event.ts";

/** How the opening of a market goes, venue by venue, in a sentence. */
export class OpeningText {
  readonly #states = new Map<Venue, string>();

  take(event: MarketEvent): void {
    if (event.kind === "transition") this.#states.set(event.venue, event.to);
    else if (event.kind === "failure") this.#states.set(event.venue, sentenceOf(event.error));
  }

  /** `The market is opening. Binance: live; IBKR: handshake` */
  get text(): string {
    const each = [...this.#states].map(([venue, state]) => `${venueTitle(venue)}: ${state}`);
    return `The market is opening. ${each.join("; ")}`.trim();
  }
}
