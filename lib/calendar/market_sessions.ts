import { DAY } from "../model/time.ts";
import { LocalClock } from "./local_clock.ts";
import { usCashClose } from "./us_cash_close.ts";

/** The three trading days that follow each other around the world. */
export type MarketSession = "asia" | "europe" | "us";

/** Local hours of a session, Monday to Friday. */
export interface SessionHours {
  readonly timeZone: string;
  /** Minutes since local midnight; open inclusive, close exclusive. */
  readonly open: number;
  readonly close: number;
  /**
   * Close of a local day that differs, the day as a count of days since 1970-01-01: null when it is not held, undefined
   * when it is as others.
   */
  readonly closeOn?: (day: number) => number | null | undefined;
}

/** 2024-11-05, when Tokyo's closing auction moved the end of trading from 15:00 to 15:30. */
const TOKYO_LATER = Date.UTC(2024, 10, 5) / DAY;

/**
 * Cash hours of Tokyo, London and New York on their own clocks, so that each session keeps its hours
 * through its own summer time (the US and Europe change on different weekends). Holidays and short days of
 * New York are known from 2023 to 2027, see `usCashClose`; those of Tokyo and London are not known here. London and New York overlap in the afternoon of the one and the morning of the other. Tokyo trades
 * to 15:30 since 5 November 2024, before that day to 15:00 (Japan Exchange Group, arrowhead 4.0).
 */
export const MARKET_SESSIONS: Readonly<Record<MarketSession, SessionHours>> = {
  asia: {
    timeZone: "Asia/Tokyo",
    open: 9 * 60,
    close: 15 * 60 + 30,
    closeOn: (day) => day < TOKYO_LATER ? 15 * 60 : undefined,
  },
  europe: { timeZone: "Europe/London", open: 8 * 60, close: 16 * 60 + 30 },
  us: {
    timeZone: "America/New_York",
    open: 9 * 60 + 30,
    close: 16 * 60,
    closeOn: usCashClose,
  },
};

/**
 * One session's hours, asked time by time.
 *
 * @example New York opens at 14:30 UTC in winter, at 13:30 UTC in summer
 * ```ts
 * import { SessionClock } from "./market_sessions.ts";
 * import assert from "node:assert/strict";
 * const us = new SessionClock("us");
 * assert.equal(us.isOpen(Date.UTC(2026, 0, 26, 14, 29)), false);
 * assert.equal(us.isOpen(Date.UTC(2026, 0, 26, 14, 30)), true);
 * assert.equal(us.isOpen(Date.UTC(2026, 6, 6, 13, 30)), true);
 * assert.equal(us.isOpen(Date.UTC(2026, 6, 5, 15)), false); // Sunday
 * assert.equal(us.isOpen(Date.UTC(2026, 10, 26, 15)), false); // Thanksgiving
 * ```
 */
export class SessionClock {
  readonly #clock: LocalClock;
  readonly #hours: SessionHours;

  /** @param session by name, or hours of one's own. */
  constructor(session: MarketSession | SessionHours) {
    this.#hours = typeof session === "string" ? MARKET_SESSIONS[session] : session;
    this.#clock = new LocalClock(this.#hours.timeZone);
  }

  isOpen(time: number): boolean {
    return this.dayOf(time) !== undefined;
  }

  /** Number of the local day whose session holds `time` (epoch ms UTC); undefined when none does. */
  dayOf(time: number): number | undefined {
    if (!Number.isFinite(time)) return undefined;
    const { day, weekday, minute } = this.#clock.at(time);
    const { open, close, closeOn } = this.#hours;
    if (weekday > 5 || minute < open || minute >= close) return undefined;
    const end = closeOn?.(day);
    return end === undefined || (end !== null && minute < end) ? day : undefined;
  }
}
