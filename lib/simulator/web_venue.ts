import type { Clock } from "../runtime/clock.ts";
import type { HttpAnswer, HttpRequest } from "../runtime/http_server.ts";
import { strikeCommon } from "./common_faults.ts";
import type { EmbeddedServer } from "./embedded_venue.ts";
import type { FaultAction } from "./fault.ts";
import { Link } from "./link.ts";
import { listenVenue } from "./listen_venue.ts";
import { SIMULATED_HEADERS } from "./marker.ts";
import type { OnHistory } from "./served_history.ts";
import type { Truth } from "./truth.ts";
import type { ListenVenue, StreamUpgrade, VenueListener, VenueSocket } from "./venue_socket.ts";
import type { VenueTime } from "./venue_time.ts";

export interface WebVenueOptions {
  readonly truth: Truth;
  readonly time: VenueTime;
  readonly clock: Clock;
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** 0 takes a free one. @default 0 */
  readonly port?: number;
  /** How it listens. @default on the machine's network */
  readonly listen?: ListenVenue;
  /** Local ms between two looks at the clock. @default 20 */
  readonly tickMs?: number;
  /** Called with each answer of history, where the venue has one. @default nobody looks */
  readonly onHistory?: OnHistory | undefined;
}

/** One open stream socket of a web venue. Times are venue ms. */
export interface WebConnection {
  /** A stall begins: reads nothing. */
  pause(): void;
  /** The stall is over. */
  resume(now: number): void;
  /** Sends the pings and questions that are due, and ends a connection that leaves them unanswered. */
  keepAlive(now: number): void;
  /** Called once, when the socket has ended. */
  gone?(): void;
}

const TICK_MS = 20;

/**
 * What every simulated venue of requests and stream sockets on one port has in common: it listens, sends what
 * falls due, and lets faults strike. A venue adds its answers, its connections and its own faults.
 */
export abstract class WebVenue<Connection extends WebConnection> implements EmbeddedServer {
  abstract readonly venue: string;
  protected readonly time: VenueTime;
  protected readonly clock: Clock;
  protected readonly link = new Link();
  protected readonly connections: ReadonlySet<Connection>;
  /** Aborted when the venue closes. */
  protected readonly closing: AbortSignal;
  readonly #options: WebVenueOptions;
  readonly #connections = new Set<Connection>();
  readonly #close = new AbortController();
  #listener: VenueListener | undefined;
  #ticking: { cancel(): void } | undefined;
  #sentUntil: number;
  #isPaused = false;

  constructor(options: WebVenueOptions) {
    this.time = options.time;
    this.clock = options.clock;
    this.connections = this.#connections;
    this.closing = this.#close.signal;
    this.#options = options;
    this.#sentUntil = options.time.now();
  }

  /** The answer to a request. Faults of the connection are dealt with before and after. */
  protected abstract answer(request: HttpRequest): HttpAnswer | Promise<HttpAnswer>;

  /** Takes or refuses a stream socket, by {@link accept}. */
  protected abstract upgrade(upgrade: StreamUpgrade): void;

  /** Sends the events in `(after, upTo]`. @returns until when it has, which may be less than `upTo`. */
  protected abstract publish(after: number, upTo: number): number;

  /** Applies a fault that is specific to this venue. @throws {RangeError} for one of another venue. */
  protected abstract strikeOwn(action: FaultAction, now: number): void;

  /** Listens from now on. @throws the system's error when the port is taken. */
  async open(): Promise<void> {
    const { host = "127.0.0.1", port = 0, listen = listenVenue, tickMs = TICK_MS } = this.#options;
    this.#listener = await listen(
      {
        host,
        port,
        admits: () => !this.link.isRefusingAt(this.time.now()),
        headers: SIMULATED_HEADERS,
      },
      (request) => this.#onRequest(request),
      (upgrade) => void this.#onUpgrade(upgrade),
    );
    this.#ticking = this.time.follow((_, upTo) => this.#tick(upTo), tickMs);
  }

  get port(): number {
    return this.#listener!.port;
  }

  drop(): void {
    this.#listener!.cutAll();
  }

  stall(durationMs: number): void {
    const now = this.time.now();
    this.#tick(now);
    this.link.stall(now + durationMs);
    this.#isPaused = true;
    for (const connection of this.#connections) connection.pause();
  }

  corrupt(count: number): void {
    this.link.corrupt(count);
  }

  delay(delayMs: number, durationMs: number): void {
    const now = this.time.now();
    this.#tick(now);
    this.link.delay(delayMs, now + durationMs);
  }

  refuse(durationMs: number): void {
    this.link.refuse(this.time.now() + durationMs);
    this.#listener!.cutAll();
  }

  strike(action: FaultAction): void {
    const now = this.time.now();
    this.#tick(now);
    if (!strikeCommon(this, action)) this.strikeOwn(action, now);
  }

  async close(): Promise<void> {
    this.#close.abort(new Error("the venue closes"));
    this.#ticking?.cancel();
    this.link.close();
    await this.#listener?.close();
  }

  /** Accepts a stream socket and keeps the connection that `make` makes of it until it ends. */
  protected accept(upgrade: StreamUpgrade, make: (socket: VenueSocket) => Connection): void {
    upgrade.accept((socket) => {
      const connection = make(socket);
      this.#connections.add(connection);
      socket.onClose(() => {
        this.#connections.delete(connection);
        connection.gone?.();
      });
    });
  }

  async #onRequest(request: HttpRequest): Promise<HttpAnswer | undefined> {
    await this.link.open(this.time.now());
    if (this.closing.aborted) return undefined;
    const answer = await this.answer(request);
    // A stall may have begun meanwhile.
    if (this.link.isStalledAt(this.time.now())) await this.link.open(this.time.now());
    await new Promise<void>((resolve) => this.link.send(this.time.now(), false, resolve));
    return this.closing.aborted ? undefined : this.#dated(answer);
  }

  async #onUpgrade(upgrade: StreamUpgrade): Promise<void> {
    await this.link.open(this.time.now());
    if (this.closing.aborted) return;
    const refuse = (answer: HttpAnswer) => upgrade.refuse(this.#dated(answer));
    this.upgrade({ ...upgrade, refuse });
  }

  /** Says what time it is here, as every server of HTTP does: bans and `Retry-After` are read by it. */
  #dated(answer: HttpAnswer): HttpAnswer {
    const date = new Date(this.time.now()).toUTCString();
    return { ...answer, headers: { Date: date, ...answer.headers } };
  }

  /** Does what has fallen due; during a stall nothing, and what falls due then is lost. */
  #tick(now: number): void {
    if (this.link.isStalledAt(now)) return;
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#sentUntil = Math.max(this.#sentUntil, this.link.stalledUntil);
      for (const connection of this.#connections) connection.resume(now);
    }
    this.#sentUntil = this.publish(this.#sentUntil, now);
    this.link.flush(now);
    for (const connection of this.#connections) connection.keepAlive(now);
  }
}
