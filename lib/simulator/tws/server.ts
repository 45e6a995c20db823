import type { Clock, Timer } from "../../runtime/clock.ts";
import {
  type ListenTcp,
  listenTcp,
  type TcpConnection,
  type TcpListener,
} from "../../runtime/tcp_server.ts";
import type { FaultAction } from "../fault.ts";
import type { OnHistory } from "../served_history.ts";
import type { Truth } from "../truth.ts";
import type { VenueTime } from "../venue_time.ts";
import { Session } from "./session.ts";
import { type Interruption, strike, type StruckServer } from "./strikes.ts";
import { type TwsServerOptions, Venue } from "./venue.ts";

export type { Handshake, Permission, TwsServerOptions } from "./venue.ts";

/** Local ms between looks at what fell due: short at high speed, so that seconds do not come in lumps. */
const FAST_TICK_MS = 12;
const SLOW_TICK_MS = 40;
const FAST_SPEED = 10;
/** Local ms between attempts to take the port again after a time of refusing. */
const RELISTEN_MS = 25;

/** What a server has been asked since its start, and holds now. */
export interface TwsServerStats {
  /** Connections accepted so far. */
  readonly connections: number;
  /** Connections open now. */
  readonly sockets: number;
  /** Requests so far, by kind. */
  readonly requests: Readonly<Record<string, number>>;
  /** Requests and messages that came too fast. */
  readonly pacingViolations: number;
  /** Streams open now: real-time bars, market-data lines, histories kept up to date. */
  readonly subscriptions: number;
}

/** A simulated TWS or IB Gateway on loopback. */
export interface TwsServer extends StruckServer {
  readonly port: number;
  stats(): TwsServerStats;
  /** Stops listening, cuts every client, leaves no timer. Safe to call twice. */
  close(): Promise<void>;
}

export interface StartTwsServer {
  readonly truth: Truth;
  readonly time: VenueTime;
  readonly clock: Clock;
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** 0 takes a free port. @default 0 */
  readonly port?: number;
  readonly options?: TwsServerOptions;
  /** How it listens. @default on the machine's network */
  readonly listen?: ListenTcp;
  /** Local ms between looks at what fell due. @default 40, or 12 from ten venue seconds a second */
  readonly tickMs?: number;
  /** Called with each answer of history. @default nobody looks */
  readonly onHistory?: OnHistory | undefined;
}

/**
 * Starts a server that speaks the TWS wire protocol as IB Gateway does and serves the truth: contracts,
 * history, real-time bars and quotes in venue time, with the venue's limits and error codes.
 *
 * @throws the system's error when the port is taken.
 */
export async function startTwsServer(options: StartTwsServer): Promise<TwsServer> {
  const { host = "127.0.0.1", port = 0 } = options;
  const server = new Server(options, host);
  await server.listen(port);
  return server;
}

class Server implements TwsServer {
  readonly venue = "ibkr";
  readonly #venue: Venue;
  readonly #clock: Clock;
  readonly #host: string;
  readonly #listen: ListenTcp;
  readonly #sessions = new Set<Session>();
  readonly #timers = new Set<Timer>();
  readonly #following: Timer;
  #listener: TcpListener | undefined;
  #port = 0;
  #connections = 0;
  #refusals = 0;
  #interruptions = 0;
  #isPaused = false;
  #isClosed = false;
  #closing: Promise<void> | undefined;

  constructor(given: StartTwsServer, host: string) {
    const { truth, time, clock, options = {}, listen = listenTcp, onHistory } = given;
    this.#venue = new Venue(truth, time, options, onHistory);
    this.#clock = clock;
    this.#host = host;
    this.#listen = listen;
    const usualMs = time.speed >= FAST_SPEED ? FAST_TICK_MS : SLOW_TICK_MS;
    this.#following = time.follow((_, upTo) => this.#advance(upTo), given.tickMs ?? usualMs);
  }

  get port(): number {
    return this.#port;
  }

  async listen(port: number): Promise<void> {
    try {
      const options = { host: this.#host, port };
      this.#listener = await this.#listen(options, (connection) => this.#accept(connection));
    } catch (error) {
      this.#following.cancel();
      throw error;
    }
    this.#port = this.#listener.port;
  }

  stats(): TwsServerStats {
    const sessions = [...this.#sessions];
    return {
      connections: this.#connections,
      sockets: sessions.length,
      requests: { ...this.#venue.requests },
      pacingViolations: this.#venue.pacingViolations,
      subscriptions: sessions.reduce((sum, { streams }) => sum + streams.count, 0),
    };
  }

  notice(code: number, text: string): void {
    for (const session of this.#sessions) session.notice(code, text);
  }

  interrupt(durationMs: number, { streams }: { streams: Interruption }): void {
    const interruption = ++this.#interruptions;
    this.#venue.isDisconnected = true;
    this.notice(1100, "Connectivity between IBKR and Trader Workstation has been lost.");
    this.#after(durationMs, () => {
      if (interruption !== this.#interruptions) return;
      const now = this.#venue.time.now();
      for (const session of this.#sessions) {
        session.streams.advance(now);
        if (streams !== "kept") session.streams.clear();
      }
      this.#venue.isDisconnected = false;
      if (streams !== "lost") {
        this.notice(1102, "Connectivity between IBKR and TWS has been restored - data maintained.");
      } else {
        this.notice(1101, "Connectivity between IBKR and TWS has been restored - data lost.");
      }
    });
  }

  strike(action: FaultAction): void {
    this.#advance(this.#venue.time.now());
    strike(action, {
      server: this,
      venue: this.#venue,
      sessions: this.#sessions,
      after: (durationMs, callback) => this.#after(durationMs, callback),
    });
  }

  drop(): void {
    for (const session of this.#sessions) session.cut();
  }

  stall(durationMs: number): void {
    this.#venue.faults.stall(this.#venue.time.now() + durationMs);
    this.#isPaused = true;
    for (const session of this.#sessions) session.pause();
  }

  corrupt(count: number): void {
    this.#venue.faults.corrupt(count);
  }

  delay(delayMs: number, durationMs: number): void {
    this.#venue.faults.delay(delayMs, this.#venue.time.now() + durationMs);
  }

  refuse(durationMs: number): void {
    const refusal = ++this.#refusals;
    const gone = this.#listener?.close() ?? Promise.resolve();
    this.#listener = undefined;
    this.#after(durationMs, async () => {
      await gone;
      if (refusal === this.#refusals) await this.#listenAgain();
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    this.#following.cancel();
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    await this.#listener?.close();
  }

  async #listenAgain(): Promise<void> {
    if (this.#isClosed || this.#listener !== undefined) return;
    try {
      const options = { host: this.#host, port: this.#port };
      const listener = await this.#listen(options, (connection) => this.#accept(connection));
      if (this.#isClosed) await listener.close();
      else this.#listener = listener;
    } catch {
      // Somebody took the port in between; it is ours again when they leave.
      this.#schedule(() => this.#listenAgain(), RELISTEN_MS);
    }
  }

  #advance(now: number): void {
    if (this.#isPaused && !this.#venue.faults.isStalled(now)) {
      this.#isPaused = false;
      for (const session of this.#sessions) session.resume();
    }
    for (const session of this.#sessions) session.advance(now);
  }

  #accept(connection: TcpConnection): void {
    this.#connections++;
    const session: Session = new Session(connection, this.#venue, {
      isClientIdTaken: (id) =>
        this.#venue.troubles.isHeld(id, this.#venue.time.now()) ||
        [...this.#sessions].some(({ clientId }) => clientId === id),
      linesInUse: () => new Set([...this.#sessions].flatMap((s) => [...s.streams.lineIds()])),
      openHistories: () =>
        [...this.#sessions].reduce((sum, { streams }) => sum + streams.openHistories, 0),
      tickByTicks: () =>
        [...this.#sessions].reduce((sum, { streams }) => sum + streams.tickByTicks, 0),
    });
    this.#sessions.add(session);
    connection.onClose(() => {
      this.#sessions.delete(session);
      const { clientId } = session;
      if (clientId !== undefined) this.#venue.troubles.left(clientId, this.#venue.time.now());
    });
    if (this.#isPaused) session.pause();
  }

  #after(durationMs: number, callback: () => void): void {
    this.#schedule(callback, durationMs / this.#venue.time.speed);
  }

  #schedule(callback: () => void, delayMs: number): void {
    if (this.#isClosed) return;
    const timer: Timer = this.#clock.setTimer(() => {
      this.#timers.delete(timer);
      callback();
    }, delayMs);
    this.#timers.add(timer);
  }
}
