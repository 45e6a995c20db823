import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Store, StoreBatch, StoreChange } from "../store/store.ts";
import { type BusLag, lagAt } from "./bus_lag.ts";
import { type BusPlace, placeIn, placeNote } from "./bus_place.ts";
import { storedAlertsOf } from "./bus_alerts.ts";
import { BusFormatError } from "./bus_fields.ts";
import { batchOf, type HeldMessage } from "./bus_message.ts";
import { mergedBatch } from "./merged_batch.ts";
import type { NatsClient } from "./nats_client.ts";

/** What a {@link BusWriter} needs. */
export interface BusWriterOptions {
  readonly client: Pick<NatsClient, "read" | "state" | "place" | "at">;
  readonly store: Pick<Store, "write" | "note">;
  /** Of the stream: a store may be fed by more than one. */
  readonly stream: string;
  readonly log: Log;
}

/** Messages of one transaction: of 500 rows each at most, and some rows each while a market goes on. */
const MOST = 500;

/**
 * Brings what a broker holds into a store, each message once: the store itself knows how far it has come, by a note in
 * the transaction of the rows. Killed at any moment, it goes on from there.
 */
export class BusWriter {
  readonly #options: BusWriterOptions;
  #place: BusPlace | undefined;
  #refused = 0;

  constructor(options: BusWriterOptions) {
    this.#options = options;
  }

  /** Messages of no form that this version knows, or of rows that no store can hold; they are left out. */
  get refused(): number {
    return this.#refused;
  }

  /** How far the store is behind the stream. */
  async lag(clock: Pick<Clock, "now">): Promise<BusLag> {
    const { client } = this.#options;
    return await lagAt(client, this.#place?.sequence ?? 0, await client.state(), clock);
  }

  /**
   * Writes what there is next; waits a second for it.
   *
   * @returns what that changed; undefined where nothing came.
   * @throws where the broker or the store refuses: the same messages come again with the next turn.
   */
  async turn(): Promise<StoreChange | undefined> {
    const { client, store, stream, log } = this.#options;
    const place = this.#place ??= await this.#begin();
    const messages = await client.read(place.sequence + 1, MOST);
    const last = messages.at(-1);
    if (last === undefined) return undefined;
    const first = messages[0]!.sequence;
    if (first > place.sequence + 1) {
      log.error("The broker let go of messages before they were stored; the venues have them", {
        from: place.sequence + 1,
        to: first,
      });
    }
    const next = { created: place.created, sequence: last.sequence };
    const batch = this.#merged(messages);
    const change = await store.write({
      ...batch,
      notes: { ...batch.notes, [placeNote(stream)]: JSON.stringify(next) },
    });
    this.#place = next;
    return change;
  }

  async #begin(): Promise<BusPlace> {
    const { client, store, stream } = this.#options;
    const { created } = await client.state();
    return await placeIn(store, stream, created) ?? { created, sequence: 0 };
  }

  /** All of the messages as one batch. */
  #merged(messages: readonly HeldMessage[]): StoreBatch {
    const parts: StoreBatch[] = [];
    for (const { subject, text, sequence } of messages) {
      try {
        const part = batchOf(subject, text) ?? storedAlertsOf(subject, text);
        if (part !== undefined) parts.push(part);
      } catch (error) {
        if (!(error instanceof BusFormatError || error instanceof RangeError)) throw error;
        this.#refused++;
        this.#options.log.warn(`A message cannot be read: ${error.message}`, { subject, sequence });
      }
    }
    return mergedBatch(parts);
  }
}
