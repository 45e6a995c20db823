import type { CsvColumns } from "./csv_columns.ts";
import { kindOf } from "./time_columns.ts";

/** Klines in Binance's archive have no names in older files; source: binance-public-data, "Klines". */
const BINANCE_CELLS = 12;
const BINANCE_TRADES = 8;
/** Columns that may stand before the time: a ticker and the length of the bars. */
const MAX_LEADING = 2;
const IS_PRICE = /^-?\d[\d.,]*$/;
/** Prices of a bar lie closer than this; a volume beside them does not. */
const MAX_SPREAD = 1.5;

/** Columns of a file without names, by its first lines; undefined where they do not look like bars. */
export function unnamedColumns(rows: readonly (readonly string[])[]): CsvColumns | undefined {
  const cells = rows[0]!;
  const time = cells.findIndex((cell, at) => at <= MAX_LEADING && isTime(cell, at));
  if (time < 0) return undefined;
  const isDate = ["date", "digits", "midnight"].includes(kindOf(cells[time]!));
  const isClock = isDate && kindOf(cells[time + 1] ?? "") === "clock";
  const hasHalf = isClock && kindOf(cells[time + 2] ?? "") === "half";
  const first = time + 1 + Number(isClock) + Number(hasHalf);
  // Digits after a date are a time of day where the four numbers behind them are closer to each other.
  const [here, next] = [first, first + 1].map((at) => spreadOf(rows, at));
  const isRepeated = rows.slice(1).some((row, at) => row[time] === rows[at]![time]);
  const isDigits = isDate && !isClock && next! < MAX_SPREAD &&
    (!(here! < MAX_SPREAD) || (isRepeated && next! < here!));
  const prices = isDigits ? first + 1 : first;
  if (!(Math.min(here!, isDigits ? next! : Infinity) < MAX_SPREAD)) return undefined;
  return {
    names: [],
    width: cells.length,
    time: {
      time,
      clock: isClock || isDigits ? time + 1 : undefined,
      half: hasHalf ? time + 2 : undefined,
    },
    ...orderOfPrices(rows, prices),
    volumes: cells.length > prices + 4 ? [prices + 4] : [],
    contract: time > 0 ? 0 : undefined,
    trades: cells.length === BINANCE_CELLS && time === 0 && prices === 1
      ? BINANCE_TRADES
      : undefined,
    vwap: undefined,
  };
}

function isTime(cell: string, at: number): boolean {
  const kind = kindOf(cell);
  // A first column of digits is a time, understood or not; a later one may be the length of the bars.
  return kind === "full" || kind === "date" || kind === "midnight" ||
    (kind === "digits" && at === 0 && /^\d+$/.test(cell));
}

/** Median ratio of the highest to the lowest of four neighbouring cells; NaN where they are no prices. */
function spreadOf(rows: readonly (readonly string[])[], first: number): number {
  const ratios: number[] = [];
  for (const cells of rows) {
    const four = cells.slice(first, first + 4);
    if (four.length < 4 || !four.every((cell) => IS_PRICE.test(cell))) continue;
    const values = four.map((cell) => Math.abs(number(cell)));
    ratios.push(Math.max(...values) / Math.max(1e-12, Math.min(...values)));
  }
  if (ratios.length === 0) return NaN;
  return ratios.sort((a, b) => a - b)[ratios.length >> 1]!;
}

interface PriceOrder {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** Positions of high and low by what is highest and lowest in the rows; the usual ones where several fit. */
function orderOfPrices(rows: readonly (readonly string[])[], first: number): PriceOrder {
  const four = [0, 1, 2, 3];
  const values = rows.map((cells) => four.map((at) => number(cells[first + at] ?? "")))
    .filter((row) => row.every((value) => !Number.isNaN(value)));
  let best = { high: 1, low: 2 }, most = fitting(values, best);
  for (const high of four) {
    for (const low of four) {
      const fits = high === low ? 0 : fitting(values, { high, low });
      if (fits > 1.2 * most) [best, most] = [{ high, low }, fits];
    }
  }
  const [open, close] = four.filter((at) => at !== best.high && at !== best.low);
  return {
    open: first + open!,
    high: first + best.high,
    low: first + best.low,
    close: first + close!,
  };
}

function fitting(
  rows: readonly (readonly number[])[],
  { high, low }: { readonly high: number; readonly low: number },
): number {
  return rows.filter((row) => row[high] === Math.max(...row) && row[low] === Math.min(...row))
    .length;
}

function number(text: string): number {
  const value = text === "" ? NaN : Number(text.replace(",", "."));
  return Number.isNaN(value)
    ? Number(text.replaceAll(/[.,](?=\d{3})/g, "").replace(",", "."))
    : value;
}
