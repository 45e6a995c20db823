import { headers, type NatsConnection, RequestError } from "@nats-io/transport-node";
import type { Clock } from "../runtime/clock.ts";
import { ALL_SUBJECTS, META_SUBJECT } from "./bus_subject.ts";
import { connectNats, type NatsOptions } from "./nats_client.ts";

/** What a broker says of itself and of a stream. */
export interface BrokerFacts {
  /** `2.9.10` */
  readonly version: string;
  /** Bytes of one message. */
  readonly maxPayload: number;
  /** Undefined where JetStream is off, for the server or for this user's account. */
  readonly jetStream: JetStreamFacts | undefined;
  readonly rights: BrokerRights;
  /** Undefined where there is none of the name yet. */
  readonly stream: StreamFacts | undefined;
  /** Broker's clock minus this machine's, ms; undefined where no stream is there to ask. */
  readonly clock: { readonly offsetMs: number; readonly uncertaintyMs: number } | undefined;
}

/** What JetStream holds for an account, bytes on disk. */
export interface JetStreamFacts {
  readonly used: number;
  /** Undefined where the account has no limit of its own. */
  readonly most: number | undefined;
}

/** What the user of a connection may ask. */
export interface BrokerRights {
  readonly mayMakeStream: boolean;
  readonly mayPublish: boolean;
  readonly mayRead: boolean;
}

/** A stream as it was set up, and what it holds. */
export interface StreamFacts {
  readonly takesOurs: boolean;
  readonly subjects: readonly string[];
  /** `limits`: each message stays for every reader. */
  readonly retention: string;
  /** `old`: a full stream lets go of its oldest. */
  readonly discard: string;
  readonly storage: string;
  /** ms; 0 for ever. */
  readonly maxAgeMs: number;
  /** -1 without a limit. */
  readonly maxBytes: number;
  readonly sameWithinMs: number;
  readonly messages: number;
  readonly bytes: number;
  /** From the oldest to the newest message, ms. */
  readonly spanMs: number;
}

/** Time for one answer, ms. */
const ANSWER_MS = 2_000;
/** A reader of the doctor's that is not removed goes by itself after so long. */
const READER_GONE_MS = 5_000;
const NS_A_MS = 1e6;

/**
 * Asks a broker what a doctor wants to know. What would change something is asked in a form that the broker must
 * refuse, so that only the right to ask shows: nothing is made but a reader, which is removed.
 *
 * @throws {MarketError} where it cannot be reached, saying why and what next.
 */
export async function examineBroker(options: NatsOptions, clock: Clock): Promise<BrokerFacts> {
  const connection = await connectNats(options, { isOnce: true });
  try {
    const { version = "unknown", max_payload = NaN } = connection.info ?? {};
    const { stream } = options;
    const account = await asked(connection, "INFO");
    const isOn = account !== DENIED && account?.error === undefined;
    return {
      version,
      maxPayload: max_payload,
      jetStream: isOn ? jetStreamOf(account) : undefined,
      ...await ofStream(connection, stream, clock),
    };
  } finally {
    await connection.close();
  }
}

async function ofStream(
  connection: NatsConnection,
  stream: string,
  clock: Clock,
): Promise<Pick<BrokerFacts, "rights" | "stream" | "clock">> {
  // A name other than the one it is asked under is refused by whoever may ask.
  const mayMakeStream = await isAllowed(connection, `STREAM.CREATE.${stream}`, { name: "" });
  const info = await asked(connection, `STREAM.INFO.${stream}`);
  const facts = info === DENIED ? undefined : streamOf(info);
  const reader = facts === undefined
    ? await asked(connection, `CONSUMER.CREATE.${stream}`, { stream_name: "" })
    : undefined;
  const timed = facts === undefined ? undefined : await clockOf(connection, stream, clock);
  return {
    rights: {
      mayMakeStream,
      mayPublish: await mayPublish(connection, stream),
      mayRead: info !== DENIED && reader !== DENIED && timed !== DENIED &&
        await isAllowed(connection, `STREAM.MSG.GET.${stream}`, { last_by_subj: META_SUBJECT }),
    },
    stream: facts,
    clock: timed === DENIED ? undefined : timed,
  };
}

/** The user may not ask it. */
const DENIED = Symbol("denied");

type Answer = Readonly<Record<string, unknown>> | undefined;

/** An answer of JetStream; undefined where nobody answers. */
async function asked(
  connection: NatsConnection,
  question: string,
  body?: unknown,
): Promise<Answer | typeof DENIED> {
  try {
    const text = body === undefined ? "" : JSON.stringify(body);
    const answer = await connection.request(`$JS.API.${question}`, text, { timeout: ANSWER_MS });
    return answer.json();
  } catch (error) {
    if (isDenial(error)) return DENIED;
    return undefined;
  }
}

async function isAllowed(
  connection: NatsConnection,
  question: string,
  body: unknown,
): Promise<boolean> {
  return await asked(connection, question, body) !== DENIED;
}

/** Asks for another stream than takes the subject: it is refused, and nothing is stored. */
async function mayPublish(connection: NatsConnection, stream: string): Promise<boolean> {
  const other = headers();
  other.set("Nats-Expected-Stream", `not ${stream}`);
  try {
    await connection.request(META_SUBJECT, "", { timeout: ANSWER_MS, headers: other });
    return true;
  } catch (error) {
    return !isDenial(error);
  }
}

function isDenial(error: unknown): boolean {
  return error instanceof RequestError && /permissions violation/i.test(error.message);
}

function jetStreamOf(account: Answer): JetStreamFacts | undefined {
  if (account === undefined) return undefined;
  const { storage, limits } = account as {
    readonly storage?: number;
    readonly limits?: { readonly max_storage?: number };
  };
  const most = limits?.max_storage ?? -1;
  return { used: storage ?? NaN, most: most < 0 ? undefined : most };
}

function streamOf(info: Answer): StreamFacts | undefined {
  if (info?.config === undefined) return undefined;
  const { config, state } = info as {
    readonly config: {
      readonly subjects?: readonly string[];
      readonly retention: string;
      readonly discard: string;
      readonly storage: string;
      readonly max_age: number;
      readonly max_bytes: number;
      readonly duplicate_window?: number;
    };
    readonly state: {
      readonly messages: number;
      readonly bytes: number;
      readonly first_ts: string;
      readonly last_ts: string;
    };
  };
  const { subjects = [], retention, discard, storage } = config;
  return {
    takesOurs: subjects.some((subject) => subject === ALL_SUBJECTS || subject === ">"),
    subjects,
    retention,
    discard,
    storage,
    maxAgeMs: config.max_age / NS_A_MS,
    maxBytes: config.max_bytes,
    sameWithinMs: (config.duplicate_window ?? 0) / NS_A_MS,
    messages: state.messages,
    bytes: state.bytes,
    spanMs: state.messages === 0 ? 0 : Date.parse(state.last_ts) - Date.parse(state.first_ts),
  };
}

/** A reader of a stream says when it was made, by the broker's clock. */
async function clockOf(
  connection: NatsConnection,
  stream: string,
  clock: Clock,
): Promise<BrokerFacts["clock"] | typeof DENIED> {
  const from = clock.monotonic();
  const reader = await asked(connection, `CONSUMER.CREATE.${stream}`, {
    stream_name: stream,
    config: {
      deliver_policy: "new",
      ack_policy: "none",
      mem_storage: true,
      inactive_threshold: READER_GONE_MS * NS_A_MS,
    },
  });
  const uncertaintyMs = (clock.monotonic() - from) / 2;
  const now = clock.now() - uncertaintyMs;
  if (reader === DENIED) return DENIED;
  const { name, created } = (reader ?? {}) as { readonly name?: string; readonly created?: string };
  if (name === undefined || created === undefined) return undefined;
  await asked(connection, `CONSUMER.DELETE.${stream}.${name}`);
  return { offsetMs: Date.parse(created) - now, uncertaintyMs };
}
