import type { BarBatch, TradeColumns } from "../store.ts";
import type { Cell } from "../../runtime/database_answer.ts";
import type { DayDigests } from "./day_digests.ts";

/** What writing bars changed. */
export interface BarChange {
  readonly bars: number;
  readonly revisions: number;
  /** Rows of the batch that were written. */
  readonly written: readonly number[];
}

/** Bars of an instrument, which has this number in the store. */
export interface NumberedBars {
  readonly number: number;
  readonly batch: BarBatch;
}

/** Trades of an instrument, which has this number in the store. */
export interface NumberedTrades {
  readonly number: number;
  readonly trades: TradeColumns;
}

/** Writes the long tables in the way that suits a database, within a transaction of its caller. */
export interface SeriesWriter {
  /**
   * New bars, and those of a higher revision than is there.
   *
   * @param run id of the run, which each bar names
   * @returns the change of each part
   */
  writeBars(
    parts: readonly NumberedBars[],
    run: string,
    digests: DayDigests,
  ): Promise<readonly BarChange[]>;
  /** Trades that are not there. @returns how many */
  writeTrades(parts: readonly NumberedTrades[], digests: DayDigests): Promise<number>;
}

/** The cells of a bar, from its time on. */
export function barCells({ bars }: BarBatch, row: number, run: string): Cell[] {
  return [
    bars.openTime[row]!,
    bars.open[row]! + 0,
    bars.high[row]! + 0,
    bars.low[row]! + 0,
    bars.close[row]! + 0,
    known(bars.volume[row]!),
    known(bars.trades[row]!),
    known(bars.vwap[row]!),
    bars.revision[row]!,
    bars.source[row]!,
    run,
  ];
}

/** Where the revision stands among {@link barCells}. */
export const REVISION = 8;

/** What is unknown is null in the store; and a zero has one sign there. */
function known(value: number): number | null {
  return Number.isNaN(value) ? null : value + 0;
}

const trade = [0, 0, 0, 0, 0, 0];

/** Adds a trade to the digest of its day. */
export function digestTrade(
  digests: DayDigests,
  number: number,
  trades: TradeColumns,
  row: number,
): void {
  const time = trades.time[row]!;
  trade[0] = time;
  trade[1] = trades.id[row]!;
  trade[2] = trades.received[row]!;
  trade[3] = trades.price[row]!;
  trade[4] = trades.size[row]!;
  trade[5] = trades.side[row]!;
  digests.of(number, 0, time).add(trade);
}
