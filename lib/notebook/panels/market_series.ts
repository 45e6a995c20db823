import { breaksOf } from "../../bars/breaks.ts";
import { instrumentLabel } from "../../charts/labels.ts";
import { decimalsOf } from "../../charts/packed_bars.ts";
import type { PriceSeries } from "../../charts/price_figure.ts";
import { calendarOf } from "../../market/instrument_calendar.ts";
import type { Market } from "../../market/market.ts";
import type { Bar } from "../../model/bar.ts";
import type { Instrument } from "../../model/instrument.ts";
import { floorTo, MINUTE } from "../../model/time.ts";

/**
 * The newest minutes of an instrument, ready to be drawn: with its label, its breaks and its rolls.
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
  return {
    id,
    label: labelOf(market, instrument),
    source: market.sourceOf(id),
    bars,
    breaks: from === undefined
      ? []
      : [...breaksOf(grid, { from }), ...shutSince(bars.at(-1)!, instrument, market.venueTime)],
    rolls: rollsOf(bars),
    decimals: decimalsOf(bars.map((bar) => bar.close)),
  };
}

/** `ES Futures (CME via IBKR Paper)`: the account is known once the venue has named it. */
function labelOf(market: Market, instrument: Instrument): string {
  const account = market.status().venues.find(({ venue }) => venue === instrument.venue)?.account;
  return instrumentLabel(instrument, account === undefined ? {} : { account });
}

/** The market's being shut now, if it is: bars tell only of what lies between them. */
function shutSince(last: Bar, instrument: Instrument, now: number): PriceSeries["breaks"] {
  const calendar = calendarOf(instrument), from = last.openTime + MINUTE;
  if (!(now > from) || calendar.isOpen(from) !== false || calendar.isOpen(now) !== false) return [];
  return [{ from, to: floorTo(now, MINUTE) + MINUTE, kind: "session" }];
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
