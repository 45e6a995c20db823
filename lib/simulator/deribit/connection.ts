import { SECOND } from "../../model/time.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import type { Link } from "../link.ts";
import type { VenueSocket } from "../venue_socket.ts";
import type { VenueTime } from "../venue_time.ts";
import type { CallAnswer, Caller } from "./caller.ts";
import { channelOf, PLATFORM_CHANNEL, PUBLISHED } from "./indices.ts";
import {
  errorText,
  invalid,
  noticeText,
  replyText,
  RpcError,
  type RpcId,
  type RpcParameters,
  type RpcRequest,
  rpcRequestOf,
} from "./rpc.ts";
import type { Counters } from "./stats.ts";
import type { Troubles } from "./troubles.ts";

/** What a connection needs of its venue. */
export interface ConnectionPorts {
  readonly caller: Caller;
  readonly troubles: Troubles;
  readonly link: Link;
  readonly time: VenueTime;
  readonly clock: Clock;
  readonly counters: Counters;
}

const SHORTEST_HEARTBEAT = 10;
/** A `test_request` must be answered within this, venue ms and local ms. */
const ANSWER_MS = 5 * SECOND;
const ANSWER_FLOOR_MS = 5_000;
/** Heartbeats are at least this far apart on the local clock. */
const HEARTBEAT_FLOOR_MS = 500;
/** A client that leaves more than this unread is cut. */
const MAX_UNREAD_BYTES = 8_000_000;
/** A close that the peer does not answer becomes a cut. */
const CLOSE_PATIENCE_MS = 1_000;
/** Channels that are accepted and never say anything here. */
const SILENT_CHANNEL = /^(deribit_price_index|ticker|book|trades)\./;

/** One socket: its calls, its channels, its heartbeat. */
export class DeribitConnection {
  readonly #socket: VenueSocket;
  readonly #ports: ConnectionPorts;
  readonly #channels = new Set<string>();
  #heartbeatMs: number | undefined;
  #beatAt = NaN;
  #beatLocally = NaN;
  /** When the `test_request` that waits for an answer was sent. */
  #asked: { readonly at: number; readonly locally: number } | undefined;
  #isEnding = false;
  #cut: Timer | undefined;

  constructor(socket: VenueSocket, ports: ConnectionPorts) {
    this.#socket = socket;
    this.#ports = ports;
    socket.onText((text) => this.#onText(text));
    socket.onPing(() => {});
    socket.onPong(() => {});
  }

  /** The socket is gone. */
  gone(): void {
    this.#isEnding = true;
    this.#cut?.cancel();
    this.#channels.clear();
  }

  get subscriptions(): number {
    return this.#channels.size;
  }

  has(channel: string): boolean {
    return this.#channels.has(channel);
  }

  /** Sends what belongs to a channel to a client that has it. */
  publish(channel: string, time: number, text: string): void {
    if (!this.#channels.has(channel)) return;
    this.#ports.counters.notices++;
    this.#send(time, text);
  }

  /** Silently drops the subscriptions to index channels. */
  forgetIndices(): void {
    for (const index of PUBLISHED) this.#channels.delete(channelOf(index));
  }

  /** Sends heartbeats when it is time, and ends what has not answered. */
  keepAlive(now: number): void {
    if (this.#isEnding) return;
    const { clock, counters } = this.#ports;
    const local = clock.monotonic();
    if (this.#socket.bufferedAmount > MAX_UNREAD_BYTES) return this.#socket.terminate();
    const asked = this.#asked;
    if (
      asked !== undefined && now - asked.at >= ANSWER_MS &&
      local - asked.locally >= ANSWER_FLOOR_MS
    ) {
      counters.unanswered++;
      return this.end(1000, "test_request was not answered");
    }
    if (this.#heartbeatMs === undefined || asked !== undefined) return;
    const isDue = now - this.#beatAt >= this.#heartbeatMs &&
      local - this.#beatLocally >= HEARTBEAT_FLOOR_MS;
    if (!isDue) return;
    this.#beatAt = now;
    this.#beatLocally = local;
    this.#asked = { at: now, locally: local };
    counters.testRequests++;
    this.#send(now, noticeText("heartbeat", { type: "heartbeat" }));
    this.#send(now, noticeText("heartbeat", { type: "test_request" }));
  }

  /** Stops reading. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads again. What was asked before does not count. */
  resume(now: number): void {
    this.#asked = undefined;
    this.#beatAt = now;
    this.#beatLocally = this.#ports.clock.monotonic();
    this.#socket.resume();
  }

  /** Closes in order. */
  end(code: number, reason: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#socket.close(code, reason);
    this.#cut = this.#ports.clock.setTimer(() => this.#socket.terminate(), CLOSE_PATIENCE_MS);
  }

  #onText(text: string): void {
    if (this.#isEnding) return;
    const { caller, time } = this.#ports;
    const now = time.now();
    let request: RpcRequest;
    try {
      request = rpcRequestOf(text);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return this.#send(now, errorText(undefined, error, now));
    }
    if (request.method === "public/test") this.#asked = undefined;
    const own = (method: string, params: RpcParameters) => this.#ownMethod(method, params, now);
    this.#answer(request.id, caller.call(request.method, request.params, now, own), now);
  }

  #answer(id: RpcId, { result, error, spoil, endsSession }: CallAnswer, now: number): void {
    this.#send(now, error ? errorText(id, error, now) : spoil(replyText(id, result, now)));
    // What was sent goes first.
    if (endsSession) this.#ports.link.send(now, false, () => this.end(1000, "too_many_requests"));
  }

  /** The result of a method that only a socket has; undefined for every other. */
  #ownMethod(method: string, params: RpcParameters, now: number): unknown {
    switch (method) {
      case "public/set_heartbeat": {
        const { interval } = params;
        if (typeof interval !== "number" || !(interval >= SHORTEST_HEARTBEAT)) {
          throw invalid("interval", `must be at least ${SHORTEST_HEARTBEAT}`);
        }
        this.#heartbeatMs = interval * SECOND;
        this.#beatAt = now;
        this.#beatLocally = this.#ports.clock.monotonic();
        return "ok";
      }
      case "public/disable_heartbeat":
        this.#heartbeatMs = this.#asked = undefined;
        return "ok";
      case "public/subscribe":
        return channelsOf(params).filter((channel) => this.#subscribe(channel, now));
      case "public/unsubscribe":
        return channelsOf(params).filter((channel) => this.#channels.delete(channel));
      case "public/unsubscribe_all":
        this.#channels.clear();
        return "ok";
      default:
        return undefined;
    }
  }

  /** True when the channel is subscribed now; a channel that does not exist is silently left out. */
  #subscribe(channel: string, now: number): boolean {
    if (channel.endsWith(".raw")) {
      throw new RpcError(13778, "raw_subscriptions_not_available_for_unauthorized");
    }
    const isIndex = PUBLISHED.some((index) => channelOf(index) === channel);
    const isKnown = channel === PLATFORM_CHANNEL || SILENT_CHANNEL.test(channel) ||
      (isIndex && !this.#ports.troubles.isMissing(now));
    if (isKnown) this.#channels.add(channel);
    return isKnown;
  }

  #send(time: number, text: string): void {
    this.#ports.link.send(time, true, () => {
      if (!this.#isEnding) this.#socket.send(text);
    });
  }
}

const MOST_CHANNELS = 500;

function channelsOf({ channels }: RpcParameters): readonly string[] {
  const isList = Array.isArray(channels) && channels.length <= MOST_CHANNELS &&
    channels.every((channel) => typeof channel === "string");
  if (!isList) throw invalid("channels", `must be a list of at most ${MOST_CHANNELS} names`);
  return [...new Set(channels as string[])];
}
