import type { TradingCalendar } from "../calendar/calendar.ts";
import type { Interval } from "../model/time.ts";
import { onBalanceVolume } from "../sync/on_balance_volume.ts";
import { volumeAverage } from "../sync/volume_average.ts";
import { SessionVwap, vwapSession } from "../sync/vwap.ts";
import type { PageBar } from "./packed_bars.ts";

/** Above so many times its average a volume is high, and above so many a spike: as the badges of the desk have it. */
export const HIGH_VOLUME = 1.5;
export const SPIKE_VOLUME = 2;

/** What is drawn over the bars, a number a bar; NaN where it is not known. */
export interface ChartNumbers {
  /** Mean volume of the bars before, in the volume's unit. */
  readonly average: Float64Array;
  /** Volume-weighted price since the session began, at the bar's end. */
  readonly vwap: Float64Array;
  /** On-balance volume, in the volume's unit; begins at 0. */
  readonly obv: Float64Array;
}

/** Hours of an instrument by its sessions. */
export type Sessions = Pick<TradingCalendar, "sessionOf">;

export interface ChartNumbersOptions {
  /** Bars in the mean volume. */
  readonly averageBars: number;
  /** The bars of which the VWAP is made, see {@link vwapRows}. */
  readonly vwapRows: readonly PageBar[];
  readonly sessions: Sessions;
  /** Times at which minutes are missing: on-balance volume begins anew after each. */
  readonly gaps: readonly Interval[];
}

/** @param bars of one timeframe, oldest first. */
export function chartNumbers(
  bars: readonly PageBar[],
  { averageBars, vwapRows, sessions, gaps }: ChartNumbersOptions,
): ChartNumbers {
  const volume = Float64Array.from(bars, (bar) => bar.volume);
  return {
    average: volumeAverage(volume, { window: averageBars, includesSelf: false }),
    vwap: vwapAt(bars, vwapRows, sessions),
    obv: obvOf(bars, gaps),
  };
}

/** Days or sessions as hours: a time outside of all belongs to none. @param sessions ascending. */
export function sessionsOf(sessions: readonly Interval[]): Sessions {
  return {
    sessionOf(time) {
      const session = sessions.findLast(({ from }) => from <= time);
      return session !== undefined && time < session.to ? session : undefined;
    },
  };
}

/**
 * Of each session the finest bars that reach back to its beginning: the VWAP of half a session is none. Sessions that
 * no bars cover are left out.
 *
 * @param levels bars of the same instrument up to the same time, the finest first.
 */
export function vwapRows(levels: readonly (readonly PageBar[])[], sessions: Sessions): PageBar[] {
  const rows: PageBar[] = [];
  let until = Infinity;
  for (const level of levels) {
    const first = level[0]?.openTime ?? Infinity;
    const whole = level.findIndex(({ openTime }) => {
      const session = vwapSession(sessions, openTime);
      return session !== undefined && session.from >= first;
    });
    if (whole < 0) continue;
    const taken = level.slice(whole).filter(({ openTime }) => openTime < until);
    if (taken.length === 0) continue;
    rows.unshift(...taken);
    until = taken[0]!.openTime;
  }
  return rows;
}

/** The VWAP at the end of each bar: after the last of the rows that opens before the next bar. */
function vwapAt(
  bars: readonly PageBar[],
  rows: readonly PageBar[],
  sessions: Sessions,
): Float64Array {
  const running = new SessionVwap(sessions);
  const values = new Float64Array(bars.length).fill(NaN);
  let next = 0;
  for (let i = 0; i < bars.length; i++) {
    const end = bars[i + 1]?.openTime ?? Infinity;
    while (next < rows.length && rows[next]!.openTime < end) {
      const { openTime, high, low, close, volume } = rows[next++]!;
      running.push(openTime, (high + low + close) / 3, volume, true);
    }
    values[i] = running.value;
  }
  return values;
}

function obvOf(bars: readonly PageBar[], gaps: readonly Interval[]): Float64Array {
  const close: number[] = [], volume: number[] = [], rowOf: number[] = [];
  const ascending = gaps.toSorted((a, b) => a.from - b.from);
  let gap = 0;
  for (const bar of bars) {
    let isAfterGap = false;
    while (gap < ascending.length && ascending[gap]!.to <= bar.openTime) {
      isAfterGap = true;
      gap++;
    }
    if (isAfterGap) {
      close.push(NaN);
      volume.push(NaN);
    }
    rowOf.push(close.length);
    close.push(bar.close);
    volume.push(bar.volume);
  }
  const sums = onBalanceVolume(close, volume);
  return Float64Array.from(rowOf, (row) => sums[row]!);
}
