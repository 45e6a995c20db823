import {
  createInbox,
  deadline,
  headers,
  type Msg,
  type NatsConnection,
} from "@nats-io/transport-node";
import type { BusMessage } from "./bus_message.ts";

/** Messages that are published together and wait for their acknowledgements. */
interface Group {
  left: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Messages that wait for the broker's acknowledgement at once; more of them are slower. */
const IN_FLIGHT = 50;
const ACKNOWLEDGE_MS = 5_000;

/**
 * Publishes to a stream. All acknowledgements come by one subscription, and a group of messages has one timer: a
 * request of the client for each message takes more than twice the processor time.
 */
export class NatsPublisher {
  readonly #connection: NatsConnection;
  readonly #stream: string;
  readonly #inbox = createInbox();
  readonly #waiting = new Map<string, Group>();
  #count = 0;

  constructor(connection: NatsConnection, stream: string) {
    this.#connection = connection;
    this.#stream = stream;
    connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => this.#receive(error, message),
    });
  }

  /** Publishes in order, some at once; resolves when the broker has acknowledged all. @throws where it does not. */
  async publish(messages: readonly BusMessage[]): Promise<void> {
    for (let first = 0; first < messages.length; first += IN_FLIGHT) {
      await this.#together(messages.slice(first, first + IN_FLIGHT));
    }
  }

  /** What waits is not taken: the broker has said so. */
  refuse(error: Error): void {
    for (const group of this.#waiting.values()) group.reject(error);
  }

  async #together(messages: readonly BusMessage[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const group = { left: messages.length, resolve, reject };
    const replies: string[] = [];
    try {
      for (const message of messages) replies.push(this.#send(message, group));
      await deadline(promise, ACKNOWLEDGE_MS);
    } finally {
      for (const reply of replies) this.#waiting.delete(reply);
    }
  }

  #send({ subject, id, text }: BusMessage, group: Group): string {
    const reply = `${this.#inbox}.${this.#count++}`;
    const hints = headers();
    hints.set("Nats-Expected-Stream", this.#stream);
    if (id !== undefined) hints.set("Nats-Msg-Id", id);
    this.#waiting.set(reply, group);
    this.#connection.publish(subject, text, { reply, headers: hints });
    return reply;
  }

  #receive(error: Error | null, message: Msg): void {
    if (error !== null) return this.refuse(error);
    const group = this.#waiting.get(message.subject);
    if (group === undefined) return;
    this.#waiting.delete(message.subject);
    const refusal = refusalIn(message, this.#stream);
    if (refusal !== undefined) return group.reject(new Error(refusal));
    if (--group.left === 0) group.resolve();
  }
}

/** Why the broker did not take a message; undefined where it did. */
function refusalIn(message: Msg, stream: string): string | undefined {
  // Nobody has listened: no stream takes the subject.
  if (message.headers?.hasError) return `no stream takes it (${message.headers.code})`;
  const { error, stream: by } = acknowledgementIn(message);
  if (error !== undefined) return error.description;
  if (by === undefined) return "its answer cannot be read";
  return by === stream ? undefined : `the stream ${by} has taken it`;
}

interface Acknowledgement {
  readonly stream?: string;
  readonly error?: { readonly description: string };
}

/** Whoever may publish to the inbox can send anything: what is no JSON is no acknowledgement. */
function acknowledgementIn(message: Msg): Acknowledgement {
  try {
    return message.json<Acknowledgement | null>() ?? {};
  } catch {
    return {};
  }
}
