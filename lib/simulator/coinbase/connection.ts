import { SECOND } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import { fieldsOf, parseJson } from "../../wire/json_fields.ts";
import type { PairPush } from "../pair_stream.ts";
import { TokenBucket } from "../token_bucket.ts";
import type { TopicHub } from "../topic_hub.ts";
import type { VenueSocket } from "../venue_socket.ts";
import type { VenueTime } from "../venue_time.ts";
import type { WebConnection } from "../web_venue.ts";

/** What a connection needs of its venue. */
export interface ConnectionPorts {
  readonly hub: TopicHub<PairPush>;
  readonly time: VenueTime;
  readonly clock: Clock;
  /** Sends what belongs to a time, as the network lets it. */
  send(socket: VenueSocket, time: number, text: string): void;
  isListed(product: string, now: number): boolean;
  /** The message that begins a subscription to matches. */
  lastMatch(product: string, now: number): string | undefined;
  violated(rule: string): void;
}

/** A socket that has not subscribed by then is closed; on the local clock it has at least the floor. */
const FIRST_REQUEST_MS = 5 * SECOND;
const FIRST_REQUEST_FLOOR_MS = 2 * SECOND;
const CHANNELS = ["matches", "heartbeat", "ticker", "ticker_batch", "status", "level2_batch"];
const PRIVATE = ["full", "level2", "level3", "user"];

/** One stream socket of Coinbase Exchange. */
export class CoinbaseConnection implements WebConnection {
  readonly #socket: VenueSocket;
  readonly #ports: ConnectionPorts;
  /** Topics `matches:BTC-USD`. */
  readonly #topics = new Set<string>();
  readonly #requests = new TokenBucket({ perSecond: 10, most: 1_000 });
  readonly #openedAt: number;
  readonly #openedLocally: number;
  #hasAsked = false;
  #isGone = false;

  constructor(socket: VenueSocket, ports: ConnectionPorts) {
    this.#socket = socket;
    this.#ports = ports;
    this.#openedAt = ports.time.now();
    this.#openedLocally = ports.clock.monotonic();
    socket.onText((text) => this.#take(text));
  }

  deliver({ time, text }: PairPush): void {
    this.#send(text, time);
  }

  keepAlive(now: number): void {
    const local = this.#ports.clock.monotonic() - this.#openedLocally;
    const isLate = now - this.#openedAt > FIRST_REQUEST_MS && local > FIRST_REQUEST_FLOOR_MS;
    if (this.#hasAsked || this.#isGone || !isLate) return;
    this.#ports.violated("no subscription within five seconds");
    this.#isGone = true;
    this.#socket.close(1008, "subscribe within 5 seconds");
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

  #take(text: string): void {
    const { time, violated } = this.#ports;
    if (this.#isGone) return;
    if (!this.#requests.take(time.now())) {
      violated("too many messages");
      return this.#error("Rate limit exceeded", "too many messages");
    }
    const fields = fieldsOf(parseJson(text, "frame"));
    if (fields?.type !== "subscribe" && fields?.type !== "unsubscribe") {
      return this.#error("Malformed JSON", "type has to be subscribe or unsubscribe");
    }
    this.#hasAsked = true;
    const wanted = topicsOf(fields.channels, fields.product_ids);
    if (typeof wanted === "string") return this.#error("Failed to subscribe", wanted);
    if (fields.type === "subscribe") this.#subscribe(wanted);
    else for (const { name } of wanted) this.#leave(name);
  }

  #subscribe(wanted: readonly WantedTopic[]): void {
    const { hub, time, isListed, lastMatch } = this.#ports;
    const now = time.now();
    const stray = wanted.find(({ product }) => !isListed(product, now));
    if (stray !== undefined) {
      return this.#error("Failed to subscribe", `${stray.product} is not a valid product`);
    }
    for (const { name } of wanted) {
      this.#topics.add(name);
      hub.subscribe(this, name, now);
    }
    this.#report();
    for (const { channel, product } of wanted) {
      const text = channel === "matches" ? lastMatch(product, now) : undefined;
      if (text !== undefined) this.#send(text, now);
    }
  }

  #leave(topic: string): void {
    this.#topics.delete(topic);
    this.#ports.hub.unsubscribe(this, topic);
    this.#report();
  }

  /** All that is subscribed to now. */
  #report(): void {
    const products = new Map<string, string[]>();
    for (const topic of this.#topics) {
      const [name = "", product = ""] = topic.split(":", 2);
      products.set(name, [...products.get(name) ?? [], product]);
    }
    const channels = [...products].map(([name, product_ids]) => ({ name, product_ids }));
    const reply = channels.length === 0
      ? { type: "subscriptions", product_ids: [], channels }
      : { type: "subscriptions", channels };
    this.#send(JSON.stringify(reply));
  }

  #error(message: string, reason: string): void {
    this.#send(JSON.stringify({ type: "error", message, reason }));
  }

  #send(text: string, time = this.#ports.time.now()): void {
    if (!this.#isGone) this.#ports.send(this.#socket, time, text);
  }
}

interface WantedTopic {
  readonly name: string;
  readonly channel: string;
  readonly product: string;
}

/** What a request names, or why it cannot be served. */
function topicsOf(channels: unknown, products: unknown): readonly WantedTopic[] | string {
  if (!Array.isArray(channels) || channels.length === 0) return "channels must be a list";
  const wanted: WantedTopic[] = [];
  for (const item of channels) {
    const given = typeof item === "string" ? { name: item, product_ids: products } : fieldsOf(item);
    const channel = String(given?.name);
    if (PRIVATE.includes(channel)) {
      return "level2, level3, and full channels now require authentication";
    }
    if (!CHANNELS.includes(channel)) return `${channel} is not a valid channel`;
    const of = given?.product_ids ?? products;
    if (!Array.isArray(of) || of.length === 0) return "product_ids must be a list";
    for (const product of of.map(String)) {
      wanted.push({ name: `${channel}:${product}`, channel, product });
    }
  }
  return wanted;
}
