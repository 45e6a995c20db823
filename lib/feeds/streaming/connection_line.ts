import type { MarketError } from "../../model/errors.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import type { Log } from "../../runtime/log.ts";
import type { StreamingAdapter, Topic } from "./adapter.ts";
import type { DialBudget } from "./dial_budget.ts";
import { Link, type LinkOptions } from "./link.ts";
import type { Peer } from "./peer.ts";
import { sharedDials } from "./shared_budgets.ts";
import { dialledOften } from "./stream_failures.ts";

export interface ConnectionLineOptions extends Omit<LinkOptions, "subscribe"> {
  readonly adapter: Pick<StreamingAdapter, "venue" | "subscribe" | "limits">;
  readonly topics: readonly Topic[];
  readonly speed: number;
  readonly log: Log;
  /** In `[0, 1)`: spreads the planned renewals of many clients. */
  readonly random: number;
  /** @returns true for market data. */
  readonly onText: (text: string) => boolean;
  /** The line broke and no replacement is under way. */
  readonly onLost: (error: MarketError) => void;
}

/** Planned renewals of many clients are spread over this, venue ms. */
const RENEW_SPREAD_MS = 30 * MINUTE;
/** Two dials are at least this far apart. */
const DIAL_SPACING_MS = 10 * SECOND;
const DIAL_SPACING_FLOOR_MS = 500;
/** On the local clock, a replacement has at least this long for its first data. */
const FIRST_FLOOR_MS = 3 * SECOND;

/**
 * A market stream that outlives its sockets: before the venue cuts it, or when the server announces that it
 * closes, a second socket is opened and takes over with its first data, and only then the first one is
 * dropped. While both are open, everything may come twice. What is wanted is asked for on each of them.
 */
export class ConnectionLine {
  readonly #options: ConnectionLineOptions;
  readonly #budget: DialBudget;
  readonly #gone: Promise<void>[] = [];
  #wanted: readonly Topic[];
  #current: Link | undefined;
  #next: Link | undefined;
  #dialledAt = -Infinity;
  #pingedAt = -Infinity;
  #renewal: string | undefined;
  #firstMs: number;
  #opening: ((error?: MarketError) => void) | undefined;
  #isClosed = false;

  constructor(options: ConnectionLineOptions) {
    const { adapter: { limits }, clock, hosts, topics } = options;
    this.#options = options;
    this.#wanted = topics;
    this.#firstMs = limits.firstMs;
    // Venues count by address, so all hosts of the list draw on one budget.
    this.#budget = sharedDials(clock, hosts.names[0]!, limits.dials);
  }

  /** Local monotonic ms when the present socket opened; undefined while none is open. */
  get openedAt(): number | undefined {
    return this.#current?.openedAt;
  }

  /** Peer of the current socket; the next one to dial while there is none. */
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

  /** What is to be streamed from now on. */
  want(topics: readonly Topic[]): void {
    this.#wanted = topics;
    this.#current?.want(topics);
    this.#next?.want(topics);
  }

  /** Asks once more for topics that fell silent. */
  askAgain(topics: readonly Topic[]): void {
    this.#current?.askAgain(topics);
  }

  /** Sends a frame on the present socket. */
  send(frame: string): void {
    this.#current?.send(frame);
  }

  /** Replaces the socket as soon as the spacing of dials allows, without a break. */
  renew(reason: string): void {
    this.#renewal ??= reason;
    this.#advance();
  }

  /**
   * Does what time has made due.
   *
   * @param firstMs a replacement that has brought nothing for so long never will, venue ms.
   */
  tick(firstMs: number): void {
    this.#firstMs = firstMs;
    this.#advance();
    this.#ping();
  }

  /** Closes all sockets; resolves when they are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#drop(this.#current);
    this.#drop(this.#next);
    await Promise.all(this.#gone);
  }

  #advance(): void {
    const { adapter: { venue, limits }, clock, pace, random, log } = this.#options;
    const openedAt = this.#current?.openedAt;
    const now = clock.monotonic();
    if (this.#isClosed || openedAt === undefined || this.#wanted.length === 0) return;
    this.#judgeReplacement(now);
    if (this.#next !== undefined) return;
    const { renewAfterMs = Infinity } = limits;
    if (now - openedAt >= pace(renewAfterMs - random * RENEW_SPREAD_MS)) {
      this.#renewal ??= "the venue would cut it soon";
    }
    if (this.#renewal === undefined) return;
    if (now - this.#dialledAt < pace(DIAL_SPACING_MS, DIAL_SPACING_FLOOR_MS)) return;
    if (this.#dialWaitMs() > 0) return;
    log.info(`${venue}: replacing the stream socket: ${this.#renewal}`);
    this.#renewal = undefined;
    this.#next = this.#dial();
  }

  /** Gives up a replacement that opened and says nothing, while the old socket still delivers. */
  #judgeReplacement(now: number): void {
    const { adapter: { venue }, log, pace } = this.#options;
    const openedAt = this.#next?.openedAt;
    if (openedAt === undefined || now - openedAt <= pace(this.#firstMs, FIRST_FLOOR_MS)) return;
    log.warn(`${venue}: the replacement socket brought no data, another one is opened`);
    this.#drop(this.#next);
    this.#next = undefined;
    this.#renewal = "the last replacement brought no data";
  }

  #ping(): void {
    const { adapter: { subscribe: { ping } }, clock, pace } = this.#options;
    const now = clock.monotonic();
    if (ping === undefined || now - this.#pingedAt < pace(ping.everyMs)) return;
    this.#pingedAt = now;
    this.#current?.ping();
  }

  #dial(): Link {
    const { adapter: { subscribe }, clock, speed } = this.#options;
    this.#dialledAt = clock.monotonic();
    this.#budget.spend(this.#dialledAt * speed);
    return new Link(this.#wanted, {
      onOpen: (link) => this.#opened(link),
      onText: (link, text) => this.#received(link, text),
      onEnd: (link, error) => this.#ended(link, error),
    }, { ...this.#options, subscribe });
  }

  #opened(link: Link): void {
    link.want(this.#wanted);
    if (link === this.#current) this.#opening?.();
    // Nothing left to wait for when the old socket has broken meanwhile.
    else if (this.#current === undefined) this.#takeOver();
  }

  #received(link: Link, text: string): void {
    const { adapter: { subscribe }, onText } = this.#options;
    // Where streams are asked for by messages, the first frames are answers to these.
    if (link === this.#next && subscribe.isByPath) this.#takeOver();
    const isData = onText(text);
    if (isData) this.#options.hosts.served();
    if (link === this.#next && isData) this.#takeOver();
  }

  #takeOver(): void {
    this.#drop(this.#current);
    this.#current = this.#next;
    this.#next = undefined;
  }

  #ended(link: Link, error: MarketError): void {
    const { adapter: { venue }, log, onLost } = this.#options;
    this.#drop(link);
    if (link === this.#current) {
      this.#current = undefined;
      if (this.#opening !== undefined) this.#opening(error);
      else if (this.#next === undefined) onLost(error);
      else if (this.#next.openedAt !== undefined) this.#takeOver();
    } else if (link === this.#next) {
      this.#next = undefined;
      if (this.#current === undefined) return onLost(error);
      log.warn(`${venue}: the replacement socket failed: ${error.message}`);
      this.#renewal = "the last replacement failed";
    }
  }

  #drop(link: Link | undefined): void {
    if (link !== undefined) this.#gone.push(link.close());
  }

  /** Venue ms until the budget of the process lets this host be dialled. */
  #dialWaitMs(): number {
    const { clock, speed } = this.#options;
    return this.#budget.waitMs(clock.monotonic() * speed);
  }
}
