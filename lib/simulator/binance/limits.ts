import { DAY, floorTo, MINUTE, SECOND } from "../../model/time.ts";

/**
 * Limits of Binance spot, in venue time.
 * Source: Binance, "WebSocket Streams" and "Limits" of the spot API, July 2026.
 */
export const Limits = {
  pingEveryMs: 20 * SECOND,
  pongWithinMs: MINUTE,
  /** Messages of one client in a second: requests, pings and pongs. */
  messagesPerSecond: 5,
  streamsPerConnection: 1_024,
  /** Connections in five minutes. */
  connections: 300,
  connectionsWithinMs: 5 * MINUTE,
  lifetimeMs: DAY,
  weightPerMinute: 6_000,
} as const;

/**
 * Limits of USD-M futures; those that are not here are as in spot.
 * Source: Binance, "WebSocket Market Streams" and "Limits" of the USD-M futures API, September 2026.
 */
export const FuturesLimits = {
  pingEveryMs: 3 * MINUTE,
  pongWithinMs: 10 * MINUTE,
  messagesPerSecond: 10,
  weightPerMinute: 2_400,
} as const;

/** Counts what happens within a moving stretch of time; memory is bounded by `cap`. */
export class RateWindow {
  readonly #spanMs: number;
  readonly #cap: number;
  #times: number[] = [];
  /** Most ever seen in one stretch. */
  worst = 0;

  constructor(spanMs: number, cap: number) {
    this.#spanMs = spanMs;
    this.#cap = cap;
  }

  /** @returns how many there are in the stretch that ends now, this one included. */
  add(now: number): number {
    const stale = this.#times.findIndex((time) => time > now - this.#spanMs);
    this.#times = stale < 0 ? [] : this.#times.slice(stale);
    if (this.#times.length <= this.#cap) this.#times.push(now);
    this.worst = Math.max(this.worst, this.#times.length);
    return this.#times.length;
  }
}

/** What became of a request under the {@link WeightBudget}. */
export type WeightVerdict =
  | { readonly kind: "ok" }
  | { readonly kind: "limited"; readonly retryAfterSeconds: number }
  | { readonly kind: "banned"; readonly until: number; readonly retryAfterSeconds: number };

/** Requests after a 429 in the same minute that earn a ban. */
const PATIENCE = 5;
const FIRST_BAN_MS = 2 * MINUTE;
const LONGEST_BAN_MS = 3 * DAY;

/** Request weight per minute of one address; an address that continues after 429 is banned, longer each time. */
export class WeightBudget {
  #minute = -Infinity;
  #used = 0;
  #strikes = 0;
  #bannedUntil = -Infinity;
  #nextBanMs = FIRST_BAN_MS;
  /** Weight allowed in a minute. */
  readonly limit: number;
  /** Most ever used in one minute. */
  worst = 0;

  constructor(limit: number = Limits.weightPerMinute) {
    this.limit = limit;
  }

  /** Weight used in the minute that holds `now`. */
  usedAt(now: number): number {
    if (floorTo(now, MINUTE) !== this.#minute) {
      this.#minute = floorTo(now, MINUTE);
      this.#used = 0;
      this.#strikes = 0;
    }
    return this.#used;
  }

  take(weight: number, now: number): WeightVerdict {
    if (now < this.#bannedUntil) return this.#ban(now);
    this.#used = this.usedAt(now) + weight;
    this.worst = Math.max(this.worst, this.#used);
    if (this.#used <= this.limit) return { kind: "ok" };
    this.#strikes++;
    if (this.#strikes > PATIENCE) {
      this.#bannedUntil = now + this.#nextBanMs;
      this.#nextBanMs = Math.min(2 * this.#nextBanMs, LONGEST_BAN_MS);
      return this.#ban(now);
    }
    return { kind: "limited", retryAfterSeconds: secondsTo(this.#minute + MINUTE, now) };
  }

  #ban(now: number): WeightVerdict {
    const until = this.#bannedUntil;
    return { kind: "banned", until, retryAfterSeconds: secondsTo(until, now) };
  }
}

function secondsTo(time: number, now: number): number {
  return Math.ceil((time - now) / SECOND);
}
