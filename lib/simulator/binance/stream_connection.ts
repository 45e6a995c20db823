import { SECOND } from "../../model/time.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import type { VenueTime } from "../venue_time.ts";
import { controlError, controlReply, controlRequestOf } from "./control_message.ts";
import { FuturesLimits, Limits, RateWindow } from "./limits.ts";
import type { Link } from "../link.ts";
import type { StreamPush } from "./stream_push.ts";
import { combined, shutdownEvent } from "./payloads.ts";
import type { Counters } from "./stats.ts";
import type { StreamAddress } from "./stream_address.ts";
import type { StreamHub, StreamListener } from "./stream_hub.ts";
import type { VenueSocket } from "../venue_socket.ts";

/** What a connection needs of its venue. */
export interface ConnectionPorts {
  readonly hub: StreamHub;
  readonly link: Link;
  readonly time: VenueTime;
  readonly clock: Clock;
  readonly counters: Counters;
}

/** Local floors: at high speed a client could not answer within the venue's own times. */
const PING_FLOOR_MS = 1_000;
const PONG_FLOOR_MS = 5_000;
/** Messages are judged over this stretch of local time at least: both ends read in bursts. */
const BURST_MS = 50;
/** A client that leaves more than this unread is cut. */
const MAX_UNREAD_BYTES = 32_000_000;
/** A close that the peer does not answer becomes a cut. */
const CLOSE_PATIENCE_MS = 1_000;

/** One stream socket: its subscriptions, its limits, its pings. */
export class StreamConnection implements StreamListener {
  readonly #socket: VenueSocket;
  readonly #ports: ConnectionPorts;
  readonly #unit: StreamAddress["unit"];
  readonly #route: StreamAddress["route"];
  readonly #limits: typeof Limits | typeof FuturesLimits;
  readonly #names = new Set<string>();
  readonly #rate: RateWindow;
  readonly #rateSeconds: number;
  readonly #openedAt: number;
  #isCombined: boolean;
  #endsAt: number;
  #pingedAt: number;
  #pingedLocally: number;
  #unanswered: { payload: string; at: number; locally: number }[] = [];
  #isEnding = false;
  #cut: Timer | undefined;
  #lenientUntil = -Infinity;

  constructor(socket: VenueSocket, address: StreamAddress, ports: ConnectionPorts) {
    this.#socket = socket;
    this.#ports = ports;
    this.#unit = address.unit;
    this.#isCombined = address.isCombined;
    this.#route = address.route;
    this.#limits = address.route === "spot" ? Limits : FuturesLimits;
    const spanMs = Math.max(SECOND, BURST_MS * ports.time.speed);
    this.#rateSeconds = spanMs / SECOND;
    this.#rate = new RateWindow(
      spanMs,
      Math.floor(this.#rateSeconds * this.#limits.messagesPerSecond),
    );
    const now = ports.time.now();
    this.#openedAt = now;
    this.#endsAt = now + Limits.lifetimeMs;
    this.#pingedAt = now;
    this.#pingedLocally = ports.clock.monotonic();
    for (const name of address.names) this.#subscribe(name);
    socket.onText((text) => this.#onMessage(text));
    socket.onPing(() => this.#count());
    socket.onPong((payload) => this.#onPong(payload));
    socket.onClose(() => {
      this.#isEnding = true;
      this.#cut?.cancel();
      for (const name of this.#names) ports.hub.unsubscribe(this, name, address.route);
    });
  }

  deliver(event: StreamPush): void {
    const { link, counters } = this.#ports;
    link.send(event.time, true, () => {
      if (this.#isEnding) return;
      counters.eventsSent++;
      this.#socket.send(event.text(this.#unit, this.#isCombined));
    });
  }

  /** Pings when it is time, and ends what has lived or been silent too long. */
  keepAlive(now: number): void {
    if (this.#isEnding) return;
    const local = this.#ports.clock.monotonic();
    if (this.#socket.bufferedAmount > MAX_UNREAD_BYTES) {
      this.#ports.counters.violated("the client does not read");
      return this.#socket.terminate();
    }
    if (now >= this.#endsAt) return this.#end(1001, "");
    const [oldest] = this.#unanswered;
    if (
      oldest !== undefined && now - oldest.at >= this.#limits.pongWithinMs &&
      local - oldest.locally >= PONG_FLOOR_MS
    ) {
      this.#ports.counters.violated("no pong in time");
      return this.#end(1008, "Pong timeout");
    }
    if (
      now - this.#pingedAt >= this.#limits.pingEveryMs &&
      local - this.#pingedLocally >= PING_FLOOR_MS
    ) {
      const payload = String(now);
      this.#pingedAt = now;
      this.#pingedLocally = local;
      this.#unanswered.push({ payload, at: now, locally: local });
      this.#ports.counters.pings++;
      this.#socket.ping(payload);
    }
  }

  /** Warns the client that the connection is about to end, and ends it at `endsAt` (venue time). */
  announceShutdown(now: number, endsAt: number): void {
    this.#endsAt = Math.min(this.#endsAt, endsAt);
    const event = shutdownEvent(now, this.#unit);
    this.#send(this.#isCombined ? combined("!serverShutdown", event) : event);
  }

  /** Ends the connection as at the end of its day. */
  endLifetime(): void {
    this.#endsAt = this.#openedAt;
  }

  /** Stops reading. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads again. Pings from before do not count. */
  resume(now: number): void {
    this.#unanswered = [];
    this.#pingedAt = now;
    this.#pingedLocally = this.#ports.clock.monotonic();
    // What waited comes in at once, which is not the client's doing.
    this.#lenientUntil = now + this.#rateSeconds * SECOND;
    this.#socket.resume();
  }

  #onMessage(text: string): void {
    if (!this.#count()) return;
    const request = controlRequestOf(text);
    switch (request.kind) {
      case "error":
        return this.#send(request.reply);
      case "subscribe": {
        const wanted = new Set([...this.#names, ...request.streams]);
        if (wanted.size > Limits.streamsPerConnection) {
          this.#ports.counters.violated("too many streams on one connection");
          return this.#send(controlError(4, "Too many subscriptions", request.id));
        }
        for (const name of request.streams) this.#subscribe(name);
        return this.#send(controlReply(request.id, null));
      }
      case "unsubscribe":
        for (const name of request.streams) {
          if (this.#names.delete(name)) this.#ports.hub.unsubscribe(this, name, this.#route);
        }
        return this.#send(controlReply(request.id, null));
      case "list":
        return this.#send(controlReply(request.id, [...this.#names]));
      case "set-combined":
        this.#isCombined = request.value;
        return this.#send(controlReply(request.id, null));
      case "get-combined":
        return this.#send(controlReply(request.id, this.#isCombined));
    }
  }

  #onPong(payload: string): void {
    this.#count();
    const index = this.#unanswered.findIndex((ping) => ping.payload === payload);
    if (index < 0) return;
    this.#unanswered.splice(0, index + 1);
    this.#ports.counters.pongs++;
  }

  /** Counts a message of the client; false when it was one too many. */
  #count(): boolean {
    if (this.#isEnding) return false;
    const { time, counters } = this.#ports;
    const now = time.now();
    if (now < this.#lenientUntil) return true;
    const seen = this.#rate.add(now);
    counters.worstMessagesPerSecond = Math.max(
      counters.worstMessagesPerSecond,
      seen / this.#rateSeconds,
    );
    if (seen <= this.#rateSeconds * this.#limits.messagesPerSecond) return true;
    counters.violated("too many messages in a second");
    this.#end(1008, "Too many requests");
    return false;
  }

  #subscribe(name: string): void {
    this.#names.add(name);
    this.#ports.hub.subscribe(this, name, this.#route, this.#ports.time.now());
  }

  #send(text: string): void {
    const { link, time } = this.#ports;
    link.send(time.now(), true, () => {
      if (!this.#isEnding) this.#socket.send(text);
    });
  }

  #end(code: number, reason: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#socket.close(code, reason);
    this.#cut = this.#ports.clock.setTimer(() => this.#socket.terminate(), CLOSE_PATIENCE_MS);
  }
}
