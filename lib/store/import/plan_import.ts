import type { BarFileReading } from "../../bars/examine/examined_file.ts";
import type { Instrument } from "../../model/instrument.ts";
import type { BarTimeframe } from "../../model/timeframe.ts";
import type { ImportPlan } from "./import_plan.ts";
import { planBars } from "./plan_bars.ts";
import { planTrades } from "./plan_trades.ts";
import { tableText } from "./table_text.ts";

/** A file that is to be imported, and how. */
export interface ImportRequest {
  /** Its name, for messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What its rows are of. */
  readonly instrument: Instrument;
  readonly reading?: BarFileReading;
  readonly timeframe?: BarTimeframe;
  /** See `VenueDefinition.tradeIds`. @default "single" */
  readonly tradeIds?: "single" | "aggregate";
  /** The time of this machine, epoch ms. */
  readonly now: number;
}

/**
 * What a file would become in a store: bars or trades, of CSV, JSON or Parquet, also packed by gzip or zip. Reads and
 * judges it, and writes nothing; hand the plan's batch to `Store.write`, which takes all of it or nothing.
 *
 * @throws {MarketError} `bars-file` or `import` for a file that cannot be read at all, saying why and what to do.
 */
export async function planImport(request: ImportRequest): Promise<ImportPlan> {
  const { name, bytes, instrument, reading = {}, timeframe, tradeIds = "single", now } = request;
  const { text, hasLines } = await tableText(name, bytes);
  const trades = planTrades(text, { name, instrument, tradeIds, now });
  if (trades !== undefined) return trades;
  return planBars(text, {
    name,
    instrument,
    reading,
    now,
    hasLines,
    ...(timeframe === undefined ? {} : { timeframe }),
  });
}

/** Whether a plan may be carried out as it is. */
export function isUnhindered({ obstacles, refused }: ImportPlan): boolean {
  return obstacles.length === 0 && refused === 0;
}
