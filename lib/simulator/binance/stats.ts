/** What a Binance venue has seen of its clients. Rates are per venue time. */
export interface BinanceStats {
  /** Stream sockets open now. */
  readonly liveSockets: number;
  /** Streams subscribed now, over all sockets. */
  readonly subscriptions: number;
  /** Stream sockets opened so far. */
  readonly connections: number;
  /** Most attempts to connect within five minutes. */
  readonly worstAttempts: number;
  readonly restCalls: number;
  /** Request weight of spot used in this minute. */
  readonly usedWeight: number;
  /** Most weight used in one minute. */
  readonly worstWeight: number;
  /** The same for USD-M futures, which have a budget of their own. */
  readonly worstFuturesWeight: number;
  /** Market events sent, counted once for each receiver. */
  readonly eventsSent: number;
  /** Most messages of one client within a second. */
  readonly worstMessagesPerSecond: number;
  readonly pings: number;
  /** Pongs that answered a ping with its payload. */
  readonly pongs: number;
  /** Which limits were broken, in order; the first hundred. */
  readonly violations: readonly string[];
  /** How many times a limit was broken. */
  readonly limitViolations: number;
}

const MAX_KEPT = 100;

/** Where the parts of the venue count. */
export class Counters {
  connections = 0;
  restCalls = 0;
  eventsSent = 0;
  worstMessagesPerSecond = 0;
  pings = 0;
  pongs = 0;
  limitViolations = 0;
  readonly violations: string[] = [];

  violated(rule: string): void {
    this.limitViolations++;
    if (this.violations.length < MAX_KEPT) this.violations.push(rule);
  }
}
