import { calendarOf } from "../../../lib/calendar/instrument_calendar.ts";
import type { Instrument } from "../../../lib/model/instrument.ts";
import { type MinuteGrid, MinuteStatus } from "../../../lib/model/minute_grid.ts";
import { DAY, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { createMarketModel, type MarketModel } from "../../../lib/simulator/market_model.ts";
import type { SecondPrices } from "../../../lib/sync/studies/second_prices.ts";
import type { StudyQuery, StudyScope } from "../../../lib/sync/studies/study.ts";
import { type StudyMinutes, studyScope } from "../../../lib/sync/studies/study_scope.ts";

/** Monday, midnight UTC; no roll for weeks. */
export const FROM = Date.UTC(2026, 0, 12);

/** What is planted in the simulated market: ES leads BTC by five seconds, NQ goes with ES, gold with none of them. */
export function simulatedMarket(seed: number): MarketModel {
  return createMarketModel({ seed, from: FROM });
}

const INSTRUMENTS: Readonly<Record<string, Instrument>> = {
  BTCUSDT: coin("BTCUSDT"),
  ETHUSDT: coin("ETHUSDT"),
  ES: future("ES"),
  NQ: future("NQ"),
  GC: future("GC"),
};

function coin(id: string): Instrument {
  return { id, venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" };
}

function future(id: string): Instrument {
  return {
    id,
    venue: "ibkr",
    kind: "future",
    exchange: id === "GC" ? "COMEX" : "CME",
    currency: "USD",
  };
}

/** A study's scope over whole UTC days of the simulated market, from its first day on. */
export function simulatedScope(
  market: MarketModel,
  [a, b]: readonly [string, string],
  query: StudyQuery,
): StudyScope {
  return studyScope([minutesOf(market, a, query.days), minutesOf(market, b, query.days)], query);
}

function minutesOf(market: MarketModel, id: string, days: number): StudyMinutes {
  const instrument = INSTRUMENTS[id]!, symbol = symbolOf(market, id);
  const length = days * DAY / MINUTE, calendar = calendarOf(instrument);
  const column = () => new Float64Array(length).fill(NaN);
  const grid: MinuteGrid = {
    start: FROM,
    length,
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    status: new Uint8Array(length),
    contract: new Uint8Array(length),
  };
  for (let row = 0; row < length; row++) {
    const time = FROM + row * MINUTE;
    const bar = market.minute(symbol, time);
    if (bar === undefined) {
      grid.status[row] = calendar.isOpen(time) ? MinuteStatus.Absent : MinuteStatus.OutOfSession;
      continue;
    }
    grid.open[row] = bar.open;
    grid.high[row] = bar.high;
    grid.low[row] = bar.low;
    grid.close[row] = bar.close;
    grid.volume[row] = bar.volume;
    grid.status[row] = MinuteStatus.Stream;
    grid.contract[row] = 1;
  }
  return { instrument, grid };
}

function symbolOf(market: MarketModel, id: string): string {
  const listed = market.listings(FROM).filter(({ root }) => root === id);
  const [front] = listed.toSorted((x, y) =>
    (x.lastTradeDate ?? "").localeCompare(y.lastTradeDate ?? "")
  );
  // Of gold, the first active month is the second listed.
  // A coin of a named venue is not among the listed ones.
  if (front === undefined) return id;
  return (id === "GC" ? listed.find(({ symbol }) => symbol.startsWith("GCG")) ?? front : front)
    .symbol;
}

/** The prices at the end of each second with a trade, in `[from, to)`. */
export function simulatedSeconds(
  market: MarketModel,
  id: string,
  from: number,
  to: number,
): SecondPrices {
  const symbol = symbolOf(market, id);
  const prices = new Map<number, number>();
  for (let minute = from; minute < to; minute += MINUTE) {
    for (const { time, price } of market.trades(symbol, minute)) {
      prices.set(Math.floor(time / SECOND) * SECOND + SECOND, Math.log(price));
    }
  }
  return {
    time: Float64Array.from(prices.keys()),
    price: Float64Array.from(prices.values()),
  };
}
