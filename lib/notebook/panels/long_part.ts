import { calendarOf } from "../../calendar/instrument_calendar.ts";
import { type PairReturns, windowViewLong } from "../../charts/window_view.ts";
import type { Market } from "../../market/market.ts";
import { DAY } from "../../model/time.ts";
import type { LongReturns, LongTimeframe } from "../../sync/lagged_pairs.ts";
import { longReturns } from "../../sync/long_returns.ts";
import type { MarketPart } from "./market_panel.ts";
import { newestMinuteEnd } from "./newest_minute_end.ts";

/** How far back they reach: 60 sessions and more, 540 slots of 4h. */
const LONGEST_MS = 90 * DAY;
/** Least local time between two, however much changes. */
const LEAST_INTERVAL_MS = 30_000;

/** The returns of a pair at 4h and 1d, up to what both have settled. */
export function longReturnsOf(market: Market, a: string, b: string): PairReturns {
  const instruments = [a, b].map((id) => market.instruments.find((one) => one.id === id)!);
  const calendars = [calendarOf(instruments[0]!), calendarOf(instruments[1]!)] as const;
  const to = newestMinuteEnd(market, [a, b]);
  const made = (timeframe: LongTimeframe): LongReturns =>
    longReturns(market.minuteGrid(a), market.minuteGrid(b), timeframe, {
      calendars,
      lengthMs: LONGEST_MS,
      ...(Number.isNaN(to) ? {} : { to }),
    });
  return { "4h": made("4h"), "1d": made("1d") };
}

/** Brings them to the page, and anew when a slot has ended or history has changed one. */
export function longPart(market: Market, a: string, b: string): MarketPart {
  let sent = "";
  return {
    name: "long",
    on: ["minute", "heal"],
    minIntervalMs: LEAST_INTERVAL_MS,
    draw(id) {
      const html = windowViewLong(id, longReturnsOf(market, a, b));
      if (html === sent) return undefined;
      sent = html;
      return { html, text: "" };
    },
  };
}
