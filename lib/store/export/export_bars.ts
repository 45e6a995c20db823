import { BAR_COLUMNS, barBlock, barTable } from "../../export/tables/bar_table.ts";
import { sameText, type TableBlock } from "../../export/table.ts";
import { calendarOf } from "../../calendar/instrument_calendar.ts";
import type { Instrument, Source } from "../../model/instrument.ts";
import { DAY, type Interval, MINUTE, SECOND } from "../../model/time.ts";
import { type BarTimeframe, stepOf } from "../../model/timeframe.ts";
import { timeframeBars } from "../../sync/timeframe_bars.ts";
import type { StoreReader } from "../store.ts";
import {
  type ExportKind,
  type ExportSource,
  instrumentOf,
  rangeOf,
  rangeParameters,
} from "./export_kind.ts";
import { stretchesOf } from "./stretches.ts";
import { timeframeOf } from "./timeframe_of.ts";

/** Rows read at a time. */
const PAGE = 20_000;
/** A session begins or ends no further from the range than this. */
const MARGIN = 4 * DAY;

/**
 * Bars of one instrument. Minutes are those stored; longer bars are made of them, as the market makes them; bars of
 * 1s are made of trades. Where there is neither, they are those that were imported.
 */
export const exportBars: ExportKind = {
  title: "bars of one instrument",
  takes: ["symbol", "timeframe"],
  async table(source, query) {
    const instrument = instrumentOf(source, query.symbol);
    const timeframe = timeframeOf(query.timeframe ?? "1m");
    const range = { from: query.from ?? -Infinity, to: query.to ?? Infinity };
    const made = await madeOf(source, instrument, timeframe);
    return {
      table: {
        columns: BAR_COLUMNS,
        blocks: () => BLOCKS[made](source, instrument, timeframe, range),
      },
      parameters: { symbol: instrument.id, timeframe, madeOf: made, ...rangeParameters(query) },
    };
  },
};

/** What bars of a timeframe are made of. */
type Origin = "stored bars" | "minutes" | "trades";

async function madeOf(
  { reader, minutes }: ExportSource,
  instrument: Instrument,
  timeframe: BarTimeframe,
): Promise<Origin> {
  if (timeframe === "1m") return "stored bars";
  if (timeframe !== "1s") {
    return await minutes.span(instrument) === undefined ? "stored bars" : "minutes";
  }
  const { days } = await reader.info();
  const hasTrades = days.some((day) => day.instrument === instrument.id && day.stepMs === 0);
  return hasTrades ? "trades" : "stored bars";
}

type Blocks = (
  source: ExportSource,
  instrument: Instrument,
  timeframe: BarTimeframe,
  range: Interval,
) => AsyncGenerator<TableBlock>;

const BLOCKS: Readonly<Record<Origin, Blocks>> = {
  "stored bars": storedBars,
  minutes: barsOfMinutes,
  trades: barsOfTrades,
};

async function* storedBars(
  { reader }: ExportSource,
  { id }: Instrument,
  timeframe: BarTimeframe,
  { from, to }: Interval,
): AsyncGenerator<TableBlock> {
  for (let at = from;;) {
    const query = { instrument: id, stepMs: stepOf(timeframe), from: at, to, limit: PAGE };
    const bars = await reader.bars(query);
    if (bars.openTime.length > 0) yield barBlock(bars);
    if (bars.openTime.length < PAGE) return;
    at = bars.openTime.at(-1)! + 1;
  }
}

async function* barsOfMinutes(
  source: ExportSource,
  instrument: Instrument,
  timeframe: BarTimeframe,
  range: Interval,
): AsyncGenerator<TableBlock> {
  const { minutes, reader } = source;
  const span = await minutes.span(instrument);
  if (span === undefined || timeframe === "1s") return;
  const asked = rangeOf(range, { from: span.from - MARGIN, to: span.to });
  for (const { from, to } of stretchesOf(asked)) {
    const around = { from: from - MARGIN, to: to + MARGIN };
    const grid = await minutes.grid(instrument, around);
    const label = await labelOf(reader, instrument.id, { from, to });
    const bars = timeframeBars(grid, timeframe, {
      calendar: calendarOf(instrument),
      source: label as Source,
    });
    const wanted = bars.filter(({ openTime }) => openTime >= from && openTime < to);
    if (wanted.length > 0) yield* barTable(wanted).blocks() as Iterable<TableBlock>;
  }
}

/** What the minutes of a stretch are: `simulated`, or `imported+live` where they are of both. */
export async function labelOf(
  reader: StoreReader,
  instrument: string,
  { from, to }: Interval,
): Promise<string> {
  const { source } = await reader.bars({ instrument, stepMs: MINUTE, from, to });
  return [...new Set<string>(source)].sort().join("+");
}

async function* barsOfTrades(
  { reader }: ExportSource,
  { id }: Instrument,
  _timeframe: BarTimeframe,
  { from, to }: Interval,
): AsyncGenerator<TableBlock> {
  const { days } = await reader.info();
  const source = reader.dataKind;
  for (const { instrument, stepMs, day } of days) {
    if (instrument !== id || stepMs !== 0 || day + DAY <= from || day >= to) continue;
    const bars = await reader.tradeBars({
      instrument,
      stepMs: SECOND,
      from: Math.max(from, day),
      to: Math.min(to, day + DAY),
    });
    const { length } = bars.openTime;
    const label = sameText(source, length);
    yield barBlock({
      openTime: bars.openTime,
      open: bars.open,
      high: bars.high,
      low: bars.low,
      close: bars.close,
      volume: bars.volume,
      revision: new Uint8Array(length),
      source: label,
    });
  }
}
