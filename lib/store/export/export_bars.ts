import { BAR_COLUMNS, barBlock, barTable } from "../../export/tables/bar_table.ts";
import { sameText, type TableBlock } from "../../export/table.ts";
import type { Instrument } from "../../model/instrument.ts";
import type { Interval } from "../../model/time.ts";
import { BAR_TIMEFRAMES, type BarTimeframe, stepOf } from "../../model/timeframe.ts";
import {
  type ExportKind,
  type ExportSource,
  instrumentOf,
  rangeParameters,
} from "./export_kind.ts";
import { barsOfMinutes, secondsOfTrades } from "./made_bars.ts";
import { timeframeOf } from "./timeframe_of.ts";

/** Rows read at a time. */
const PAGE = 20_000;

/**
 * Bars of one instrument. Minutes are those stored; longer bars are made of them, as the market makes them; bars of
 * 1s are made of trades. Where there is neither, they are those that were imported.
 */
export const exportBars: ExportKind = {
  title: "bars of one instrument",
  takes: ["symbol", "timeframe"],
  isOf: () => true,
  timeframes: BAR_TIMEFRAMES,
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
  minutes: longerBars,
  trades: seconds,
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

async function* longerBars(
  source: ExportSource,
  instrument: Instrument,
  timeframe: BarTimeframe,
  range: Interval,
): AsyncGenerator<TableBlock> {
  if (timeframe === "1s") return;
  for await (const bars of barsOfMinutes(source, instrument, timeframe, range)) {
    yield* barTable(bars).blocks() as Iterable<TableBlock>;
  }
}

async function* seconds(
  { reader }: ExportSource,
  { id }: Instrument,
  _timeframe: BarTimeframe,
  range: Interval,
): AsyncGenerator<TableBlock> {
  for await (const bars of secondsOfTrades(reader, id, range)) {
    const { length } = bars.openTime;
    yield barBlock({
      openTime: bars.openTime,
      open: bars.open,
      high: bars.high,
      low: bars.low,
      close: bars.close,
      volume: bars.volume,
      revision: new Uint8Array(length),
      source: sameText(reader.dataKind, length),
    });
  }
}
