import { breaksOf } from "../../bars/breaks.ts";
import type { DataRemark } from "../../charts/data_remark.ts";
import { decimalsOf } from "../../charts/packed_bars.ts";
import type { PriceSeries } from "../../charts/price_figure.ts";
import { calendarOf } from "../../calendar/instrument_calendar.ts";
import { instrumentLabel } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import type { Bar } from "../../model/bar.ts";
import type { Instrument } from "../../model/instrument.ts";
import { floorTo, MINUTE } from "../../model/time.ts";
import { dataRemarks } from "../../market/data_remarks.ts";

/**
 * The newest minutes of an instrument, ready to be drawn: with its label, its breaks and its rolls, and with why
 * the newest is not of now, if it is not.
 *
 * @param options.lastBars bars drawn; the market keeps all.
 * @param options.withForming whether the minute in the making is the last bar. @default false
 * @throws {RangeError} for an instrument that is not in the market.
 */
export function marketSeries(
  market: Market,
  id: string,
  options: { readonly lastBars: number; readonly withForming?: boolean },
): PriceSeries {
  const { lastBars, withForming = false } = options;
  const grid = market.minuteGrid(id);
  const instrument = market.instruments.find((one) => one.id === id)!;
  const closed = lastOf(market, id, lastBars);
  const forming = withForming ? market.forming(id) : undefined;
  const bars = forming === undefined ? closed : [...closed, forming];
  const from = bars[0]?.openTime;
  const remark = dataRemarks(market, [id])[0] ?? delayedRemark(market.isDelayed(id), closed.at(-1));
  return {
    id,
    label: labelOf(market, instrument),
    source: market.sourceOf(id),
    bars,
    breaks: from === undefined
      ? []
      : [...breaksOf(grid, { from }), ...breakSince(bars.at(-1)!, instrument, market)],
    rolls: rollsOf(bars),
    ...(remark === undefined ? {} : { remark }),
    decimals: decimalsOf(bars.map((bar) => bar.close)),
  };
}

/** `ES Futures (CME via IBKR Paper)`: the account is known once the venue has named it. */
function labelOf(market: Market, instrument: Instrument): string {
  const account = market.status().venues.find(({ venue }) => venue === instrument.venue)?.account;
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
 * What there is of a break now: bars tell only of what lies between them. The market is shut, or it is open and
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

/** The newest `count` closed bars, looking back over as many breaks as it takes. */
function lastOf(market: Market, id: string, count: number): readonly Bar[] {
  const { start, length } = market.minuteGrid(id);
  for (let minutes = 4 * count;; minutes *= 4) {
    const bars = market.bars(id, { from: start + (length - minutes) * MINUTE });
    if (bars.length >= count || minutes >= length) return bars.slice(-count);
  }
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
