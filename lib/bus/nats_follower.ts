import {
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  type OrderedConsumerOptions,
} from "@nats-io/jetstream";
import { type Clock, sleep } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { HeldMessage } from "./bus_message.ts";

/** Where a {@link NatsFollower} begins: with what was published from a time on, epoch ms; or with what comes from now on. */
export type FollowFrom = { readonly since: number } | "now";

export interface FollowOptions {
  /** May hold wildcards. */
  readonly subject: string;
  readonly from: FollowFrom;
  readonly onMessage: (message: HeldMessage) => void;
  /** All that the stream held is in; called again after the broker was away. */
  readonly onCaughtUp: () => void;
  /** The machine's. */
  readonly clock: Clock;
  readonly log: Log;
}

/** Between two attempts, local ms. */
const RETRY_MS = 500;
/** Messages on their way at once. */
const AHEAD = 200;

/**
 * Messages of a subject in the order of the stream, each once, as they come and until it is stopped. It goes on where
 * it was when the broker was away; a stream that was made anew is read from its beginning.
 */
export class NatsFollower {
  readonly #stream: string;
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #options: FollowOptions;
  readonly #stop = new AbortController();
  #messages: ConsumerMessages | undefined;
  #created: string | undefined;
  /** Of the newest message; undefined before the first. */
  #sequence: number | undefined;

  #isBehind = true;

  constructor(
    { js, jsm, stream }: {
      readonly js: JetStreamClient;
      readonly jsm: JetStreamManager;
      readonly stream: string;
    },
    options: FollowOptions,
  ) {
    this.#js = js;
    this.#jsm = jsm;
    this.#stream = stream;
    this.#options = options;
    void this.#run();
  }

  /** The stream has more than has come, as far as is known: not while it cannot be read. */
  get isBehind(): boolean {
    // Some may be here and wait for their turn.
    return this.#isBehind || (this.#messages?.getPending() ?? 0) > 0;
  }

  /** The connection is a new one: what the broker knew of us is gone. */
  restart(): void {
    this.#isBehind = true;
    this.#messages?.stop();
  }

  stop(): void {
    this.#stop.abort(new Error("stopped"));
    this.#messages?.stop();
  }

  async #run(): Promise<void> {
    const { clock, log, subject } = this.#options;
    const { signal } = this.#stop;
    let said = "";
    while (!signal.aborted) {
      try {
        await this.#follow();
        said = "";
      } catch (error) {
        const message = (error as Error).message;
        if (message !== said && !signal.aborted) {
          log.warn(`${subject} cannot be read for now: ${message}`);
        }
        said = message;
        this.#isBehind = false;
      }
      await sleep(clock, RETRY_MS, signal).catch(() => {});
    }
  }

  async #follow(): Promise<void> {
    const { subject, onCaughtUp } = this.#options;
    const consumer = await this.#js.consumers.get(this.#stream, {
      filter_subjects: subject,
      ...await this.#place(),
    });
    const { num_pending: pending } = await consumer.info(true);
    this.#isBehind = pending > 0;
    if (pending === 0) onCaughtUp();
    const messages = this.#messages = await consumer.consume({ max_messages: AHEAD });
    if (this.#stop.signal.aborted) messages.stop();
    for await (const message of messages) {
      this.#sequence = message.seq;
      const { pending } = message.info;
      this.#isBehind = pending > 0;
      this.#options.onMessage(heldOf(message));
      if (pending === 0) onCaughtUp();
    }
  }

  async #place(): Promise<Partial<OrderedConsumerOptions>> {
    const { created, state } = await this.#jsm.streams.info(this.#stream);
    const isAnew = this.#created !== undefined && this.#created !== created;
    this.#created = created;
    if (isAnew) return { deliver_policy: DeliverPolicy.All };
    const { from } = this.#options;
    if (from === "now") this.#sequence ??= state.last_seq;
    if (this.#sequence !== undefined) {
      // A broker that lost its newest messages gives their numbers again.
      const next = Math.min(this.#sequence, state.last_seq) + 1;
      return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: next };
    }
    return from === "now" ? {} : {
      deliver_policy: DeliverPolicy.StartTime,
      opt_start_time: new Date(from.since).toISOString(),
    };
  }
}

/** A message as a consumer is given it. */
export function heldOf(message: JsMsg): HeldMessage {
  return {
    sequence: message.seq,
    subject: message.subject,
    text: message.string(),
    time: message.time.getTime(),
  };
}
