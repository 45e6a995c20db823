import { SECOND } from "../../model/time.ts";
import { fieldsOf, parseJson } from "../../wire/json_fields.ts";
import type { PairPush } from "../pair_stream.ts";
import { TokenBucket } from "../token_bucket.ts";
import type { TopicHub } from "../topic_hub.ts";
import type { VenueSocket } from "../venue_socket.ts";
import type { VenueTime } from "../venue_time.ts";
import type { WebConnection } from "../web_venue.ts";
import { isoMicros } from "./payloads.ts";

/** What a connection needs of its venue. */
export interface ConnectionPorts {
  readonly hub: TopicHub<PairPush>;
  readonly time: VenueTime;
  send(socket: VenueSocket, time: number, text: string): void;
  isListed(symbol: string, now: number): boolean;
  /** The message that begins a subscription. */
  snapshot(symbol: string, now: number): string | undefined;
  violated(rule: string): void;
}

const CHANNELS = ["trade", "ohlc", "ticker", "book", "instrument"];
const HEARTBEAT_MS = SECOND;

/** One stream socket of Kraken. */
export class KrakenConnection implements WebConnection {
  readonly #socket: VenueSocket;
  readonly #ports: ConnectionPorts;
  /** Topics `trade:BTC/USD`. */
  readonly #topics = new Set<string>();
  readonly #requests = new TokenBucket({ perSecond: 10, most: 100 });
  #sentAt = -Infinity;
  #isGone = false;

  constructor(socket: VenueSocket, ports: ConnectionPorts) {
    this.#socket = socket;
    this.#ports = ports;
    socket.onText((text) => this.#take(text));
  }

  deliver({ time, text }: PairPush): void {
    this.send(text, time);
  }

  /** Heartbeats while nothing else is sent. */
  keepAlive(now: number): void {
    if (this.#topics.size === 0 || now - this.#sentAt < HEARTBEAT_MS) return;
    this.send('{"channel":"heartbeat"}', now);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  gone(): void {
    this.#isGone = true;
    for (const topic of this.#topics) this.#ports.hub.unsubscribe(this, topic);
  }

  /** Cloudflare's end of a socket. */
  end(): void {
    this.#socket.close(1001, "CloudFlare WebSocket proxy restarting");
  }

  send(text: string, time = this.#ports.time.now()): void {
    if (this.#isGone) return;
    this.#sentAt = time;
    this.#ports.send(this.#socket, time, text);
  }

  #take(text: string): void {
    const { time, violated } = this.#ports;
    if (this.#isGone) return;
    const now = time.now();
    if (!this.#requests.take(now)) {
      violated("too many messages");
      return this.send('{"Error":"Exceeded msg rate"}');
    }
    const fields = fieldsOf(parseJson(text, "frame"));
    const { method, params, req_id } = fields ?? {};
    const times = { time_in: isoMicros(now), time_out: isoMicros(now), req_id };
    if (method === "ping") return this.send(JSON.stringify({ method: "pong", ...times }));
    if (method !== "subscribe" && method !== "unsubscribe") {
      return this.send(JSON.stringify({ error: "Method not found", success: false, ...times }));
    }
    const { channel, symbol, snapshot = false } = fieldsOf(params) ?? {};
    const symbols = Array.isArray(symbol) ? symbol.map(String) : [];
    for (const one of symbols.length === 0 ? [""] : symbols) {
      const refusal = this.#refusal(String(channel), one, now);
      if (refusal !== undefined) {
        const reply = { error: refusal, method, success: false, symbol: one, ...times };
        this.send(JSON.stringify(reply));
        continue;
      }
      const result = { channel, snapshot, symbol: one };
      this.send(JSON.stringify({ method, result, success: true, ...times }));
      if (method === "subscribe") this.#subscribe(`${channel}:${one}`, snapshot === true, now);
      else this.#leave(`${channel}:${one}`);
    }
  }

  #refusal(channel: string, symbol: string, now: number): string | undefined {
    if (!CHANNELS.includes(channel)) return `Channel not supported ${channel}`;
    return this.#ports.isListed(symbol, now) ? undefined : `Currency pair not supported ${symbol}`;
  }

  #subscribe(topic: string, wantsSnapshot: boolean, now: number): void {
    const { hub, snapshot } = this.#ports;
    this.#topics.add(topic);
    hub.subscribe(this, topic, now);
    const text = wantsSnapshot && topic.startsWith("trade:")
      ? snapshot(topic.slice("trade:".length), now)
      : undefined;
    if (text !== undefined) this.send(text, now);
  }

  #leave(topic: string): void {
    this.#topics.delete(topic);
    this.#ports.hub.unsubscribe(this, topic);
  }
}
