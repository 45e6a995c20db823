import type { ReportRow } from "../../../lib/bars/report/report_rows.ts";
import { MINUTE } from "../../../lib/model/time.ts";

/** How an exporter writes bars. */
export interface BarsStyle {
  readonly head?: string;
  /** Cells of a bar in the exporter's order. */
  readonly cells: (bar: ReportRow) => readonly (string | number)[];
  readonly separator?: string;
  readonly end?: string;
}

/** Bars as a file of that style. */
export function barsText(bars: readonly ReportRow[], style: BarsStyle): string {
  const { head, cells, separator = ",", end = "\n" } = style;
  const lines = bars.map((bar) => cells(bar).join(separator));
  return [...(head === undefined ? [] : [head]), ...lines, ""].join(end);
}

/** Open, high, low, close and volume. */
export const prices = ({ open, high, low, close, volume }: ReportRow) => [
  ...[open, high, low, close, volume!],
];

/** `2026-01-26T00:01:00.000Z` cut to parts: `date`, `time`. */
export function clockOf(time: number): { readonly date: string; readonly time: string } {
  const iso = new Date(time).toISOString();
  return { date: iso.slice(0, 10), time: iso.slice(11, 19) };
}

/** The clock of a zone as text without it: `2026-01-26 00:01:00`. */
export function localText(time: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone)
    .toPlainDateTime().toString({ smallestUnit: "second" }).replace("T", " ");
}

/** When they begin. */
export const START = Date.UTC(2026, 0, 26);
/** Prices of four to six digits with cents, so that every mark of a number shows. */
export const BARS: readonly ReportRow[] = Array.from({ length: 30 }, (_, i) => {
  const open = 90_000.25 + 7 * i, close = open + (i % 3) - 0.75;
  const high = Math.max(open, close) + 1.5, low = Math.min(open, close) - 2.25;
  return { openTime: START + i * MINUTE, ...{ open, high, low, close }, volume: 1_234.5 + i };
});

const comma = (value: number) => String(value).replace(".", ",");
const grouped = (value: number) => value.toLocaleString("de-DE", { maximumFractionDigits: 2 });
const dotted = (date: string) => date.replaceAll("-", ".");
const american = (date: string) => `${date.slice(5, 7)}/${date.slice(8)}/${date.slice(0, 4)}`;
const german = (date: string) => `${date.slice(8)}.${date.slice(5, 7)}.${date.slice(0, 4)}`;
/** Names of the columns as we write them. */
export const OHLCV = "timestamp,open,high,low,close,volume";

/** As exporters write the same bars. */
export const STYLES: Readonly<Record<string, BarsStyle>> = {
  "decimal comma": {
    head: OHLCV.replaceAll(",", ";"),
    separator: ";",
    cells: (bar) => [new Date(bar.openTime).toISOString(), ...prices(bar).map(comma)],
  },
  "decimal comma and groups": {
    head: "sep=;\nDatum;Eröffnung;Hoch;Tief;Schluss;Volumen",
    separator: ";",
    cells: (bar) => {
      const { date, time } = clockOf(bar.openTime);
      return [`${german(date)} ${time}`, ...prices(bar).map(grouped)];
    },
  },
  "groups in quotes": {
    head: OHLCV,
    cells: (bar) => [
      bar.openTime,
      ...prices(bar).map((value) =>
        `"${value.toLocaleString("en-US", { maximumFractionDigits: 2 })}"`
      ),
    ],
  },
  "tabs, quoted, old Macintosh lines": {
    head: OHLCV.replaceAll(",", "\t"),
    ...{ separator: "\t", end: "\r" },
    cells: (bar) => [`"${bar.openTime}"`, ...prices(bar)],
  },
  "cells over several lines": {
    head: `${OHLCV},comment`,
    end: "\r\n",
    cells: (bar) => [bar.openTime, ...prices(bar), '"said ""buy"",\ntwice"'],
  },
  "Binance, microseconds, no names": {
    cells: (bar) => [bar.openTime * 1_000, ...prices(bar), bar.openTime * 1_000 + 59_999_999, 0, 5],
  },
  "Kraken, seconds, no names": { cells: (bar) => [bar.openTime / 1_000, ...prices(bar), 12] },
  "Coinbase, low and high first": {
    cells: (
      { openTime, open, high, low, close, volume },
    ) => [openTime / 1_000, low, high, open, close, volume!],
  },
  "yfinance, names over three lines": {
    head:
      "Price,Close,High,Low,Open,Volume\nTicker,BTC-USD,BTC-USD,BTC-USD,BTC-USD,BTC-USD\nDatetime,,,,,",
    cells: (
      { openTime, open, high, low, close, volume },
    ) => [localText(openTime, "UTC") + "+00:00", close, high, low, open, volume!],
  },
  "IBKR, zone by name": {
    head: "date,open,high,low,close,volume,average,barCount",
    cells: (bar) => [
      localText(bar.openTime, "America/New_York").replaceAll("-", "") + " US/Eastern",
      ...prices(bar),
      ...[5, 7],
    ],
  },
  "polygon, letters": {
    head: "v,vw,o,c,h,l,t,n",
    cells: (
      { openTime, open, high, low, close, volume },
    ) => [volume!, close, open, close, high, low, openTime, 9],
  },
  "polygon, nanoseconds": {
    head: "ticker,volume,open,close,high,low,window_start,transactions",
    cells: (
      { openTime, open, high, low, close, volume },
    ) => ["X:BTC-USD", volume!, open, close, high, low, `${openTime}000000`, 9],
  },
  "stooq, date and time apart": {
    head: "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
    cells: (bar) => {
      const { date, time } = clockOf(bar.openTime);
      return ["BTC", 1, date.replaceAll("-", ""), time.replaceAll(":", ""), ...prices(bar), 0];
    },
  },
  "MetaTrader 5, ticks as the volume": {
    head: "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>",
    separator: "\t",
    cells: (bar) => {
      const { date, time } = clockOf(bar.openTime);
      return [dotted(date), time, ...prices(bar), 0, 3];
    },
  },
  "MetaTrader 4, no names": {
    cells: (bar) => {
      const { date, time } = clockOf(bar.openTime);
      return [dotted(date), time.slice(0, 5), ...prices(bar)];
    },
  },
  "NinjaTrader": {
    separator: ";",
    cells: (bar) => {
      const { date, time } = clockOf(bar.openTime);
      return [
        `${date}${time}`.replace(/(\d{4})-(\d\d)-(\d\d)(\d\d):(\d\d):(\d\d)/, "$1$2$3 $4$5$6"),
        ...prices(bar),
      ];
    },
  },
  "Dukascopy": {
    head: "Gmt time,Open,High,Low,Close,Volume",
    cells: (bar) => {
      const { date, time } = clockOf(bar.openTime);
      return [`${german(date)} ${time}.000 GMT+0000`, ...prices(bar)];
    },
  },
  "month first, half days, a title above": {
    head: "https://example.com/data\nDate,Open,High,Low,Close,Volume BTC",
    cells: (bar) => {
      const { date, time } = clockOf(bar.openTime);
      return [`${american(date)} 12${time.slice(2, 5)} AM`, ...prices(bar)];
    },
  },
  "units in the names": {
    head: " Time (UTC) , Open (USD) , High Price , LOW , Last , Volume (BTC) , ",
    cells: (bar) => [new Date(bar.openTime).toISOString(), ...prices(bar)],
  },
};
