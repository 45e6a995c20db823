import { calendarOf } from "../calendar/instrument_calendar.ts";
import type { Instrument } from "../model/instrument.ts";
import { hasBar, type MinuteGrid, minutesWithin } from "../model/minute_grid.ts";
import { DAY, floorTo, MINUTE } from "../model/time.ts";
import { relativeVolume } from "../sync/relative_volume.ts";
import { SessionVwap } from "../sync/vwap.ts";
import { type VwapCross, vwapCrosses } from "../sync/vwap_crosses.ts";

/** Bars in the mean volume. */
const VOLUME_BARS = 20;

/**
 * Crosses of an instrument's session VWAP on more than 1.5 times its usual volume, in the minutes that open from `from`
 * on. A bar counts at its typical price; the usual volume is the mean of 20 minutes.
 *
 * @param from epoch ms UTC; at most a day before the newest minute.
 */
export function vwapCrossesOf(instrument: Instrument, grid: MinuteGrid, from: number): VwapCross[] {
  const calendar = calendarOf(instrument);
  // One minute before the first, whose session the VWAP and its cross rest on.
  const began = sessionStart(calendar.sessionOf(from - MINUTE)?.from, from - MINUTE);
  const { start, length, high, low, close, volume, status } = minutesWithin(
    grid,
    Math.max(grid.start, Math.max(began, from - DAY) - VOLUME_BARS * MINUTE),
  );
  const running = new SessionVwap(calendar);
  const openTime = Float64Array.from({ length }, (_, row) => start + row * MINUTE);
  const vwap = openTime.map((time, row) => {
    if (!hasBar(status[row])) return NaN;
    running.push(time, (high[row]! + low[row]! + close[row]!) / 3, volume[row]!, true);
    return running.value;
  });
  let known: { from: number; to: number } | undefined;
  const session = openTime.map((time) => {
    if (known === undefined || time < known.from || time >= known.to) {
      known = calendar.sessionOf(time);
    }
    return known === undefined ? NaN : sessionStart(known.from, time);
  });
  const ratio = relativeVolume(volume, { window: VOLUME_BARS });
  return vwapCrosses({ openTime, close, vwap, ratio, session }).filter((one) =>
    one.openTime >= from
  );
}

/** A session without end begins at midnight UTC. */
function sessionStart(from: number | undefined, time: number): number {
  return from === undefined || from === -Infinity ? floorTo(time, DAY) : from;
}
