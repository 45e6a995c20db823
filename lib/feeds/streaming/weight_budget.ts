import { MINUTE } from "../../model/time.ts";

/** Limits of a {@link WeightBudget}. */
export interface WeightBudgetOptions {
  /** Weight the venue allows in a window. */
  readonly limit: number;
  /** Part of it that is used at most. @default 0.8 */
  readonly share?: number;
  /** Length of the window, ms. */
  readonly windowMs: number;
}

/** A request that counts against a {@link WeightBudget}. One of the three is called when it is over. */
export interface CountedRequest {
  /** Its answer came: the venue counted it, and what was sent before it, by now at the latest. */
  answered(now: number): void;
  /** It was given up. The venue may count it yet, all such requests at once. */
  unanswered(now: number): void;
  /** It never left this machine. */
  unsent(): void;
}

interface Counted {
  readonly weight: number;
  readonly sentAt: number;
  state: "sent" | "answered" | "unanswered";
  /** When its answer came, or it was given up. */
  endedAt: number;
}

/**
 * A venue or network that stands still hands on what waits there when it goes on. Systems give up sending what a
 * closed connection still holds after some 100 s.
 *
 * Source: Linux, "IP Sysctl", `tcp_orphan_retries` and `tcp_retries2`.
 */
const MAY_COME_WITHIN_MS = 2 * MINUTE;
/** Before a request while all that may be used is unanswered; less of it costs far less. */
const LONGEST_PAUSE_MS = MAY_COME_WITHIN_MS / 2;

/**
 * What may still be asked of one REST host: request weight over a sliding window, corrected by
 * what the venue itself counts for this address, and closed while the venue wants none at all (429, 418). The window
 * of a request begins with its answer. One without an answer counts until a later one is answered, or for two minutes:
 * several may come to the venue in the same moment, and must be within its limit then.
 * Pure: times are given, in ms on any steady clock.
 *
 * @example
 * ```ts
 * import { WeightBudget } from "./weight_budget.ts";
 * import assert from "node:assert/strict";
 * const budget = new WeightBudget({ limit: 10, share: 0.8, windowMs: 60_000 });
 * budget.spend(8, 0).answered(100);
 * assert.equal(budget.waitMs(2, 1_000), 59_100);
 * ```
 */
export class WeightBudget {
  readonly #limit: number;
  readonly #share: number;
  readonly #windowMs: number;
  #counted: Counted[] = [];
  #observed = { at: -Infinity, used: 0 };
  #closedUntil = -Infinity;

  constructor({ limit, share = 0.8, windowMs }: WeightBudgetOptions) {
    if (!(limit > 0)) throw new RangeError(`limit must be above 0, got ${limit}`);
    if (!(share > 0 && share <= 1)) throw new RangeError(`share must be in (0, 1], got ${share}`);
    this.#limit = limit;
    this.#share = share;
    this.#windowMs = windowMs;
  }

  /**
   * How long to wait before spending `weight`; 0 when it may be spent now. What is more than a window allows
   * is spent a window at a time, as soon as it may be, and the wait is that for the last of it. Requests under way
   * are taken to be answered now.
   *
   * @param share part of the limit that may be used then; what is unanswered may use the rest. @default that of
   * the budget
   */
  waitMs(weight: number, now: number, share = this.#share): number {
    const all = this.#limit * this.#share;
    const usable = Math.min(this.#limit * share, all);
    const windows = Math.max(0, Math.ceil(weight / usable) - 1);
    const last = weight - windows * usable;
    const isFree = (at: number) => {
      const used = this.#used(at, now), unanswered = this.unanswered(at);
      if (used + unanswered === 0) return true;
      return used + last <= usable && used + unanswered + last <= all &&
        at >= this.#pausedUntil(at);
    };
    let from = Math.max(now, this.#closedUntil);
    // Each step passes the end of something that counts, or of a pause, so it ends.
    while (!isFree(from)) from = this.#nextRelief(from, now);
    return from - now + windows * this.#windowMs;
  }

  /** Weight counted against us at a time not before the newest call. */
  used(now: number): number {
    return this.#used(now, now) + this.unanswered(now);
  }

  /** The part of it that was given up without an answer. */
  unanswered(now: number): number {
    return sumOf(this.#counted, (one) => one.state === "unanswered" && this.#endOf(one, now) > now);
  }

  spend(weight: number, now: number): CountedRequest {
    this.#counted = this.#counted.filter((one) => this.#endOf(one, now) > now);
    const counted: Counted = { weight, sentAt: now, state: "sent", endedAt: now };
    this.#counted.push(counted);
    return {
      answered: (at) => this.#answered(counted, at),
      unanswered: (at) => Object.assign(counted, { state: "unanswered", endedAt: at }),
      unsent: () => this.#counted = this.#counted.filter((one) => one !== counted),
    };
  }

  /** Takes the venue's own count, which includes other programs on this address. */
  observe(used: number, now: number): void {
    this.#observed = { at: now, used };
  }

  /** Nothing may be asked before `time`. */
  closeUntil(time: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, time);
  }

  #answered(counted: Counted, at: number): void {
    for (const one of this.#counted) {
      const hasCome = one.state === "unanswered" && one.sentAt <= counted.sentAt;
      if (one === counted || hasCome) Object.assign(one, { state: "answered", endedAt: at });
    }
  }

  /** Without what is unanswered, by what is known `now` of a later time. */
  #used(time: number, now: number): number {
    const own = (isOf: (one: Counted) => boolean) =>
      sumOf(
        this.#counted,
        (one) => one.state !== "unanswered" && this.#endOf(one, now) > time && isOf(one),
      );
    const { at, used } = this.#observed;
    const isObserved = time < at + this.#windowMs;
    // The venue's count need not have what was under way.
    const since = () => used + own(({ sentAt, state }) => sentAt > at || state === "sent");
    return isObserved ? Math.max(own(() => true), since()) : own(() => true);
  }

  /** The last of the budget is not spent at once while no answers come, for it is to last. */
  #pausedUntil(time: number): number {
    const part = Math.min(1, this.unanswered(time) / (this.#limit * this.#share));
    if (part === 0) return -Infinity;
    const ends = this.#counted.flatMap((one) => one.state === "unanswered" ? [one.endedAt] : []);
    return Math.max(...ends) + LONGEST_PAUSE_MS * part ** 3;
  }

  #nextRelief(time: number, now: number): number {
    const ends = this.#counted.map((one) => this.#endOf(one, now));
    ends.push(this.#observed.at + this.#windowMs, this.#pausedUntil(time));
    return Math.min(...ends.filter((end) => end > time));
  }

  /** Until when it counts. */
  #endOf({ state, endedAt }: Counted, now: number): number {
    switch (state) {
      case "sent":
        return now + this.#windowMs;
      case "answered":
        return endedAt + this.#windowMs;
      case "unanswered":
        return endedAt + MAY_COME_WITHIN_MS;
    }
  }
}

function sumOf(all: readonly Counted[], isOf: (one: Counted) => boolean): number {
  return all.reduce((sum, one) => isOf(one) ? sum + one.weight : sum, 0);
}
