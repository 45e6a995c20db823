import type { Instrument, Source } from "../../../lib/model/instrument.ts";
import type { StoredBars, TradeColumns } from "../../../lib/store/store.ts";

export const BTC: Instrument = {
  id: "BTCUSDT",
  venue: "binance",
  kind: "crypto",
  exchange: "spot",
  currency: "USDT",
};

export const ES: Instrument = {
  id: "ES",
  venue: "ibkr",
  kind: "future",
  exchange: "CME",
  currency: "USD",
};

/** A bar as a test writes it down. */
export interface BarRow {
  readonly openTime: number;
  readonly close?: number;
  readonly volume?: number;
  readonly trades?: number;
  readonly vwap?: number;
  readonly revision?: number;
  readonly source?: Source;
}

/** Bars around their closes. */
export function barColumns(rows: readonly BarRow[]): StoredBars {
  const column = (of: (row: BarRow) => number) => Float64Array.from(rows, of);
  const close = column((row) => row.close ?? 100);
  return {
    openTime: column((row) => row.openTime),
    open: close.map((value) => value - 0.25),
    high: close.map((value) => value + 0.5),
    low: close.map((value) => value - 0.5),
    close,
    volume: column((row) => row.volume ?? NaN),
    trades: column((row) => row.trades ?? NaN),
    vwap: column((row) => row.vwap ?? NaN),
    revision: Uint16Array.from(rows, (row) => row.revision ?? 0),
    source: rows.map((row) => row.source ?? "simulated"),
  };
}

/** A trade as a test writes it down. */
export interface TradeRow {
  readonly id: number;
  readonly time: number;
  readonly price: number;
  readonly size: number;
  readonly side: number;
}

export function tradeColumns(rows: readonly TradeRow[]): TradeColumns {
  const column = (of: (row: TradeRow) => number) => Float64Array.from(rows, of);
  return {
    id: column((row) => row.id),
    time: column((row) => row.time),
    received: column((row) => row.time + 5),
    price: column((row) => row.price),
    size: column((row) => row.size),
    side: Int8Array.from(rows, (row) => row.side),
  };
}
