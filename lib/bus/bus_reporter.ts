import type { Market } from "../market/market.ts";
import type { MarketEvent } from "../market/market_event.ts";
import type { Sink } from "../market/sink.ts";
import type { Bar } from "../model/bar.ts";
import type { Venue } from "../model/instrument.ts";
import { SECOND } from "../model/time.ts";
import { type Clock, sleep, type Timer } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import { type BusEvent, eventMessage, isBusEvent } from "./bus_event.ts";
import { textOf } from "./bus_fields.ts";
import { stateText } from "./bus_state.ts";
import { momentSubjectOf } from "./bus_subject.ts";
import type { NatsClient } from "./nats_client.ts";

/** What a {@link BusReporter} needs. */
export interface BusReporterOptions {
  readonly client: Pick<NatsClient, "publish" | "publishMoment">;
  readonly clock: Clock;
  readonly log: Log;
  /** Id of this run: others may publish the same venues. */
  readonly publisher: string;
  /** Venue seconds per second. */
  readonly speed: number;
  /** Undefined before it is there. */
  readonly market: () => Pick<Market, "feeds" | "instruments" | "minuteGrid"> | undefined;
}

/** Events that wait for a broker that is away; then older ones are dropped. */
const CAPACITY = 100_000;
/** Between two states of a venue, local ms. */
const STATE_EVERY_MS = SECOND / 2;
/** Between two forming minutes of an instrument, local ms. */
const FORMING_EVERY_MS = SECOND / 10;
/** Waits after a refused event: doubled from the first to the last, local ms. */
const RETRY_MS = SECOND;
const RETRY_CAP_MS = 30 * SECOND;

/**
 * Publishes what is no row of a store: gaps, heals, labels, contracts and states of connections as messages that the
 * stream keeps; and, for those who listen at the moment, how each venue fares and the minutes that are forming.
 */
export class BusReporter implements Sink {
  readonly name = "bus events";
  readonly capacity = CAPACITY;
  readonly #options: BusReporterOptions;
  readonly #forming = new Map<string, Bar>();
  readonly #end = new AbortController();
  /** Ends the wait before another attempt. */
  #again = new AbortController();
  #timer: Timer | undefined;
  #stateDue = 0;

  constructor(options: BusReporterOptions) {
    this.#options = options;
    this.#tick();
  }

  /** Trades and minutes, which are most of the events, pass without a promise: they are rows of the other sink. */
  take(event: MarketEvent): void | Promise<void> {
    if (event.kind === "forming") this.#forming.set(event.instrument, event.bar);
    else if (isBusEvent(event)) return this.#keep(event);
  }

  /** The broker has come back: an event that waits for another attempt is published now. */
  tryNow(): void {
    this.#again.abort();
    this.#again = new AbortController();
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#end.abort(new Error("the bus is closed"));
    this.#timer?.cancel();
    this.#sayStates();
    return Promise.resolve();
  }

  /** Publishes an event until the broker has taken it. */
  async #keep(event: BusEvent): Promise<void> {
    const venue = this.#venueOf(event);
    if (venue === undefined) return;
    const { client, clock, log } = this.#options;
    const message = eventMessage(event, venue);
    for (let waitMs = RETRY_MS;; waitMs = Math.min(RETRY_CAP_MS, waitMs * 2)) {
      try {
        return await client.publish([message]);
      } catch (error) {
        if (waitMs === RETRY_MS) {
          log.warn(`An event cannot be published for now: ${(error as Error).message}`);
        }
        await sleep(clock, waitMs, AbortSignal.any([this.#end.signal, this.#again.signal]))
          .catch((reason) => {
            if (this.#end.signal.aborted) throw reason;
          });
      }
    }
  }

  #venueOf(event: BusEvent): Venue | undefined {
    if ("venue" in event) return event.venue;
    return this.#options.market()?.instruments.find(({ id }) => id === event.instrument)?.venue;
  }

  #tick(): void {
    const { clock } = this.#options;
    this.#timer = clock.setTimer(() => this.#tick(), FORMING_EVERY_MS);
    this.#sayForming();
    if (clock.monotonic() < this.#stateDue) return;
    this.#stateDue = clock.monotonic() + STATE_EVERY_MS;
    this.#sayStates();
  }

  #sayForming(): void {
    const { client, market } = this.#options;
    const instruments = market()?.instruments ?? [];
    for (const [instrument, bar] of this.#forming) {
      const venue = instruments.find(({ id }) => id === instrument)?.venue;
      if (venue === undefined) continue;
      client.publishMoment(momentSubjectOf(venue, instrument), textOf({ bar }));
    }
    this.#forming.clear();
  }

  #sayStates(): void {
    const { client, publisher, speed } = this.#options;
    const market = this.#options.market();
    if (market === undefined) return;
    for (const feed of market.feeds) {
      const { venue, instruments } = feed;
      const state = {
        publisher,
        speed,
        timeAtLeast: feed.venueTimeAtLeast(),
        instruments,
        begins: instruments.map(({ id }) => ({ instrument: id, from: market.minuteGrid(id).start }))
          .filter(({ from }) => Number.isFinite(from)),
        feed: feed.snapshot(),
      };
      client.publishMoment(momentSubjectOf(venue), stateText(state));
    }
  }
}
