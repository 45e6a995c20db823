import {
  type Consumer,
  DeliverPolicy,
  DiscardPolicy,
  jetstream,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamInfo,
} from "@nats-io/jetstream";
import { connect, errors, nanos, type NatsConnection } from "@nats-io/transport-node";
import { MarketError } from "../model/errors.ts";
import type { Log } from "../runtime/log.ts";
import { ignoreStrayResets } from "../runtime/stray_resets.ts";
import type { BusMessage, HeldMessage } from "./bus_message.ts";
import { ALL_SUBJECTS } from "./bus_subject.ts";
import { type FollowOptions, heldOf, NatsFollower } from "./nats_follower.ts";
import { NatsPublisher } from "./nats_publisher.ts";

/** What a stream is now. */
export interface StreamState {
  /** Tells a stream from one of the same name that was made anew. */
  readonly created: string;
  readonly firstSequence: number;
  /** 0 for one that holds nothing and never did. */
  readonly lastSequence: number;
  readonly bytes: number;
  /** When the broker took the newest message, epoch ms UTC; undefined where there is none. */
  readonly lastTime: number | undefined;
}

/** Who takes from a stream: each reader and each subject that it follows counts once. */
export interface StreamReaders {
  readonly count: number;
  /** Messages that the one which is furthest behind has not been sent yet. */
  readonly mostPending: number;
}

/** How a broker is reached. */
export interface NatsOptions {
  /** `nats://user:password@host:4222`, with its secrets. */
  readonly url: string;
  /** Of the stream; made where it is not there. */
  readonly stream: string;
  /** What the broker's list of connections shows. */
  readonly name: string;
  readonly log: Log;
}

const MS_A_DAY = 86_400_000;
/** A stream that we make keeps a week, and 8 GB at most. */
const KEEP_MS = 7 * MS_A_DAY;
export const STREAM_BYTES = 8_000_000_000;
/** The same message within this time is taken once. */
const SAME_WITHIN_MS = 600_000;
/** Messages of one answer. */
const PAGE = 500;
const CONNECT_MS = 5_000;
const ACKNOWLEDGE_MS = 5_000;
/** Between two attempts to connect anew. */
const RECONNECT_MS = 500;

/** A connection to a broker that is made again for ever, and one stream of it. */
export class NatsClient {
  readonly #connection: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #stream: string;
  readonly #publisher: NatsPublisher;
  readonly #followers = new Set<NatsFollower>();
  readonly #callbacks = new Set<() => void>();
  #isConnected = true;
  readonly place: string;

  private constructor(
    connection: NatsConnection,
    jsm: JetStreamManager,
    { stream, url }: NatsOptions,
  ) {
    this.#connection = connection;
    this.#js = jetstream(connection);
    this.#jsm = jsm;
    this.#stream = stream;
    this.#publisher = new NatsPublisher(connection, stream);
    this.place = `${placeOf(url)} ${stream}`;
  }

  /**
   * Connects, and sees that there is a stream that takes our subjects; one that is there is never changed.
   *
   * @throws {MarketError} `bus-unreachable`, `bus-denied`, `bus-stream`, saying why and what next.
   */
  static async connect(options: NatsOptions): Promise<NatsClient> {
    const { url, log } = options;
    const place = placeOf(url);
    const connection = await connectNats(options);
    try {
      const jsm = await jetstreamManager(connection);
      const client = new NatsClient(connection, jsm, options);
      void client.#watch(log);
      await client.#sureStream(log);
      return client;
    } catch (error) {
      await connection.close();
      throw streamRefusal(place, options.stream, error);
    }
  }

  /**
   * Publishes in order, some at once; resolves when the broker has acknowledged all.
   *
   * @throws where it does not; at once while it is away, for the client would keep each attempt until it is back.
   */
  async publish(messages: readonly BusMessage[]): Promise<void> {
    if (!this.#isConnected) {
      throw new MarketError("bus-unreachable", "retry", `The broker ${this.place} is away.`);
    }
    await this.#publisher.publish(messages);
  }

  /** The newest message of a subject; undefined where there is none. */
  async last(subject: string): Promise<HeldMessage | undefined> {
    const found = await this.#asked(() =>
      this.#jsm.streams.getMessage(this.#stream, { last_by_subj: subject })
    );
    if (found === null) return undefined;
    const { seq: sequence, subject: of, time } = found;
    return { sequence, subject: of, text: found.string(), time: time.getTime() };
  }

  /** The message of a place in the stream; undefined where the broker has let go of it. */
  async at(sequence: number): Promise<HeldMessage | undefined> {
    const found = await this.#asked(() =>
      this.#jsm.streams.getMessage(this.#stream, { seq: sequence })
    );
    if (found === null) return undefined;
    return { sequence, subject: found.subject, text: found.string(), time: found.time.getTime() };
  }

  /** Who takes from the stream now. */
  async readers(): Promise<StreamReaders> {
    const all = await this.#asked(() => Array.fromAsync(this.#jsm.consumers.list(this.#stream)));
    const pending = all.map(({ num_pending }) => num_pending);
    return { count: all.length, mostPending: Math.max(0, ...pending) };
  }

  async state(): Promise<StreamState> {
    return stateOf(await this.#asked(() => this.#jsm.streams.info(this.#stream)));
  }

  /**
   * Some messages from a place in the stream on; waits a second for the first. What the stream has let go of is left
   * out.
   */
  async read(from: number, most: number): Promise<HeldMessage[]> {
    const consumer = await this.#js.consumers.get(this.#stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
    });
    try {
      return await fetched(consumer, most, 1_000);
    } finally {
      // The broker keeps it for minutes otherwise, and would count it among the readers.
      void consumer.delete().catch(() => {});
    }
  }

  /** What the stream holds of a subject since a time, epoch ms by the broker's clock, in order and in pages. */
  async *held(subject: string, since: number): AsyncGenerator<readonly HeldMessage[]> {
    const consumer = await this.#asked(() =>
      this.#js.consumers.get(this.#stream, {
        filter_subjects: subject,
        deliver_policy: DeliverPolicy.StartTime,
        opt_start_time: new Date(since).toISOString(),
      })
    );
    for (let { num_pending: left } = await consumer.info(true); left > 0;) {
      const page = await this.#asked(async () => {
        const found = await fetched(consumer, Math.min(left, PAGE), ACKNOWLEDGE_MS);
        if (found.length === 0) throw new Error("no message came");
        return found;
      });
      left -= page.length;
      yield page;
    }
  }

  /** Subjects under which the stream holds something. */
  async subjects(): Promise<string[]> {
    const info = await this.#asked(() =>
      this.#jsm.streams.info(this.#stream, { subjects_filter: ALL_SUBJECTS })
    );
    return Object.keys(info.state.subjects ?? {});
  }

  /** Messages of a subject as they come, until it is stopped. */
  follow(options: FollowOptions): { readonly isBehind: boolean; stop(): void } {
    const follower = new NatsFollower({
      js: this.#js,
      jsm: this.#jsm,
      stream: this.#stream,
    }, options);
    this.#followers.add(follower);
    return {
      get isBehind() {
        return follower.isBehind;
      },
      stop: () => {
        this.#followers.delete(follower);
        follower.stop();
      },
    };
  }

  /** False while the broker is away. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Calls back when the broker goes and when it is back, until the returned function is called. */
  onConnection(callback: () => void): () => void {
    this.#callbacks.add(callback);
    return () => void this.#callbacks.delete(callback);
  }

  /** Publishes what no stream keeps; nothing while the broker is away. */
  publishMoment(subject: string, text: string): void {
    if (this.#isConnected) this.#connection.publish(subject, text);
  }

  /** What is published so from now on, until the returned function is called. @param subject may hold wildcards */
  onMoment(subject: string, callback: (subject: string, text: string) => void): () => void {
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) callback(message.subject, message.string());
      },
    });
    return () => subscription.unsubscribe();
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    for (const follower of this.#followers) follower.stop();
    this.#followers.clear();
    await this.#connection.close();
  }

  /** A broker that goes away while it is asked may come back. @throws {MarketError} `bus-unreachable` */
  async #asked<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new MarketError(
        "bus-unreachable",
        "retry",
        `The broker ${this.place} did not answer: ${message}. It is tried again; look whether it runs.`,
        { cause: error },
      );
    }
  }

  async #watch(log: Log): Promise<void> {
    let isRefused = false;
    for await (const status of this.#connection.status()) {
      if (status.type === "error" && isPublishRefusal(status.error)) {
        this.#publisher.refuse(status.error);
      }
      if (status.type === "error" && !this.#isConnected && !isRefused) {
        isRefused = true;
        log.warn(`The broker ${this.place} refuses us: ${status.error.message}; it is tried again`);
      }
      if (status.type !== "disconnect" && status.type !== "reconnect") continue;
      const isConnected = status.type === "reconnect";
      // An attempt that is refused is reported as another loss, and each of those as back once one succeeds.
      if (isConnected === this.#isConnected) continue;
      this.#isConnected = isConnected;
      isRefused = false;
      if (this.#isConnected) log.info(`The broker ${this.place} is back`);
      else log.warn(`The broker ${this.place} is away; it is tried again`);
      if (this.#isConnected) { for (const follower of this.#followers) follower.restart(); }
      else this.#publisher.refuse(new Error(`the broker ${this.place} went away`));
      for (const callback of this.#callbacks) callback();
    }
  }

  async #sureStream(log: Log): Promise<void> {
    const found = await this.#jsm.streams.info(this.#stream).catch(() => undefined);
    if (found !== undefined) {
      const { subjects } = found.config;
      if (subjects.some((subject) => subject === ALL_SUBJECTS || subject === ">")) return;
      throw new MarketError(
        "bus-stream",
        "configure",
        `The stream ${this.#stream} at ${this.place} takes ${
          subjects.join(", ")
        }, and not ${ALL_SUBJECTS}. It was left as it is. Name another one in bus.stream.`,
      );
    }
    await this.#jsm.streams.add({
      name: this.#stream,
      subjects: [ALL_SUBJECTS],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(KEEP_MS),
      max_bytes: STREAM_BYTES,
      duplicate_window: nanos(SAME_WITHIN_MS),
    });
    log.info(`The stream ${this.#stream} was made`, {
      days: KEEP_MS / MS_A_DAY,
      bytes: STREAM_BYTES,
    });
  }
}

/**
 * A connection to a broker, which is made again for ever unless it is wanted only once.
 *
 * @throws {MarketError} `bus-unreachable`, `bus-denied`
 */
export async function connectNats(
  { url, name }: Pick<NatsOptions, "url" | "name">,
  { isOnce = false }: { readonly isOnce?: boolean } = {},
): Promise<NatsConnection> {
  // A broker that refuses a password cuts the connection while it is being let go of.
  const guard = ignoreStrayResets();
  try {
    const connection = await connect({
      ...credentialsOf(url),
      name,
      timeout: CONNECT_MS,
      reconnect: !isOnce,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
      // A broker that refuses us twice while it starts anew may take us later.
      ignoreAuthErrorAbort: true,
    });
    void connection.closed().finally(guard.end);
    return connection;
  } catch (error) {
    await guard.endSoon();
    throw connectRefusal(placeOf(url), error);
  }
}

/** The broker lets this user publish nothing to a subject. */
function isPublishRefusal(error: Error): boolean {
  return error instanceof errors.PermissionViolationError && error.operation === "publish";
}

/** Messages that come within a time, at most so many. */
async function fetched(consumer: Consumer, most: number, withinMs: number): Promise<HeldMessage[]> {
  const messages = await consumer.fetch({ max_messages: most, expires: withinMs });
  const held: HeldMessage[] = [];
  for await (const message of messages) held.push(heldOf(message));
  return held;
}

function stateOf({ created, state }: StreamInfo): StreamState {
  return {
    created,
    firstSequence: state.first_seq,
    lastSequence: state.last_seq,
    bytes: state.bytes,
    lastTime: state.messages === 0 ? undefined : Date.parse(state.last_ts),
  };
}

/** An address as people may read it. */
export function placeOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function credentialsOf(url: string) {
  const { host, username, password } = new URL(url);
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
  if (user === "") return { servers: host };
  return pass === "" ? { servers: host, token: user } : { servers: host, user, pass };
}

function connectRefusal(place: string, error: unknown): MarketError {
  const message = error instanceof Error ? error.message : String(error);
  if (/authorization|authentication/i.test(message)) {
    return new MarketError(
      "bus-denied",
      "configure",
      `The broker ${place} takes neither this user nor this password. Look at bus.url.`,
      { cause: error },
    );
  }
  return new MarketError(
    "bus-unreachable",
    "retry",
    `The broker ${place} cannot be reached: ${message}. Start it (nats-server -js), or look at bus.url.`,
    { cause: error },
  );
}

function streamRefusal(place: string, stream: string, error: unknown): MarketError {
  if (error instanceof MarketError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new MarketError(
    "bus-stream",
    "configure",
    `The stream ${stream} at ${place} cannot be used: ${message}. JetStream must be on (nats-server -js), the user ` +
      `must be allowed to use it, and no other stream may take ${ALL_SUBJECTS}.`,
    { cause: error },
  );
}
