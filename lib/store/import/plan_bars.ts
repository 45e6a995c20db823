import type { BarsFile } from "../../bars/csv/read_bars_csv.ts";
import { readBarsCsv } from "../../bars/csv/read_bars_csv.ts";
import {
  type BarFileReading,
  examine,
  type FileDoubts,
  lookTwice,
} from "../../bars/examine/examined_file.ts";
import type { Hours } from "../../bars/examine/likely_hours.ts";
import { reportRows, rowName } from "../../bars/report/report_rows.ts";
import { rowFault } from "../../bars/report/row_findings.ts";
import { calendarOf } from "../../calendar/instrument_calendar.ts";
import type { Instrument } from "../../model/instrument.ts";
import { formatUtc, mergeIntervals } from "../../model/time.ts";
import { BAR_TIMEFRAMES, type BarTimeframe, stepOf } from "../../model/timeframe.ts";
import type { StoreBatch, StoredBars } from "../store.ts";
import { importRefusal } from "./import_refusal.ts";
import { type ImportPlan, MOST_NAMED, type RefusedRow } from "./import_plan.ts";

/** How a file of bars is to be imported. */
export interface BarsImport {
  /** Name of the file, for messages. */
  readonly name: string;
  readonly instrument: Instrument;
  readonly reading: BarFileReading;
  /** Length of the bars. @default what their times show */
  readonly timeframe?: BarTimeframe;
  /** The time of this machine, epoch ms: a bar that ends later is refused. */
  readonly now: number;
  /** Rows are of a file that has lines. @default true */
  readonly hasLines?: boolean;
}

const CONTRACT = /^[A-Z0-9]{1,6}?[FGHJKMNQUVXZ]\d{1,2}$/;

/**
 * What the bars of a CSV file would become. Nothing is guessed: a file whose times or prices seem to be meant
 * otherwise than they stand has to be said how to read.
 *
 * @throws {MarketError} `bars-file` for a file that holds no bars, `import` for bars of no known length.
 */
export function planBars(text: string, options: BarsImport): ImportPlan {
  const { name, instrument, reading, now, hasLines = true } = options;
  const hours = instrumentHours(instrument), symbol = instrument.id;
  const read = (how: BarFileReading): BarsFile => {
    const file = readBarsCsv(text, { file: name, ...how });
    if (hasLines) return file;
    const { line: _, ...columns } = file.columns;
    return { ...file, columns };
  };
  const { shown, doubts } = lookTwice(
    (how) => examine(read(how), hours, now),
    reading,
    symbol,
  );
  const stepMs = stepOfBars(options, shown.report.stepMs);
  const chosen = chosenRows(shown.file, stepMs, options);
  const bars = barsOf(shown.file, chosen.rows, instrument);
  const contract = contractsOf(shown.file, chosen.rows, instrument);
  const batch: StoreBatch = {
    instruments: [instrument],
    bars: [{
      instrument: instrument.id,
      stepMs,
      bars,
      ...(contract === undefined ? {} : { contract }),
    }],
    coverage: coverageOf(bars.openTime, stepMs).map((stretch) => ({
      instrument: instrument.id,
      stepMs,
      from: stretch.from,
      to: stretch.to,
      state: "complete",
      reason: "imported",
    })),
  };
  return {
    what: `bars of ${timeframeText(stepMs)}`,
    rows: chosen.rows.length,
    refused: chosen.refused,
    named: chosen.named,
    repeats: chosen.repeats,
    obstacles: [...obstaclesOf(doubts), ...symbolsOf(shown.file, instrument)],
    batch,
    examined: { shown, doubts },
  };
}

/** The hours by which bars of an instrument are judged. */
export function instrumentHours(instrument: Instrument): Hours {
  const calendar = calendarOf(instrument);
  const why = `hours of ${instrument.id}: ${calendar.name}`;
  return { calendar, why, symbol: instrument.id };
}

function stepOfBars({ name, timeframe }: BarsImport, found: number): number {
  const known = BAR_TIMEFRAMES.map(stepOf);
  if (timeframe === undefined) {
    if (known.includes(found)) return found;
    const what = Number.isNaN(found)
      ? "it has too few bars to show how long they are"
      : `its bars are ${found / 1_000} s long, and those of ${
        BAR_TIMEFRAMES.join(", ")
      } are stored`;
    throw importRefusal(
      `${name} cannot be imported: ${what}. Give --timeframe if you know better.`,
    );
  }
  const stepMs = stepOf(timeframe);
  // Bars of a thin market stand apart; bars closer than they are long are others.
  if (found < stepMs) {
    throw importRefusal(
      `${name} cannot be imported as bars of ${timeframe}: its bars are ${found / 1_000} s apart.`,
    );
  }
  return stepMs;
}

function timeframeText(stepMs: number): string {
  return BAR_TIMEFRAMES.find((timeframe) => stepOf(timeframe) === stepMs)!;
}

/** Rows to be stored, by time, each time once; the others with their reasons. */
function chosenRows(file: BarsFile, stepMs: number, { now }: BarsImport) {
  const rows = reportRows(file.columns);
  const named: RefusedRow[] = [];
  let refused = 0, repeats = 0;
  const refuse = (row: number, reason: string) => {
    if (refused++ < MOST_NAMED) named.push({ row: rowName(rows, row), reason });
  };
  const sound: number[] = [];
  const isDay = stepMs === stepOf("1d");
  for (let row = 0; row < rows.length; row++) {
    const fault = rows.unread?.get(row) ?? rowFault(rows, row);
    const openTime = rows.openTime[row]!;
    if (fault !== undefined) refuse(row, fault.reason || "it cannot be read");
    else if (!isDay && openTime % stepMs !== 0) {
      refuse(row, `${formatUtc(openTime)} is no open of a bar of ${timeframeText(stepMs)}`);
    } else if (openTime + stepMs > now) {
      refuse(row, `the bar of ${formatUtc(openTime)} has not ended yet`);
    } else sound.push(row);
  }
  sound.sort((a, b) => rows.openTime[a]! - rows.openTime[b]! || a - b);
  const chosen: number[] = [];
  for (const row of sound) {
    const last = chosen.at(-1);
    if (last === undefined || rows.openTime[last] !== rows.openTime[row]) chosen.push(row);
    else if (isSame(rows, last, row)) repeats++;
    else {
      refuse(row, `it has other values than ${rowName(rows, last)} of the same time`);
    }
  }
  return { rows: chosen, refused, named, repeats };
}

const VALUES = ["open", "high", "low", "close", "volume"] as const;

function isSame(rows: ReturnType<typeof reportRows>, a: number, b: number): boolean {
  return VALUES.every((name) => Object.is(rows[name][a], rows[name][b]));
}

function barsOf({ columns }: BarsFile, rows: readonly number[], { kind }: Instrument): StoredBars {
  const column = (values: ArrayLike<number> | undefined) =>
    Float64Array.from(rows, (row) => values?.[row] ?? NaN);
  const counts = column(columns.trades);
  return {
    openTime: column(columns.openTime),
    open: column(columns.open),
    high: column(columns.high),
    low: column(columns.low),
    close: column(columns.close),
    // An index has none, whatever a file says.
    volume: column(kind === "index" ? undefined : columns.volume),
    trades: counts.map((count) => Number.isSafeInteger(count) && count >= 0 ? count : NaN),
    vwap: column(columns.vwap).map((vwap) => Number.isFinite(vwap) ? vwap : NaN),
    revision: new Uint16Array(rows.length),
    source: new Array(rows.length).fill("imported"),
  };
}

/** Contract months, where the file names them. */
function contractsOf({ columns }: BarsFile, rows: readonly number[], { kind }: Instrument) {
  const { contract } = columns;
  if (kind !== "future" || contract === undefined) return undefined;
  return rows.map((row) => {
    const name = `${contract[row]}`.toUpperCase();
    return CONTRACT.test(name) ? name : undefined;
  });
}

/** Stretches without a hole. */
function coverageOf(openTime: Float64Array, stepMs: number) {
  return mergeIntervals(Array.from(openTime, (from) => ({ from, to: from + stepMs })));
}

/** What has to be said of a file before it can be read for sure. */
function obstaclesOf({ clock, stamp, scale }: FileDoubts): string[] {
  return [
    ...(clock === undefined ? [] : [
      `its times look like ${clock.zones.join(" or ")}, not UTC: give --zone ${clock.zones[0]}, ` +
      "or --zone UTC to take them as they stand",
    ]),
    ...(stamp === undefined ? [] : [
      "its times are those of the end of each bar: give --stamp close, or --stamp open to take them as they stand",
    ]),
    ...(scale?.isSure
      ? [`${scale.why}: give --scale ${scale.scale}, or --scale 1 to take them as they stand`]
      : []),
  ];
}

/** One file of several instruments is none of one. */
function symbolsOf({ columns }: BarsFile, { kind }: Instrument): string[] {
  const { contract } = columns;
  if (contract === undefined || kind === "future") return [];
  const names = new Set<string | number>(Array.from(contract));
  if (names.size < 2) return [];
  const few = [...names].slice(0, 3).join(", ");
  return [`it holds bars of several symbols (${few}): split it by symbol`];
}
