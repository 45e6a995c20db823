import { breaksOf } from "../../bars/breaks.ts";
import { calendarOf } from "../../calendar/instrument_calendar.ts";
import {
  type SeriesHistory,
  tradingViewHistory,
  tradingViewRecent,
} from "../../charts/trading_view.ts";
import type { Market } from "../../market/market.ts";
import { hasBar, type MinuteGrid, minutesWithin } from "../../model/minute_grid.ts";
import { DAY, HOUR, MINUTE } from "../../model/time.ts";
import type { BarTimeframe } from "../../model/timeframe.ts";
import { daysOf } from "../../sync/session_bars.ts";
import type { Frame } from "../panel.ts";
import type { MarketPart } from "./market_panel.ts";

/** How far back bars of 1m, 5m and 1h reach, where they are in memory. */
const MINUTES_MS = DAY;
const FIVES_MS = 7 * DAY;
const HOURS_MS = 30 * DAY;
const DAYS_AHEAD = 4;
/** Sent anew after this much venue time: each feed reaches further back than that. */
const ANEW_AFTER_MS = 2 * HOUR;
/** Least local time between two, however much changes. */
const LEAST_INTERVAL_MS = 30_000;
/** Shorter gaps than a bar of 5m are shown for the last day only. */
const SHORT_GAP_MS = 5 * MINUTE;
/** Newest breaks that travel, an instrument; each takes about 35 bytes. */
const MOST_BREAKS = 1_000;

/**
 * The past that the page can scroll back to and put together to bars of any length without a kernel: 24 hours of 1m,
 * 7 days of 5m, 30 days of 1h. It is sent when something in it has changed, or the feeds would not join on to it.
 */
export function chartHistory(market: Market): MarketPart {
  let sentKey = "", sentTo = NaN;
  return {
    name: "history",
    on: ["minute", "heal"],
    minIntervalMs: LEAST_INTERVAL_MS,
    draw(id, instruments): Frame | undefined {
      const end = Math.max(...instruments.map((one) => endOf(market.minuteGrid(one))));
      if (!Number.isFinite(end)) return undefined;
      const key = () =>
        instruments.map((one) => `${one} ${barsBefore(market, one, sentTo)}`).join();
      if (end - sentTo < ANEW_AFTER_MS && key() === sentKey) return undefined;
      sentTo = end;
      sentKey = key();
      const future = market.instruments.find((one) =>
        one.kind === "future" && instruments.includes(one.id)
      );
      const series = instruments.map((one) => historyOf(market, one, future?.id ?? one));
      return { html: tradingViewHistory(id, series), text: "" };
    },
  };
}

/** How far back the recent minutes reach: further than the history may be old. */
const RECENT_MS = ANEW_AFTER_MS + 40 * MINUTE;
/** Sent anew after this much venue time: each feed reaches further back than that. */
const RECENT_ANEW_MS = 30 * MINUTE;

/** The minutes between the history and the feeds, which are short then. It is sent when something in it has changed. */
export function recentMinutes(market: Market): MarketPart {
  let sentKey = "", sentTo = NaN;
  return {
    name: "recent",
    on: ["minute", "heal"],
    minIntervalMs: LEAST_INTERVAL_MS,
    draw(id, instruments): Frame | undefined {
      const end = Math.max(...instruments.map((one) => endOf(market.minuteGrid(one))));
      if (!Number.isFinite(end)) return undefined;
      const key = () =>
        instruments.map((one) => `${one} ${barsBefore(market, one, sentTo, RECENT_MS)}`).join();
      if (end - sentTo < RECENT_ANEW_MS && key() === sentKey) return undefined;
      sentTo = end;
      sentKey = key();
      const series = instruments.map((one) => ({
        id: one,
        bars: market.bars(one, { from: end - RECENT_MS }),
      }));
      return { html: tradingViewRecent(id, series), text: "" };
    },
  };
}

function endOf({ start, length }: MinuteGrid): number {
  return length === 0 ? -Infinity : start + length * MINUTE;
}

/** How many bars there are of the time that was sent: what history brings and heals changes it. */
function barsBefore(
  market: Market,
  instrument: string,
  time: number,
  lengthMs = HOURS_MS,
): number {
  const grid = minutesWithin(market.minuteGrid(instrument), time - lengthMs, time);
  let count = 0;
  for (const status of grid.status) if (hasBar(status)) count++;
  return count;
}

function historyOf(market: Market, id: string, daysFrom: string): SeriesHistory {
  const end = endOf(market.minuteGrid(id));
  const grid = minutesWithin(market.minuteGrid(id), end - HOURS_MS, end);
  const instrument = market.instruments.find((one) => one.id === daysFrom)!;
  const breaks = breaksOf(grid).filter(({ from, to }) =>
    to > end - MINUTES_MS || to - from >= SHORT_GAP_MS
  );
  const bars = (timeframe: BarTimeframe, lengthMs: number) =>
    market.bars(id, { timeframe, from: end - lengthMs, daysOf: daysFrom });
  // The next days too, for the page goes on by itself.
  const soon = { ...grid, length: grid.length + DAYS_AHEAD * DAY / MINUTE };
  const days = daysOf(soon, calendarOf(instrument));
  const sessions = daysOf(soon, calendarOf(market.instruments.find((one) => one.id === id)!));
  return {
    id,
    minutes: bars("1m", MINUTES_MS),
    fives: bars("5m", FIVES_MS),
    hours: bars("1h", HOURS_MS),
    dayBars: bars("1d", HOURS_MS),
    days,
    ...JSON.stringify(sessions) === JSON.stringify(days) ? {} : { sessions },
    breaks: breaks.slice(-MOST_BREAKS),
    rolls: rollsOf(grid),
  };
}

/** Open times of the minutes that begin another contract month. */
function rollsOf({ start, length, status, contract }: MinuteGrid): number[] {
  const rolls: number[] = [];
  let before = 0;
  for (let row = 0; row < length; row++) {
    if (!hasBar(status[row])) continue;
    if (before !== 0 && contract[row] !== before) rolls.push(start + row * MINUTE);
    before = contract[row]!;
  }
  return rolls;
}
