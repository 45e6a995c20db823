import { MarketError } from "../../model/errors.ts";
import { HOUR, MINUTE, SECOND } from "../../model/time.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { Pace } from "../pace.ts";
import type { DialBudget } from "./dial_budget.ts";
import { dialledOften, notBinance, type Peer, refusedByStatus, streamLost } from "./explain.ts";
import { sharedDials } from "./shared_budgets.ts";
import type { OpenWebSocket, WebSocketConnection, WebSocketEnd } from "../../runtime/web_socket.ts";
import type { VenueHost, VenueHosts } from "./venue_hosts.ts";

export interface StreamLineOptions {
  readonly hosts: VenueHosts;
  /** Path and query on whichever host. */
  readonly path: string;
  readonly openSocket: OpenWebSocket;
  readonly clock: Clock;
  readonly speed: number;
  readonly pace: Pace;
  readonly log: Log;
  /** In `[0, 1)`: spreads the planned renewals of many clients. */
  readonly random: number;
  /** The host has served a Binance stream before. */
  readonly isKnown: boolean;
  /** A replacement that has brought nothing for so long never will, venue ms. */
  readonly firstMs: () => number;
  readonly onText: (text: string) => void;
  /** The line broke and no replacement is under way. */
  readonly onLost: (error: MarketError) => void;
}

/** Binance cuts every stream after 24 h; the replacement is opened before that, venue ms. */
const RENEW_AFTER_MS = 23 * HOUR;
const RENEW_SPREAD_MS = 30 * MINUTE;
/** Two dials are at least this far apart. */
const DIAL_SPACING_MS = 10 * SECOND;
const DIAL_SPACING_FLOOR_MS = 500;
/** A socket that is not open by then never will be. */
const OPEN_LIMIT_MS = 8 * SECOND;
const OPEN_LIMIT_FLOOR_MS = 2 * SECOND;
/** On the local clock, a replacement has at least this long for its first data. */
const FIRST_FLOOR_MS = 3 * SECOND;

interface Link {
  readonly host: VenueHost;
  readonly socket: WebSocketConnection;
  openedAt: number | undefined;
}

/**
 * A market stream that outlives its sockets: before the 24 hours are over, or when the server announces
 * its shutdown, a second socket is opened and takes over with its first data, and only then the first one
 * is dropped. While both are open, everything may come twice.
 */
export class StreamLine {
  readonly #options: StreamLineOptions;
  readonly #budget: DialBudget;
  readonly #gone: Promise<void>[] = [];
  readonly #timers = new Set<Timer>();
  #current: Link | undefined;
  #next: Link | undefined;
  #dialledAt = -Infinity;
  #renewal: string | undefined;
  #opening: ((error?: MarketError) => void) | undefined;
  #isClosed = false;

  constructor(options: StreamLineOptions) {
    this.#options = options;
    // Binance counts by address, so all hosts of the list draw on one budget.
    this.#budget = sharedDials(options.clock, options.hosts.names[0]!);
  }

  /** Local monotonic ms when the present socket opened; undefined while none is open. */
  get openedAt(): number | undefined {
    return this.#current?.openedAt;
  }

  /** Whom the present socket leads to; the next to be dialled while there is none. */
  get peer(): Peer {
    return this.#current?.host ?? this.#options.hosts.present;
  }

  /** Opens the first socket. @throws {MarketError} when it cannot be opened, or not yet. */
  open(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const waitMs = this.#dialWaitMs();
      if (waitMs > 0) return reject(dialledOften(this.peer, waitMs));
      const onAbort = () => reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#opening = (error) => {
        this.#opening = undefined;
        signal.removeEventListener("abort", onAbort);
        if (error === undefined) resolve();
        else reject(error);
      };
      this.#current = this.#dial();
    });
  }

  /** Replaces the socket as soon as the spacing of dials allows, without a break. */
  renew(reason: string): void {
    this.#renewal ??= reason;
    this.tick();
  }

  /** Does what time has made due. */
  tick(): void {
    const { clock, pace, random } = this.#options;
    const openedAt = this.#current?.openedAt;
    const now = clock.monotonic();
    if (this.#isClosed || openedAt === undefined) return;
    this.#judgeReplacement(now);
    if (this.#next !== undefined) return;
    if (now - openedAt >= pace(RENEW_AFTER_MS - random * RENEW_SPREAD_MS)) {
      this.#renewal ??= "its 24 hours are nearly over";
    }
    if (this.#renewal === undefined) return;
    if (now - this.#dialledAt < pace(DIAL_SPACING_MS, DIAL_SPACING_FLOOR_MS)) return;
    if (this.#dialWaitMs() > 0) return;
    this.#options.log.info(`binance: replacing the stream socket: ${this.#renewal}`);
    this.#renewal = undefined;
    this.#next = this.#dial();
  }

  /** Sends a control request on the present socket. */
  send(request: Readonly<Record<string, unknown>>): void {
    this.#current?.socket.send(JSON.stringify(request));
  }

  /** Closes all sockets; resolves when they are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) timer.cancel();
    this.#drop(this.#current);
    this.#drop(this.#next);
    await Promise.all(this.#gone);
  }

  /** Gives up a replacement that opened and says nothing, while the old socket still delivers. */
  #judgeReplacement(now: number): void {
    const { firstMs, log, pace } = this.#options;
    const openedAt = this.#next?.openedAt;
    if (openedAt === undefined || now - openedAt <= pace(firstMs(), FIRST_FLOOR_MS)) return;
    log.warn("binance: the replacement socket brought no data, another one is opened");
    this.#drop(this.#next);
    this.#next = undefined;
    this.#renewal = "the last replacement brought no data";
  }

  #opened(link: Link): void {
    link.openedAt = this.#options.clock.monotonic();
    if (link === this.#current) this.#opening?.();
    // Nothing left to wait for when the old socket has broken meanwhile.
    else if (this.#current === undefined) this.#takeOver();
  }

  #takeOver(): void {
    this.#drop(this.#current);
    this.#current = this.#next;
    this.#next = undefined;
  }

  #ended(link: Link, error: MarketError): void {
    const { log, onLost } = this.#options;
    if (link === this.#current) {
      this.#current = undefined;
      if (this.#opening !== undefined) this.#opening(error);
      else if (this.#next === undefined) onLost(error);
      else if (this.#next.openedAt !== undefined) this.#takeOver();
    } else if (link === this.#next) {
      this.#next = undefined;
      if (this.#current === undefined) return onLost(error);
      log.warn(`binance: the replacement socket failed: ${error.message}`);
      this.#renewal = "the last replacement failed";
    }
  }

  #drop(link: Link | undefined): void {
    if (link !== undefined) this.#gone.push(link.socket.close());
  }

  /** Venue ms until the budget of the process lets this host be dialled. */
  #dialWaitMs(): number {
    const { clock, speed } = this.#options;
    return this.#budget.waitMs(clock.monotonic() * speed);
  }

  #dial(): Link {
    const { hosts, path, openSocket, clock, speed, pace, onText } = this.#options;
    const host = hosts.present;
    const limitMs = pace(OPEN_LIMIT_MS, OPEN_LIMIT_FLOOR_MS);
    this.#dialledAt = clock.monotonic();
    this.#budget.spend(this.#dialledAt * speed);
    const timer = clock.setTimer(() => {
      this.#timers.delete(timer);
      this.#drop(link);
      this.#ended(link, hosts.unreachable(host, "timeout", { limitMs }));
    }, limitMs);
    this.#timers.add(timer);
    const stopTimer = () => {
      timer.cancel();
      this.#timers.delete(timer);
    };
    const socket = openSocket(host.url + path, {
      onOpen: () => {
        stopTimer();
        this.#opened(link);
      },
      onText: (text) => {
        if (link === this.#next) this.#takeOver();
        onText(text);
      },
      onEnd: (end) => {
        stopTimer();
        this.#ended(link, this.#explain(end, link));
      },
    });
    const link: Link = { host, socket, openedAt: undefined };
    return link;
  }

  #explain(end: WebSocketEnd, link: Link): MarketError {
    const { hosts, isKnown } = this.#options;
    const { host: peer } = link;
    switch (end.kind) {
      case "closed":
        return streamLost(peer, end.code, end.reason);
      case "broken": {
        if (link.openedAt !== undefined) return streamLost(peer, 1006, end.fault);
        return hosts.unreachable(peer, end.fault, { limitMs: 0, cause: end.cause });
      }
      case "refused-upgrade": {
        const { status, retryAfterMs } = end;
        const told = retryAfterMs === undefined ? {} : { retryAfterMs };
        return refusedByStatus(peer, status, told) ??
          notBinance(peer, `HTTP ${status} instead of a stream`, isKnown);
      }
    }
  }
}
