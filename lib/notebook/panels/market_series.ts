import { chartAlerts } from "./alert_rows.ts";
import { breaksOf } from "../../bars/breaks.ts";
import type { DataRemark } from "../../charts/data_remark.ts";
import type { PriceSeries } from "../../charts/price_figure.ts";
import { calendarOf } from "../../calendar/instrument_calendar.ts";
import { instrumentLabel } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import type { MarketStatus } from "../../market/market_status.ts";
import type { Bar } from "../../model/bar.ts";
import type { Instrument } from "../../model/instrument.ts";
import { hasBar, type MinuteGrid } from "../../model/minute_grid.ts";
import { floorTo, MINUTE } from "../../model/time.ts";
import { type BarTimeframe, stepOf } from "../../model/timeframe.ts";
import { priceDecimals } from "./price_decimals.ts";
import { dataRemarks } from "../../market/data_remarks.ts";

/** Options of {@link marketSeries}. */
export interface MarketSeriesOptions {
  /** Bars drawn; the market keeps all. */
  readonly lastBars: number;
  /** Length of a bar. @default "1m" */
  readonly timeframe?: BarTimeframe;
  /** Whether the minute in the making is the last bar. @default false */
  readonly withForming?: boolean;
}

/**
 * The newest bars of instruments, ready to be drawn: each with its label, its breaks and its rolls, and with why the
 * newest is not of now, if it is not. Days of crypto beside a future are cut by the future's sessions.
 *
 * @throws {RangeError} for an instrument that is not in the market.
 */
export function marketSeries(
  market: Market,
  ids: readonly string[],
  options: MarketSeriesOptions,
): PriceSeries[] {
  // One status for all: it counts every minute held.
  const status = market.status();
  const future = market.instruments.find(({ id, kind }) => kind === "future" && ids.includes(id));
  return ids.map((id) => seriesOf(market, status, id, { ...options, daysOf: future?.id ?? id }));
}

function seriesOf(
  market: Market,
  status: MarketStatus,
  id: string,
  options: MarketSeriesOptions & { readonly daysOf: string },
): PriceSeries {
  const { lastBars, withForming = false, timeframe = "1m", daysOf } = options;
  const grid = market.minuteGrid(id);
  const instrument = market.instruments.find((one) => one.id === id)!;
  const stepMs = stepOf(timeframe);
  const first = firstOf(grid, Math.ceil(lastBars * stepMs / MINUTE));
  const closed = market.bars(id, { timeframe, daysOf, from: floorTo(first, stepMs) })
    .slice(-lastBars);
  const forming = withForming && timeframe === "1m" ? market.forming(id) : undefined;
  const bars = forming === undefined ? closed : [...closed, forming];
  const from = bars[0]?.openTime;
  const remark = dataRemarks({ status: () => status }, [id])[0] ??
    delayedRemark(market.isDelayed(id), closed.at(-1));
  return {
    id,
    label: labelOf(status, instrument),
    source: market.sourceOf(id),
    bars,
    // A longer bar stands over its breaks, and seconds without trades are no gaps.
    breaks: from === undefined || timeframe !== "1m"
      ? []
      : [...breaksOf(grid, { from }), ...breakSince(bars.at(-1)!, instrument, market)],
    rolls: rollsOf(bars),
    ...(remark === undefined ? {} : { remark }),
    alerts: chartAlerts(market.alerts?.history ?? [], id),
    decimals: priceDecimals(market, id),
  };
}

/** `ES Futures (CME via IBKR Paper)`: the account is known once the venue has named it. */
function labelOf({ venues }: MarketStatus, instrument: Instrument): string {
  const account = venues.find(({ venue }) => venue === instrument.venue)?.account;
  return instrumentLabel(instrument, account === undefined ? {} : { account });
}

/** Delayed bars come as they should, and are not of now. */
function delayedRemark(isDelayed: boolean, last: Bar | undefined): DataRemark | undefined {
  if (!isDelayed || last === undefined) return undefined;
  return { word: "delayed", time: last.openTime + MINUTE, isFault: true };
}

/** A minute may be this late before it is a gap; delayed data are late by so much. */
const LATE_MS = 2 * MINUTE;
const DELAYED_MS = 16 * MINUTE;

/**
 * What there is of a break now: bars show only what lies between them. The market is shut, or it is open and
 * nothing comes.
 */
function breakSince(
  last: Bar,
  instrument: Instrument,
  market: Pick<Market, "venueTime" | "isDelayed">,
): PriceSeries["breaks"] {
  const calendar = calendarOf(instrument), now = market.venueTime;
  const from = last.openTime + MINUTE, to = floorTo(now, MINUTE);
  const isOpen = [calendar.isOpen(from), calendar.isOpen(now)];
  if (now > from && isOpen.every((open) => open === false)) {
    return [{ from, to: to + MINUTE, kind: "session" }];
  }
  const allowedMs = market.isDelayed(instrument.id) ? DELAYED_MS : LATE_MS;
  return to - from > allowedMs && isOpen.every((open) => open === true)
    ? [{ from, to, kind: "gap" }]
    : [];
}

/** Open time of the first of the newest `count` bars, over as many breaks as there are between them. */
function firstOf({ start, length, status }: MinuteGrid, count: number): number {
  let row = length;
  for (let left = count; row > 0 && left > 0; row--) if (hasBar(status[row - 1])) left--;
  return start + row * MINUTE;
}

/** Where the contract month changes from one bar to the next. */
function rollsOf(bars: readonly Bar[]): PriceSeries["rolls"] {
  return bars.flatMap((bar, i) => {
    const before = bars[i - 1]?.contract, now = bar.contract;
    return before !== undefined && now !== undefined && before !== now
      ? [{ time: bar.openTime, from: before, to: now }]
      : [];
  });
}
