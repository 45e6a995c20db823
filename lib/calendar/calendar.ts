import type { Interval } from "../model/time.ts";

/** When a market trades. All times are epoch ms UTC; pure: the same question always gets the same answer. */
export interface TradingCalendar {
  /** For people: `CME Globex equity index`. */
  readonly name: string;
  /** Whether the market trades at `time`; undefined when that is unknown. Cheap enough to call for every minute. */
  isOpen(time: number): boolean | undefined;
  /** The whole session that holds `time`; undefined when none does. */
  sessionOf(time: number): Interval | undefined;
  /** The first time at or after `time` when the market trades: `time` itself while it is open. */
  nextOpen(time: number): number | undefined;
  /** Every session that overlaps `[from, to)`, whole, oldest first. */
  sessions(from: number, to: number): Interval[];
}

const ENDLESS: Interval = { from: -Infinity, to: Infinity };

/** A market that never shuts: crypto. Its one session has no end. */
export const alwaysOpen: TradingCalendar = {
  name: "always open",
  isOpen: () => true,
  sessionOf: () => ENDLESS,
  nextOpen: (time) => time,
  sessions: (from, to) => from < to ? [ENDLESS] : [],
};

/** Unspecified hours: no minute is expected, and any minute that arrives is accepted. */
export const neverOwed: TradingCalendar = {
  name: "sampled",
  isOpen: () => false,
  sessionOf: () => undefined,
  nextOpen: () => undefined,
  sessions: () => [],
};
