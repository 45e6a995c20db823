import { DAY, HOUR, MINUTE, SECOND } from "../model/time.ts";
import {
  type BarTimeframe,
  type CorrelatedTimeframe,
  stepOf,
  windowOf,
} from "../model/timeframe.ts";

/** The windows that make sense over so many slots: half of them, and the usual window at any rate. */
export function windowLimits(
  timeframe: CorrelatedTimeframe,
  slots: number,
): { least: number; most: number } {
  const most = Math.max(windowOf({}, timeframe), Math.min(240, Math.floor(slots / 2)));
  return { least: Math.min(10, most), most };
}

/** Furthest lag either way over so many slots. */
export function lagLimit(slots: number): number {
  return Math.max(1, Math.min(30, Math.floor(slots / 8)));
}

/** `48 bars (4 h)` */
export function barsText(count: number, timeframe: BarTimeframe): string {
  return `${count} ${count === 1 ? "bar" : "bars"} (${durationText(count * stepOf(timeframe))})`;
}

/** Which side is looked at earlier, and by how much: `BTCUSDT leads by 2 bars (10 min)`. */
export function lagText(
  lag: number,
  timeframe: CorrelatedTimeframe,
  labels: { readonly a: string; readonly b: string },
): string {
  if (lag === 0) return "none: the same bars";
  return `${lag > 0 ? labels.a : labels.b} leads by ${barsText(Math.abs(lag), timeframe)}`;
}

function durationText(ms: number): string {
  const days = ms / DAY;
  if (days >= 2 && Number.isInteger(days)) return `${days} days`;
  const hours = Math.floor(ms / HOUR), minutes = ms % HOUR / MINUTE;
  if (ms < MINUTE) return `${ms / SECOND} s`;
  if (hours === 0) return `${Number(minutes.toFixed(1))} min`;
  return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
}
