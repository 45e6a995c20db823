import type { FeedEvent } from "../model/feed_event.ts";
import type { Source, Venue } from "../model/instrument.ts";
import type { Log } from "../runtime/log.ts";
import { clockNoteOf, messageOf, stateOf, type StatusFacts } from "./market_status.ts";

/**
 * Says aloud what nobody may miss: that no venue delivers any more, that one does again, and that the
 * local clock is off. Each is said once.
 */
export class MarketAlarm {
  readonly #source: Source;
  readonly #log: Log;
  readonly #warnedClocks = new Set<Venue>();
  #isDown = false;

  constructor(options: { readonly source: Source; readonly log: Log }) {
    this.#source = options.source;
    this.#log = options.log;
  }

  /** Looks at the venues after one changed its state; gives what is to be told, if anything is. */
  outage(
    facts: StatusFacts,
  ): { readonly isDown: boolean; readonly message: string } | undefined {
    const state = stateOf(facts.venues, false);
    const isDown = state === "down";
    if (isDown === this.#isDown) return undefined;
    this.#isDown = isDown;
    const whole = messageOf(state, facts);
    const message = isDown ? whole : `Data again. ${whole}`;
    if (isDown) this.#log.error(message);
    else this.#log.info(message);
    return { isDown, message };
  }

  /** Warns when the local clock is surely off from a real venue's. */
  clock(event: Extract<FeedEvent, { kind: "clock" }>): void {
    const { venue, offsetMs, uncertaintyMs } = event;
    if (this.#source !== "live" || this.#warnedClocks.has(venue)) return;
    const [note] = clockNoteOf({
      venue,
      clockOffsetMs: offsetMs,
      clockUncertaintyMs: uncertaintyMs,
    });
    if (note === undefined) return;
    this.#warnedClocks.add(venue);
    this.#log.warn(note, { offsetMs, uncertaintyMs });
  }
}
