import type { MarketEvent } from "../market/market_event.ts";
import type { AlertBody } from "../model/alert.ts";

const MOST = 10_000;

/** A change of an alert, and its number since the start: 1, 2, … */
export interface NumberedAlert {
  readonly number: number;
  readonly body: AlertBody;
}

/** What fired and resolved since the server's start, oldest first, numbered; the newest 10,000. */
export class AlertLog {
  #entries: NumberedAlert[] = [];
  #count = 0;

  take(event: MarketEvent): void {
    if (event.kind === "alert") this.add(event.change.body);
  }

  add(body: AlertBody): void {
    this.#entries.push({ number: ++this.#count, body });
    if (this.#entries.length > 1.1 * MOST) this.#entries = this.#entries.slice(-MOST);
  }

  /** Those behind a number, the oldest first. */
  after(number: number): readonly NumberedAlert[] {
    return this.#entries.filter((entry) => entry.number > number);
  }

  /** Excursions that fire now, by their ids. */
  get firing(): readonly AlertBody[] {
    const open = new Map<string, AlertBody>();
    for (const { body } of this.#entries) {
      if (body.state === "firing") open.set(body.id, body);
      else open.delete(body.id);
    }
    return [...open.values()];
  }
}
