import type { MarketError } from "../../model/errors.ts";
import { SECOND } from "../../model/time.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import type { OpenWebSocket, WebSocketConnection, WebSocketEnd } from "../../runtime/web_socket.ts";
import type { Pace } from "../pace.ts";
import type { Subscribe, Topic } from "./adapter.ts";
import { notVenue } from "./refusals.ts";
import { streamLost } from "./stream_failures.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { HostRefusal, VenueHost, VenueHosts } from "./venue_hosts.ts";

export interface LinkOptions {
  readonly subscribe: Subscribe;
  readonly hosts: VenueHosts;
  readonly openSocket: OpenWebSocket;
  readonly clock: Clock;
  readonly pace: Pace;
  /** The host has served a stream of the venue before. */
  readonly isKnown: boolean;
  /** The time by which a ban ends. */
  readonly venueClock: VenueClock;
}

/** What a link reports of itself. */
export interface LinkHandlers {
  onOpen(link: Link): void;
  onText(link: Link, text: string): void;
  onEnd(link: Link, error: MarketError): void;
}

type RefusedUpgrade = Extract<WebSocketEnd, { readonly kind: "refused-upgrade" }>;

/** A socket that is not open by then never will be. */
const OPEN_LIMIT_MS = 8 * SECOND;
const OPEN_LIMIT_FLOOR_MS = 2 * SECOND;

/** One socket to the present host, and what was asked for on it. Begins to connect at once. */
export class Link {
  readonly host: VenueHost;
  /** Local monotonic ms; undefined until it opened. */
  openedAt: number | undefined;
  readonly #options: LinkOptions;
  readonly #socket: WebSocketConnection;
  readonly #timer: Timer;
  /** Topics asked for, by name. */
  readonly #topics: Map<string, Topic>;
  #lastRequestId = 0;
  #hasEnded = false;

  constructor(wanted: readonly Topic[], handlers: LinkHandlers, options: LinkOptions) {
    const { subscribe, hosts, openSocket, clock, pace } = options;
    const limitMs = pace(OPEN_LIMIT_MS, OPEN_LIMIT_FLOOR_MS);
    this.#options = options;
    this.host = hosts.present;
    const asked = subscribe.isByPath ? wanted : [];
    this.#topics = new Map(asked.map((topic) => [topic.name, topic]));
    this.#timer = clock.setTimer(() => {
      const error = hosts.unreachable(this.host, "timeout", { limitMs });
      handlers.onEnd(this, error);
    }, limitMs);
    this.#socket = openSocket(this.host.url + subscribe.path(wanted), {
      onOpen: () => {
        this.#timer.cancel();
        this.openedAt = clock.monotonic();
        handlers.onOpen(this);
      },
      onText: (text) => handlers.onText(this, text),
      onEnd: (end) => {
        this.#timer.cancel();
        this.#hasEnded = true;
        handlers.onEnd(this, this.#explain(end));
      },
    });
  }

  /** Asks for what is wanted and not yet there, and leaves what is not wanted; nothing before it opened. */
  want(wanted: readonly Topic[]): void {
    if (this.openedAt === undefined) return;
    const names = new Set(wanted.map(({ name }) => name));
    const stale = [...this.#topics.values()].filter(({ name }) => !names.has(name));
    const fresh = wanted.filter(({ name }) => !this.#topics.has(name));
    for (const topic of stale) this.#topics.delete(topic.name);
    for (const topic of fresh) this.#topics.set(topic.name, topic);
    this.#request("remove", stale);
    this.#request("add", fresh);
  }

  /** Asks once more for topics that fell silent. */
  askAgain(topics: readonly Topic[]): void {
    this.#request("remove", topics);
    this.#request("add", topics);
  }

  ping(): void {
    const { ping } = this.#options.subscribe;
    if (ping !== undefined) this.send(ping.frame(this.#freshId));
  }

  send(frame: string): void {
    this.#socket.send(frame);
  }

  /** Resolves when the socket is gone; nothing is reported any more. */
  close(): Promise<void> {
    this.#timer.cancel();
    return this.#hasEnded ? Promise.resolve() : this.#socket.close();
  }

  readonly #freshId = () => ++this.#lastRequestId;

  #request(what: "add" | "remove", topics: readonly Topic[]): void {
    if (topics.length === 0) return;
    const frames = this.#options.subscribe[what](topics, this.#freshId);
    for (const frame of frames) this.send(frame);
  }

  #explain(end: WebSocketEnd): MarketError {
    const { hosts, isKnown } = this.#options;
    switch (end.kind) {
      case "closed":
        return streamLost(this.host, end.code, end.reason);
      case "broken": {
        if (this.openedAt !== undefined) return streamLost(this.host, 1006, end.fault);
        return hosts.unreachable(this.host, end.fault, { limitMs: 0, cause: end.cause });
      }
      case "refused-upgrade": {
        return hosts.refused(this.host, this.#refusalOf(end)) ??
          notVenue(this.host, `HTTP ${end.status} instead of a stream`, isKnown);
      }
    }
  }

  #refusalOf({ status, retryAfterMs, serverTime, text = "" }: RefusedUpgrade): HostRefusal {
    const { clock, venueClock } = this.#options;
    return {
      status,
      retryAfterMs,
      refusal: this.host.words.refusal({ status, headers: {}, text }),
      venueTime: venueClock.isKnown ? venueClock.estimate() : serverTime ?? clock.now(),
    };
  }
}
