import type { DeliveryReceipt, DeliveryStatus } from "../model/delivery.ts";
import { SECOND } from "../model/time.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import { type Log, silentLog } from "../runtime/log.ts";
import { type Random, systemRandom } from "../runtime/random.ts";
import type { Store, StoreBatch, StoredDelivery } from "../store/store.ts";
import type { AlertOutbox, AlertRecord } from "./alert_outbox.ts";
import type { Channel } from "./channels/channel.ts";
import { deliveryKey } from "../store/delivery_key.ts";
import { alertRowOf, isOver, rowsOf } from "./delivery/delivery_rows.ts";
import { ChannelQueue } from "./delivery/channel_queue.ts";
import { checkpointNotes } from "./delivery/checkpoint.ts";

/** What an {@link Outbox} needs. */
export interface OutboxOptions {
  readonly channels: readonly Channel[];
  /** Where rows of alerts and deliveries are kept. @default in memory, for the run */
  readonly store?: Pick<Store, "write"> | undefined;
  /** Rows that earlier processes left. @default none */
  readonly left?: readonly StoredDelivery[];
  /** The machine's own clock. */
  readonly clock: Clock;
  readonly random?: Random;
  readonly log?: Log;
  /** Called at each step of each message. */
  readonly onReceipt?: (receipt: DeliveryReceipt) => void;
}

/** A slow channel is no failure of a flush: shorter than what a market gives its sinks. */
const FLUSH_MS = 4 * SECOND;
/** Receipts in the status. */
const MAX_RECEIPTS = 200;
/** Messages that are known, so that none goes out twice; an excursion is over long before. */
const MAX_KNOWN = 20_000;

/**
 * Sees to it that each change of an alert reaches each of its channels once. Its rows are written together with the
 * alert; what is on its way when the process ends is taken up by the next one, where there is a store.
 */
export class Outbox implements AlertOutbox {
  readonly #options: OutboxOptions;
  readonly #log: Log;
  readonly #queues: ReadonlyMap<string, ChannelQueue>;
  readonly #known = new Set<string>();
  /** Receipts of first messages, by `deliveryKey`. */
  readonly #firsts = new Map<string, string>();
  readonly #receipts = new Map<string, DeliveryReceipt>();
  readonly #writing = new Set<Promise<void>>();

  constructor(options: OutboxOptions) {
    const { channels, clock, random = systemRandom, log = silentLog, left = [] } = options;
    this.#options = options;
    this.#log = log;
    this.#queues = new Map(channels.map((channel) => [
      channel.name,
      new ChannelQueue(channel, {
        clock,
        random,
        log,
        keep: (rows) => this.#keep(rows),
        onReceipt: (receipt) => this.#received(receipt),
        firstReceipt: (alert, channel) =>
          this.#firsts.get(deliveryKey({ alert, channel, kind: "firing" })),
      }),
    ]));
    for (const row of left) this.#remember(row);
    this.#deliver(left.filter((row) => !isOver(row)));
  }

  get status(): DeliveryStatus {
    return {
      channels: [...this.#queues.values()].map(({ status }) => status),
      receipts: [...this.#receipts.values()],
    };
  }

  async record({ changes, states, judgedTo, watched }: AlertRecord): Promise<void> {
    const now = this.#options.clock.now();
    const rows = changes.flatMap((change) => rowsOf(change, now))
      .filter((row) => !this.#known.has(deliveryKey(row)));
    for (const row of rows) this.#remember(row);
    await this.#write({
      // The newest state of each alert.
      alerts: [...new Map(changes.map((change) => [change.body.id, alertRowOf(change)])).values()],
      deliveries: rows,
      notes: checkpointNotes({ states, judgedTo, watched }),
    });
    // Where the disk refuses, a message is still worth more than its row.
    this.#deliver(rows);
  }

  async flush(): Promise<void> {
    const isDone = new AbortController();
    const late = sleep(this.#options.clock, FLUSH_MS, isDone.signal).catch(() => {});
    const flushed = Promise.all([...this.#queues.values()].map((queue) => queue.flush()));
    await Promise.race([flushed, late]);
    isDone.abort();
  }

  async close(): Promise<void> {
    const left = await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    await Promise.all(this.#writing);
    const messages = left.reduce((sum, one) => sum + one, 0);
    if (messages === 0) return;
    const isKept = this.#options.store !== undefined;
    const what = isKept
      ? "Messages wait in the store for the next start"
      : "Messages were not delivered before the end";
    this.#log[isKept ? "info" : "warn"](what, { messages });
  }

  #deliver(rows: readonly StoredDelivery[]): void {
    for (const [name, own] of Map.groupBy(rows, ({ channel }) => channel)) {
      const queue = this.#queues.get(name);
      if (queue !== undefined) queue.add(own);
      else this.#failAll(own, `alerts.channels has no ${name} any more`);
    }
  }

  #failAll(rows: readonly StoredDelivery[], error: string): void {
    void this.#keep(rows.map((row) => ({ ...row, nextAt: null, error })));
    this.#log.error("Messages were not delivered", { messages: rows.length, reason: error });
  }

  #keep(deliveries: readonly StoredDelivery[]): Promise<void> {
    return this.#write({ deliveries });
  }

  #write(batch: StoreBatch): Promise<void> {
    const writing = this.#tryToWrite(batch).finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
    return writing;
  }

  /** Never rejects: what is not kept is delivered all the same. */
  async #tryToWrite(batch: StoreBatch): Promise<void> {
    try {
      await this.#options.store?.write(batch);
    } catch (error) {
      this.#log.error("The store did not take alerts; after a restart they may come again", {
        error,
      });
    }
  }

  #remember(row: StoredDelivery): void {
    this.#known.add(deliveryKey(row));
    if (row.receipt !== null && row.kind === "firing") {
      this.#firsts.set(deliveryKey(row), row.receipt);
    }
    trim(this.#known, MAX_KNOWN);
    trim(this.#firsts, MAX_KNOWN);
  }

  #received(receipt: DeliveryReceipt): void {
    const { alert, channel, change, state, text } = receipt;
    const key = deliveryKey({ alert, channel, kind: change });
    this.#receipts.delete(key);
    this.#receipts.set(key, receipt);
    trim(this.#receipts, MAX_RECEIPTS);
    if (change === "firing" && state === "delivered") {
      this.#firsts.set(key, text);
      trim(this.#firsts, MAX_KNOWN);
    }
    this.#options.onReceipt?.(receipt);
  }
}

/** Lets go of the oldest. */
function trim(kept: Set<string> | Map<string, unknown>, most: number): void {
  if (kept.size <= most) return;
  for (const key of kept.keys()) {
    kept.delete(key);
    return;
  }
}
