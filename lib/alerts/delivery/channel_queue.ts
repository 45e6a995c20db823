import type { ChannelStatus, DeliveryReceipt, DeliveryState } from "../../model/delivery.ts";
import { HOUR, MINUTE, SECOND } from "../../model/time.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { Random } from "../../runtime/random.ts";
import type { StoredDelivery } from "../../store/store.ts";
import type { Channel } from "../channels/channel.ts";
import type { MessageItem } from "../channels/message.ts";
import type { Outcome } from "../channels/outcome.ts";
import { itemOfRow, wasCutOff } from "./delivery_rows.ts";
import { nextBatch } from "./next_batch.ts";
import { retryDelay } from "./retry_delay.ts";
import { SendPace } from "./send_pace.ts";

/** What a {@link ChannelQueue} needs. */
export interface ChannelQueueOptions {
  /** The machine's own clock. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Keeps rows as they are now. Never rejects. */
  readonly keep: (rows: readonly StoredDelivery[]) => Promise<void>;
  readonly onReceipt: (receipt: DeliveryReceipt) => void;
  /** What the channel answered to the message of this alert that said it fires. */
  readonly firstReceipt: (alert: string, channel: string) => string | undefined;
}

/** Messages waiting for one channel; the oldest goes when there are more. */
export const QUEUE_CAPACITY = 1_000;
/** Alerts of so long share a message to a chat. */
export const GROUP_MS = 5 * SECOND;
/** A message that is older says so. */
export const LATE_MS = 5 * MINUTE;
/** So long a message is tried. */
const GIVE_UP_MS = HOUR;

/** A message that waits, or is on its way. */
interface Entry {
  row: StoredDelivery;
  readonly item: MessageItem;
  readonly alert: string;
  /** Monotonic ms; before the process began for one of an earlier process. */
  readonly createdAt: number;
  readonly deadline: number;
  isSending: boolean;
  attempts: number;
  dueAt: number;
}

/** How a message came to its end. */
interface End {
  readonly state: Extract<DeliveryState, "delivered" | "perhaps" | "failed">;
  readonly text: string;
}

/** Delivers the messages of one channel, each once, at the channel's pace. */
export class ChannelQueue {
  readonly #channel: Channel;
  readonly #options: ChannelQueueOptions;
  readonly #pace: SendPace;
  readonly #openedAt: number;
  readonly #stop = new AbortController();
  readonly #entries = new Set<Entry>();
  readonly #sending = new Set<Promise<void>>();
  readonly #counts = { delivered: 0, perhaps: 0, failed: 0, dropped: 0 };
  #pausedUntil = -Infinity;
  #disabled: string | undefined;
  #timer: Timer | undefined;
  #isPressed = false;
  #onSettled: () => void = () => {};

  constructor(channel: Channel, options: ChannelQueueOptions) {
    this.#channel = channel;
    this.#options = options;
    this.#pace = new SendPace(channel.pace);
    this.#openedAt = options.clock.monotonic();
  }

  get status(): ChannelStatus {
    const { name, kind, host } = this.#channel;
    const { delivered, perhaps, failed, dropped } = this.#counts;
    const isPaused = this.#pausedUntil > this.#options.clock.monotonic();
    return {
      name,
      kind,
      host,
      state: this.#disabled !== undefined ? "disabled" : isPaused ? "paused" : "ready",
      reason: this.#disabled,
      waiting: this.#entries.size,
      delivered,
      perhaps,
      failed,
      dropped,
    };
  }

  /** Delivers rows that were kept: new ones, or those that an earlier process left. Never throws. */
  add(rows: readonly StoredDelivery[]): void {
    const ended: StoredDelivery[] = [];
    for (const row of rows) {
      const entry = this.#entryOf(row);
      if (typeof entry === "string") {
        ended.push(this.#endRow(row, { state: "failed", text: entry }));
      } else if (wasCutOff(row) && !this.#channel.isDeduplicating) {
        const text = "the process ended while it was sent; it may have arrived";
        ended.push(this.#endRow(row, { state: "perhaps", text }));
      } else if (this.#disabled !== undefined) {
        ended.push(this.#endRow(row, { state: "failed", text: disabledText(this.#disabled) }));
      } else {
        this.#entries.add(entry);
        this.#report(entry, "waiting", "");
      }
    }
    ended.push(...this.#dropOldest());
    if (ended.length > 0) void this.#options.keep(ended);
    this.#run();
  }

  /** Sends at once what has not been tried; resolves when nothing more can be sent without waiting for a retry. */
  async flush(): Promise<void> {
    this.#isPressed = true;
    try {
      const settled = new Promise<void>((resolve) => this.#onSettled = resolve);
      this.#run();
      await settled;
    } finally {
      this.#isPressed = false;
    }
  }

  /** Breaks off what is on its way. @returns how many messages have not come to their end. */
  async close(): Promise<number> {
    this.#timer?.cancel();
    this.#stop.abort(new Error("the alerts were closed"));
    await Promise.all(this.#sending);
    return this.#entries.size;
  }

  /** @returns why it cannot be sent, or the entry. */
  #entryOf(row: StoredDelivery): Entry | string {
    const item = itemOfRow(row);
    if (item === undefined) return "its row in the store is damaged";
    const { clock } = this.#options;
    const [now, wall] = [clock.monotonic(), clock.now()];
    const createdAt = now - Math.max(0, wall - row.created);
    const wait = this.#channel.isChat && row.attempts === 0
      ? createdAt + GROUP_MS
      : now + Math.min(GIVE_UP_MS, Math.max(0, (row.nextAt ?? wall) - wall));
    return {
      row,
      item,
      alert: row.alert,
      createdAt,
      // A process that was away has its own hour.
      deadline: Math.max(createdAt, this.#openedAt) + GIVE_UP_MS,
      isSending: false,
      attempts: row.attempts,
      dueAt: wait,
    };
  }

  #dropOldest(): StoredDelivery[] {
    const dropped: StoredDelivery[] = [];
    for (const entry of this.#entries) {
      if (this.#entries.size <= QUEUE_CAPACITY) break;
      if (entry.isSending) continue;
      this.#counts.dropped++;
      const text = `dropped: ${QUEUE_CAPACITY} newer messages wait for this channel`;
      dropped.push(this.#end(entry, { state: "failed", text }));
    }
    return dropped;
  }

  /** Begins what may begin now, and sets the timer for what comes next. */
  #run(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const { clock } = this.#options;
    const { isChat, parallel } = this.#channel;
    while (!this.#stop.signal.aborted && this.#sending.size < parallel) {
      const now = clock.monotonic();
      const { entries, at } = nextBatch(this.#entries, { now, isChat, isPressed: this.#isPressed });
      const from = Math.max(at, this.#pausedUntil, this.#pace.readyAt(now));
      if (from > now) {
        if (Number.isFinite(from)) this.#timer = clock.setTimer(() => this.#run(), from - now);
        if (entries.length === 0 || this.#pausedUntil > now) this.#settle();
        return;
      }
      this.#pace.take(now);
      const sending = this.#deliver(entries).finally(() => {
        this.#sending.delete(sending);
        this.#run();
      });
      this.#sending.add(sending);
    }
    if (this.#stop.signal.aborted) this.#settle();
  }

  #settle(): void {
    if (this.#sending.size === 0) this.#onSettled();
  }

  async #deliver(entries: readonly Entry[]): Promise<void> {
    const { clock, keep } = this.#options;
    const now = clock.monotonic();
    for (const entry of entries) {
      entry.isSending = true;
      entry.attempts++;
      entry.row = { ...entry.row, attempts: entry.attempts, nextAt: null };
      this.#report(entry, "sending", "");
    }
    // Kept before it is sent: a process that ends meanwhile leaves a trace of it.
    await keep(entries.map(({ row }) => row));
    let outcome: Outcome;
    try {
      outcome = await this.#send(entries, now);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      outcome = { kind: "refused", reason: "a defect of Comove kept it from being sent" };
      this.#options.log.error("A message could not be made", {
        channel: this.#channel.name,
        error,
      });
    }
    await keep(this.#take(entries, outcome));
  }

  #send(entries: readonly Entry[], now: number): Promise<Outcome> {
    const [first, ...others] = entries as readonly [Entry, ...Entry[]];
    const age = now - Math.min(...entries.map(({ createdAt }) => createdAt));
    const isFirst = entries.length > 1 || first.item.kind === "firing";
    return this.#channel.send({
      items: [first.item, ...others.map(({ item }) => item)],
      delayedMs: age > LATE_MS ? age : 0,
      firstReceipt: isFirst
        ? undefined
        : this.#options.firstReceipt(first.alert, this.#channel.name),
    }, this.#stop.signal);
  }

  /** What an outcome means for what was sent. @returns the rows as they are now. */
  #take(entries: readonly Entry[], outcome: Outcome): StoredDelivery[] {
    const now = this.#options.clock.monotonic();
    const end = (state: End["state"], text: string) =>
      entries.map((entry) => this.#end(entry, { state, text }));
    switch (outcome.kind) {
      case "delivered":
        this.#pause(now, outcome.pauseMs);
        return end("delivered", outcome.receipt);
      case "refused":
        return end("failed", outcome.reason);
      case "configure":
      case "gone":
        return this.#disable(entries, outcome.reason);
      case "unknown":
        if (!this.#channel.isDeduplicating) return end("perhaps", outcome.reason);
        return entries.map((entry) => this.#retry(entry, now, outcome.reason));
      case "retry": {
        const afterMs = outcome.isBusy === true ? this.#ownDelay(entries) : outcome.afterMs;
        this.#pause(now, afterMs);
        return entries.map((entry) => this.#retry(entry, now, outcome.reason, afterMs));
      }
    }
  }

  #ownDelay(entries: readonly Entry[]): number {
    const attempts = Math.max(...entries.map((entry) => entry.attempts));
    return retryDelay(attempts, this.#options.random());
  }

  #pause(now: number, forMs = 0): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, now + forMs);
  }

  #retry(entry: Entry, now: number, reason: string, afterMs?: number): StoredDelivery {
    if (this.#disabled !== undefined) {
      return this.#end(entry, { state: "failed", text: disabledText(this.#disabled) });
    }
    const delay = afterMs ?? this.#ownDelay([entry]);
    if (now + delay > entry.deadline) {
      const times = entry.attempts === 1 ? "one attempt" : `${entry.attempts} attempts`;
      return this.#end(entry, { state: "failed", text: `given up after ${times}: ${reason}` });
    }
    entry.isSending = false;
    entry.dueAt = now + delay;
    entry.row = { ...entry.row, nextAt: Math.ceil(this.#options.clock.now() + delay) };
    this.#report(entry, "waiting", reason);
    this.#options.log.warn("A message was not delivered and is tried again", {
      channel: this.#channel.name,
      alert: entry.alert,
      change: entry.item.kind,
      attempts: entry.attempts,
      inMs: delay,
      reason,
    });
    return entry.row;
  }

  /** Nothing more goes to this channel: what waits has come to its end, what is on its way comes to its own. */
  #disable(entries: readonly Entry[], reason: string): StoredDelivery[] {
    if (this.#disabled === undefined) {
      this.#disabled = reason;
      this.#options.log.error("A channel is disabled until the next start", {
        channel: this.#channel.name,
        reason,
      });
    }
    return [...this.#entries].filter((entry) => !entry.isSending || entries.includes(entry))
      .map((entry) => this.#end(entry, { state: "failed", text: disabledText(reason) }));
  }

  #end(entry: Entry, end: End): StoredDelivery {
    this.#entries.delete(entry);
    return this.#endRow(entry.row, end);
  }

  #endRow(row: StoredDelivery, { state, text }: End): StoredDelivery {
    const { clock, log, onReceipt } = this.#options;
    const { alert, channel, kind, attempts } = row;
    this.#counts[state]++;
    onReceipt({
      alert,
      channel,
      change: kind as DeliveryReceipt["change"],
      state,
      attempts,
      at: clock.now(),
      nextAt: null,
      text,
    });
    const fields = { channel, alert, change: kind, attempts, answer: text };
    if (state === "delivered") log.info("A message was delivered", fields);
    else if (state === "perhaps") log.warn("A message was perhaps delivered", fields);
    else log.error("A message was not delivered", fields);
    const isError = state === "failed";
    return {
      ...row,
      nextAt: null,
      receipt: isError ? null : state === "perhaps" ? `perhaps delivered: ${text}` : text,
      error: isError ? text : null,
    };
  }

  #report({ row, item, attempts }: Entry, state: DeliveryState, text: string): void {
    this.#options.onReceipt({
      alert: row.alert,
      channel: row.channel,
      change: item.kind,
      state,
      attempts,
      at: this.#options.clock.now(),
      nextAt: row.nextAt,
      text,
    });
  }
}

function disabledText(reason: string): string {
  return `the channel is disabled: ${reason}`;
}
