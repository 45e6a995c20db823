import { MINUTE, SECOND } from "../../model/time.ts";

/** Times of events within the last `spanMs`; memory is bounded by the number admitted. */
class Window {
  readonly #spanMs: number;
  #times: number[] = [];

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  countAt(now: number): number {
    let stale = 0;
    while (stale < this.#times.length && this.#times[stale]! <= now - this.#spanMs) stale++;
    if (stale > 0) this.#times = this.#times.slice(stale);
    return this.#times.length;
  }

  add(now: number): void {
    this.#times.push(now);
  }
}

/**
 * Limits of the venue, in venue time, for the whole login: every client together.
 * Source: Interactive Brokers, TWS API, "Historical Data Limitations" and "Live Data Limitations".
 */
export const Limits = {
  /** Market-data lines at a time. */
  lines: 100,
  /** Historical requests open at a time. */
  openHistorical: 50,
  /** Historical requests for bars of 30 s or less in 10 minutes. */
  smallBars: 60,
  /** Requests for real-time bars in 10 minutes. */
  realTimeBars: 60,
  /** Requests for small bars of one contract and kind within 2 s from which on it is too many. */
  sameContract: 6,
  /** Tick-by-tick streams at a time: a twentieth of the lines. */
  tickByTick: 5,
  messagesPerSecond: 50,
  /** Violations of the message rate that end the session. */
  strikes: 3,
} as const;

/** Longest bar that counts as small. */
const SMALL_BAR = 30 * SECOND;
const IDENTICAL_WITHIN = 15 * SECOND;
const TICK_BY_TICK_SPACING = 15 * SECOND;
const MAX_REMEMBERED = 4_096;

/** Watches the pacing rules of historical requests and real-time bars. Refused requests do not count. */
export class Pacing {
  readonly #smallBars = new Window(10 * MINUTE);
  readonly #realTimeBars = new Window(10 * MINUTE);
  readonly #perContract = new Map<string, Window>();
  readonly #identical = new Map<string, number>();
  readonly #tickByTick = new Map<string, number>();

  /**
   * @param request.key everything that makes two requests identical.
   * @param request.contract contract, exchange and kind of data.
   * @returns true when the request may be served.
   */
  admitHistorical(
    request: { key: string; contract: string; stepMs: number; isBidAsk: boolean },
    now: number,
  ): boolean {
    if (request.stepMs > SMALL_BAR) return true;
    const last = this.#identical.get(request.key);
    if (last !== undefined && now - last < IDENTICAL_WITHIN) return false;
    const window = this.#windowOf(request.contract);
    const weight = request.isBidAsk ? 2 : 1;
    if (window.countAt(now) >= Limits.sameContract - 1) return false;
    if (this.#smallBars.countAt(now) + weight > Limits.smallBars) return false;
    for (let i = 0; i < weight; i++) this.#smallBars.add(now);
    window.add(now);
    this.#forgetBefore(now - IDENTICAL_WITHIN);
    this.#identical.set(request.key, now);
    return true;
  }

  /** @returns true when one more stream of real-time bars may begin. */
  admitRealTimeBars(now: number): boolean {
    if (this.#realTimeBars.countAt(now) >= Limits.realTimeBars) return false;
    this.#realTimeBars.add(now);
    return true;
  }

  /** @returns true when single trades of the contract may be requested: once in 15 s. */
  admitTickByTick(contract: string, now: number): boolean {
    const last = this.#tickByTick.get(contract);
    if (last !== undefined && now - last < TICK_BY_TICK_SPACING) return false;
    if (this.#tickByTick.size >= MAX_REMEMBERED) this.#tickByTick.clear();
    this.#tickByTick.set(contract, now);
    return true;
  }

  #windowOf(contract: string): Window {
    let window = this.#perContract.get(contract);
    if (window === undefined) {
      if (this.#perContract.size >= MAX_REMEMBERED) this.#perContract.clear();
      window = new Window(2 * SECOND);
      this.#perContract.set(contract, window);
    }
    return window;
  }

  #forgetBefore(time: number): void {
    for (const [key, at] of this.#identical) if (at <= time) this.#identical.delete(key);
  }
}

/** What became of a message under {@link MessageRate}. */
export type RateVerdict = "ok" | "ignored" | "strike" | "end";

/**
 * The message rate of one client. The first message above the rate is a strike; those that follow within
 * a second of it are dropped with it. The third strike ends the session.
 */
export class MessageRate {
  readonly #window = new Window(SECOND);
  #strikes = 0;
  #lastStrike = -Infinity;

  /** Number of strikes so far. */
  get strikes(): number {
    return this.#strikes;
  }

  take(now: number): RateVerdict {
    if (this.#window.countAt(now) < Limits.messagesPerSecond) {
      this.#window.add(now);
      return "ok";
    }
    if (now - this.#lastStrike < SECOND) return "ignored";
    this.#lastStrike = now;
    this.#strikes++;
    return this.#strikes >= Limits.strikes ? "end" : "strike";
  }
}
