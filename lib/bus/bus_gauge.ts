import { type Clock, sleep } from "../runtime/clock.ts";
import type { StoreReader } from "../store/store.ts";
import { type BusLag, lagAt } from "./bus_lag.ts";
import { placeIn } from "./bus_place.ts";
import type { NatsClient, StreamReaders } from "./nats_client.ts";

/** What a {@link BusGauge} needs. */
export interface BusGaugeOptions {
  /** Called when figures are first wanted, and again after it failed. */
  readonly connect: () => Promise<NatsClient>;
  readonly stream: string;
  /** The store that a writer of the stream writes to; undefined where there is none, or none yet. */
  readonly store: () => Promise<Pick<StoreReader, "note"> | undefined>;
  /** The machine's. */
  readonly clock: Clock;
}

/** A broker and those who take from it, now. */
export interface BusFigures {
  /** Sequence of the newest message. */
  readonly end: number;
  readonly bytes: number;
  /** Of the store that is read here; undefined where no writer has come to it. */
  readonly writer: BusLag | undefined;
  readonly readers: StreamReaders;
}

/** A broker that takes longer is away, local ms. */
const PATIENCE_MS = 2_000;

/** Measures a stream by a connection of its own: its figures do not wait for a market. */
export class BusGauge implements AsyncDisposable {
  readonly #options: BusGaugeOptions;
  #client: Promise<NatsClient> | undefined;

  constructor(options: BusGaugeOptions) {
    this.#options = options;
  }

  /** Undefined where the broker is away. */
  async figures(): Promise<BusFigures | undefined> {
    const waiting = new AbortController();
    const late = sleep(this.#options.clock, PATIENCE_MS, waiting.signal).then(() => undefined);
    try {
      return await Promise.race([this.#measured(), late]);
    } catch {
      return undefined;
    } finally {
      late.catch(() => {});
      waiting.abort(new Error("measured"));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    await client?.close();
  }

  async #measured(): Promise<BusFigures> {
    const { stream, store, clock, connect } = this.#options;
    const connecting = this.#client ??= connect();
    const client = await connecting.catch((error) => {
      this.#client = undefined;
      throw error;
    });
    const [state, readers, reader] = await Promise.all([client.state(), client.readers(), store()]);
    const place = reader === undefined ? undefined : await placeIn(reader, stream, state.created);
    return {
      end: state.lastSequence,
      bytes: state.bytes,
      readers,
      writer: place === undefined ? undefined : await lagAt(client, place.sequence, state, clock),
    };
  }
}
