import { DAY, floorTo, HOUR, MINUTE } from "../../model/time.ts";
import type { Tape } from "./tape.ts";
import { EXCHANGE_ZONE, localTime } from "./venue_text.ts";

/** A trading day opens at 17:00 of the evening before, Chicago time. */
const OPEN_HOUR = 17;
/** Liquid hours of the index futures as IB counts them, minutes of the day in Chicago. */
const REGULAR = { from: 8 * 60 + 30, to: 16 * 60 };
const FRIDAY = 5;
/** Hours into a trading day by which it is known whether it takes place: a holiday may cut it short at either end. */
const PROBES = [0, 1, 6, 15, 17];
const MAX_DAYS_BACK = 800;
/** Entries in the cache of trading days by hour: every quote looks one up. */
const MAX_REMEMBERED = 4_096;

const opens = new Map<number, number>();

/** The day a time is booked on at CME: the evening belongs to the next day. */
function tradingDay(time: number): Temporal.PlainDate {
  const local = localTime(time, EXCHANGE_ZONE);
  const date = local.toPlainDate();
  return local.hour >= OPEN_HOUR ? date.add({ days: 1 }) : date;
}

function openOf(day: Temporal.PlainDate): number {
  return day.subtract({ days: 1 })
    .toZonedDateTime({ timeZone: EXCHANGE_ZONE, plainTime: { hour: OPEN_HOUR } }).epochMilliseconds;
}

/** When the trading day that holds `time` opens, epoch ms UTC. */
export function dayOpenAt(time: number): number {
  // A trading day changes on the hour.
  const hour = floorTo(time, HOUR);
  let open = opens.get(hour);
  if (open !== undefined) return open;
  open = openOf(tradingDay(hour));
  if (opens.size >= MAX_REMEMBERED) opens.clear();
  opens.set(hour, open);
  return open;
}

/** When the trading day after the one that opens at `open` does, epoch ms UTC. */
export function nextDayOpen(open: number): number {
  return dayOpenAt(open + DAY + 2 * HOUR);
}

/** Date of the trading day that holds `time`: `20251203`. */
export function tradingDate(time: number): string {
  return tradingDay(time).toString().replaceAll("-", "");
}

/** Start of the liquid hours on the local day of `time`, epoch ms UTC. */
export function regularOpenOn(time: number): number {
  const plainTime = { hour: Math.floor(REGULAR.from / 60), minute: REGULAR.from % 60 };
  return localTime(time, EXCHANGE_ZONE).withPlainTime(plainTime).epochMilliseconds;
}

/** True within IB's liquid hours. */
export function isRegular(time: number): boolean {
  const { hour, minute, dayOfWeek } = localTime(time, EXCHANGE_ZONE);
  const ofDay = hour * 60 + minute;
  return dayOfWeek <= FRIDAY && ofDay >= REGULAR.from && ofDay < REGULAR.to;
}

/**
 * Where a duration of `count` trading days that ends at `end` begins: the open of the last `count` trading
 * days that had begun by then. Days on which the market was shut do not count.
 */
export function openOfDaysBack(tape: Tape, symbol: string, end: number, count: number): number {
  let day = tradingDay(end - 1);
  let open = openOf(day);
  let left = count;
  for (let i = 0; i < MAX_DAYS_BACK; i++) {
    open = openOf(day);
    if (open < end && tookPlace(tape, symbol, open)) left--;
    if (left === 0 || open <= tape.truth.from - DAY) return open;
    day = day.subtract({ days: 1 });
  }
  return open;
}

function tookPlace(tape: Tape, symbol: string, open: number): boolean {
  return PROBES.some((hours) => tape.isOpen(symbol, open + hours * HOUR + MINUTE));
}
