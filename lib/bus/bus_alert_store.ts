import { deliveryKey } from "../store/delivery_key.ts";
import type { AlertStore } from "../store/late_store.ts";
import type { StoreBatch, StoreChange, StoredDelivery, StoreReader } from "../store/store.ts";
import { alertBatchOf, alertMessage, alertSubjects, isAlertNote, storeNote } from "./bus_alerts.ts";
import { BusFormatError } from "./bus_fields.ts";
import type { HeldMessage } from "./bus_message.ts";
import type { NatsClient } from "./nats_client.ts";

/** What a {@link BusAlertStore} needs. */
export interface BusAlertStoreOptions {
  readonly client: Pick<NatsClient, "publish" | "last" | "held">;
  /** See `shareOf`. */
  readonly share: string;
  /** What the stream has let go of is read there. @default nowhere */
  readonly reader: Pick<StoreReader, "deliveries" | "note"> | undefined;
}

/** Deliveries that are remembered; older ones are over. */
const MOST = 20_000;

/**
 * Where a market over a bus keeps what its alerts came to: in the stream, from where the writer brings it to the store,
 * since a store has one writer. What an earlier run left is read there, and behind it in the store.
 */
export class BusAlertStore implements AlertStore {
  readonly #options: BusAlertStoreOptions;
  readonly #deliveries = new Map<string, StoredDelivery>();
  readonly #notes = new Map<string, string>();

  private constructor(options: BusAlertStoreOptions) {
    this.#options = options;
  }

  /** Reads what an earlier run has left in the stream. @throws {MarketError} `bus-unreachable` */
  static async open(options: BusAlertStoreOptions): Promise<BusAlertStore> {
    const { client, share } = options;
    const store = new BusAlertStore(options);
    const subjects = alertSubjects(share);
    let newest = 0;
    for await (const page of client.held(subjects.alerts, 0)) {
      for (const message of page) store.#remember(message);
      newest = page.at(-1)?.sequence ?? newest;
    }
    const judged = await client.last(subjects.judged);
    if (judged !== undefined && judged.sequence > newest) store.#remember(judged);
    return store;
  }

  async deliveries(): Promise<readonly StoredDelivery[]> {
    const stored = await this.#options.reader?.deliveries() ?? [];
    const all = new Map(stored.map((row) => [deliveryKey(row), row]));
    for (const [key, row] of this.#deliveries) all.set(key, row);
    return [...all.values()];
  }

  /** Rules that were changed while a market was open are none of its notes: over a bus they last for the run. */
  async note(name: string): Promise<string | undefined> {
    const { reader, share } = this.#options;
    if (!isAlertNote(name)) return undefined;
    return this.#notes.get(name) ?? await reader?.note(storeNote(name, share));
  }

  async write(batch: StoreBatch): Promise<StoreChange> {
    const { client, share } = this.#options;
    await client.publish([alertMessage(batch, share)]);
    return { bars: 0, revisions: 0, trades: 0 };
  }

  /** A damaged message is left out: what it said is said again with the next one, or was over. */
  #remember({ subject, text }: HeldMessage): void {
    try {
      const { deliveries = [], notes = {} } = alertBatchOf(subject, text)?.batch ?? {};
      for (const row of deliveries) {
        this.#deliveries.delete(deliveryKey(row));
        this.#deliveries.set(deliveryKey(row), row);
      }
      for (const [name, note] of Object.entries(notes)) this.#notes.set(name, note);
    } catch (error) {
      if (!(error instanceof BusFormatError)) throw error;
    }
    for (const key of this.#deliveries.keys()) {
      if (this.#deliveries.size <= MOST) break;
      this.#deliveries.delete(key);
    }
  }
}
