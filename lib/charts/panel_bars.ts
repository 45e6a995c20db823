import type { Bar } from "../model/bar.ts";
import type { Interval } from "../model/time.ts";
import type { PlacedBar } from "./candle_mark.ts";
import type { PriceSeries } from "./price_series.ts";
import type { SlotAxis } from "./slot_axis.ts";

/** What of a series lies on the axis. */
export interface PanelBars {
  readonly bars: readonly PlacedBar[];
  /** One value a bar shown; undefined when there is none to draw. */
  readonly vwap: readonly number[] | undefined;
  /** The newest bar with a close, on the axis or before it. */
  readonly last: Bar | undefined;
  /** Prices that the panel covers, with room above and below. */
  readonly lo: number;
  readonly hi: number;
}

/** The bars of a series that lie on the axis, and the prices to be covered. */
export function panelBars(series: PriceSeries, axis: SlotAxis): PanelBars {
  const rows = series.bars.flatMap((bar, i) =>
    bar.openTime >= axis.from && bar.openTime < axis.to && Number.isFinite(bar.close) ? [i] : []
  );
  const last = series.bars.findLast((bar) => Number.isFinite(bar.close));
  const shown = rows.map((i) => series.bars[i]!);
  const covered = shown.length > 0 ? shown : last === undefined ? [] : [last];
  const vwap = rows.map((i) => series.vwap?.[i] ?? NaN);
  return {
    bars: shown.map((bar) => ({ bar, at: axis.positionOf(bar.openTime) + 0.5 })),
    vwap: vwap.some(Number.isFinite) ? vwap : undefined,
    last,
    ...rangeOf(covered, series.decimals),
  };
}

function rangeOf(bars: readonly Bar[], decimals: number): { lo: number; hi: number } {
  let lo = Infinity, hi = -Infinity;
  for (const bar of bars) {
    for (const price of [bar.open, bar.high, bar.low, bar.close]) {
      if (!Number.isFinite(price)) continue;
      lo = Math.min(lo, price);
      hi = Math.max(hi, price);
    }
  }
  if (lo > hi) return { lo: 0, hi: 1 };
  // A flat price lies in the middle of a few of its smallest steps.
  const room = hi > lo ? 0.05 * (hi - lo) : Math.max(5 * 10 ** -decimals, 5e-4 * Math.abs(hi));
  return { lo: lo - room, hi: hi + room };
}

/** A stretch of the axis where a series has no bar. */
export interface PanelBreak extends Interval {
  /** `none`: nothing says why. */
  readonly kind: "session" | "gap" | "none";
  /** Drawn narrower than it is. */
  readonly isFolded: boolean;
}

/** More missing slots than this after the last bar are shown; fewer may be on their way. */
const TAIL_SLOTS = 2;

/** The known breaks of a series on the axis, and the unexplained: where its bars end early, and bare folds. */
export function panelBreaks(series: PriceSeries, axis: SlotAxis): PanelBreak[] {
  const isIn = (inner: Interval, outer: Interval) => inner.from < outer.to && outer.from < inner.to;
  const given = series.breaks.filter((one) => isIn(one, axis)).map(({ from, to, kind }) => ({
    from: Math.max(from, axis.from),
    to: Math.min(to, axis.to),
    kind,
    isFolded: axis.folds.some((fold) => isIn({ from, to }, fold)),
  }));
  const bare = axis.folds.filter((fold) => !given.some((one) => isIn(one, fold)))
    .map(({ from, to }) => ({ from, to, kind: "none" as const, isFolded: true }));
  const known = [...given, ...bare];
  const lastOpen = series.bars.at(-1)?.openTime;
  if (lastOpen === undefined) return known;
  const ends = [axis.from, lastOpen + axis.stepMs, ...known.map(({ to }) => to)];
  const from = Math.max(...ends);
  if (axis.to - from <= TAIL_SLOTS * axis.stepMs) return known;
  return [...known, { from, to: axis.to, kind: "none", isFolded: false }];
}
