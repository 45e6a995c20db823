import { calendarOfSymbol } from "../../calendar/instrument_calendar.ts";
import { faultOf } from "../../model/bar.ts";
import { MarketError } from "../../model/errors.ts";
import { DAY, formatUtc, MINUTE } from "../../model/time.ts";
import type { BarColumns } from "../bar_table.ts";
import { type BarsFile, readBarsCsv, type ReadBarsOptions } from "./read_bars_csv.ts";
import { endStampOf } from "../report/end_stamp.ts";
import { priceScaleOf } from "../report/price_scale.ts";
import { readable } from "./readable.ts";

/** Where minute bars are from, and how to read them. */
export interface MinuteRowsOptions extends ReadBarsOptions {
  /** What the bars are of: its hours and its usual price show times and prices that are to be read otherwise. */
  readonly symbol: string;
}

/** Minute bars of a file that can be used as they stand. */
export interface MinuteRows {
  /** Oldest first, each minute once. `volume`, `trades` and `vwap` are NaN where the file has none. */
  readonly bars: BarColumns;
  /** What the reader inferred, each a sentence without its full stop. */
  readonly notes: readonly string[];
}

/** A longer closure than this means that a time is stray. */
const LONGEST_PAUSE_MS = 366 * DAY;
/** Prices above this are corrupt. */
const LARGEST_PRICE = 1e9;

/**
 * Reads minute bars from a file of any layout that `readBarsCsv` knows, and refuses it when a row cannot be used:
 * what is not a number or impossible, a minute that comes twice, bars of another length, a stray time.
 * Rows may be in any order.
 *
 * @throws {MarketError} `bars-file`, naming file, line and reason.
 *
 * @example
 * ```ts
 * import { minuteRows } from "./minute_rows.ts";
 * import assert from "node:assert/strict";
 * const text = "Date;Open;High;Low;Close;Volume\n2026-01-25 18:00;5,5;7;4;6;12\n";
 * const { bars } = minuteRows(text, { symbol: "ES", file: "es.csv", zone: "America/New_York" });
 * assert.deepEqual([bars.openTime[0], bars.open[0]], [Date.UTC(2026, 0, 25, 23), 5.5]);
 * ```
 */
export function minuteRows(text: string, options: MinuteRowsOptions): MinuteRows {
  const { zone } = options;
  const read = readBarsCsv(text, options);
  const { columns, isZoneAssumed } = read;
  const { openTime, line, unread = new Map() } = columns;
  const nameOf = (row: number) => `line ${line?.[row] ?? row + 1}`;
  for (const [row, { reason }] of unread) {
    if (reason !== "") throw unfit(options, `${nameOf(row)}: ${reason}`);
  }
  const order = Uint32Array.from(openTime, (_, row) => row)
    .sort((a, b) => openTime[a]! - openTime[b]! || a - b);
  const column = (values: ArrayLike<number> | undefined) =>
    Float64Array.from(order, (row) => values?.[row] ?? NaN);
  const bars: BarColumns = {
    openTime: column(openTime),
    open: column(columns.open),
    high: column(columns.high),
    low: column(columns.low),
    close: column(columns.close),
    volume: column(columns.volume),
    trades: column(columns.trades),
    vwap: column(columns.vwap),
  };
  const doubt = doubtOf(read, bars, options);
  if (doubt !== undefined) throw unfit(options, doubt);
  for (let at = 0; at < order.length; at++) {
    const reason = rowFault(bars, at);
    if (reason !== undefined) throw unfit(options, `${nameOf(order[at]!)}: ${reason}`);
  }
  const reason = spacingFault(bars.openTime, (at) => nameOf(order[at]!));
  if (reason !== undefined) throw unfit(options, reason);
  const assumed = isZoneAssumed ? [`times without a zone taken for ${zone ?? "UTC"}`] : [];
  return { bars, notes: [...read.notes, ...assumed] };
}

/** The error for an unusable file: what is wrong, and what to do. */
export function unfit({ file, symbol }: MinuteRowsOptions, what: string): MarketError {
  return new MarketError(
    "bars-file",
    "configure",
    `${file} cannot serve as minute bars of ${symbol}: ${what}. Correct the file, or take another; deno task doctor --bars ${
      readable(file, 200)
    } examines it.`,
    { instrument: symbol },
  );
}

/** Why times or prices are to be read otherwise than they stand, with the option that does it. */
function doubtOf(
  { isEndStamped, timeColumn }: BarsFile,
  { openTime, close }: BarColumns,
  { symbol, stamp, scale }: MinuteRowsOptions,
): string | undefined {
  const name = symbol.toUpperCase();
  const calendar = calendarOfSymbol(name);
  if (stamp === undefined) {
    const why = isEndStamped
      ? `the column is named ${timeColumn}`
      : calendar === undefined
      ? undefined
      : endStampOf({ times: openTime, stepMs: MINUTE, calendar, isLearned: false });
    if (why !== undefined) {
      return `its times are those of the end of each bar, for ${why}: read them with --stamp close, or with --stamp open as they stand`;
    }
  }
  const found = scale === undefined ? priceScaleOf(name, close) : undefined;
  if (!found?.isSure) return undefined;
  return `${found.why}: read them with --scale ${found.scale}, or with --scale 1 as they stand`;
}

function rowFault(bars: BarColumns, at: number): string | undefined {
  const [low, high] = [bars.low[at]!, bars.high[at]!];
  const volume = bars.volume[at]!, trades = bars.trades[at]!;
  const reason = faultOf({
    openTime: bars.openTime[at]!,
    open: bars.open[at]!,
    high,
    low,
    close: bars.close[at]!,
    volume: Number.isNaN(volume) ? 0 : volume,
    closed: true,
    revision: 0,
    source: "live",
  }, MINUTE);
  if (reason !== undefined) return reason;
  if (!(low > 0 && high < LARGEST_PRICE)) return `prices from ${low} to ${high} are none`;
  const isCount = Number.isNaN(trades) || (Number.isSafeInteger(trades) && trades >= 0);
  return isCount ? undefined : `${trades} is no number of trades`;
}

/** Findings that mean bars of another length, a repeated minute or a stray time. */
function spacingFault(
  times: Float64Array,
  nameOf: (at: number) => string,
): string | undefined {
  const steps = new Map<number, number>();
  for (let at = 1; at < times.length; at++) {
    const step = times[at]! - times[at - 1]!;
    if (step === 0) {
      return `${nameOf(at)} repeats the minute ${formatUtc(times[at]!)} of ${nameOf(at - 1)}`;
    }
    if (step > LONGEST_PAUSE_MS) {
      const stray = at === 1 && times.length > 2 ? 0 : at;
      return `${nameOf(stray)}, at ${
        formatUtc(times[stray]!)
      }, is more than a year away from the others`;
    }
    steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  const commonest = [...steps].sort((a, b) => b[1] - a[1])[0]?.[0];
  return commonest === undefined || commonest === MINUTE
    ? undefined
    : `its bars are ${commonest / MINUTE} minutes apart, not one`;
}
