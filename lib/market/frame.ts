import type { DataFrame } from "danfojs";
import { BAR_COLUMNS } from "../export/tables/bar_table.ts";
import type { Bar } from "../model/bar.ts";
import { barCells } from "../model/bar_cells.ts";
import type { BarTimeframe } from "../model/timeframe.ts";

/** Which closed bars; everything may be left out. */
export interface BarsQuery {
  /** Bar length, from `1s` to `1d`. @default "1m" */
  readonly timeframe?: BarTimeframe;
  /** Bars of `1d` are cut by the sessions of this instrument, so that crypto can be compared with a future. @default its own */
  readonly daysOf?: string;
  /** Only bars that open at or after this time, epoch ms UTC. */
  readonly from?: number;
  /** Only bars that open before this time. */
  readonly to?: number;
}

const [OPEN_TIME, ...VALUES] = BAR_COLUMNS.map(({ name }) => name);
const COLUMNS = [OPEN_TIME!, "utc", ...VALUES];

/**
 * Bars as a danfojs DataFrame, one row a bar: `openTime` (epoch ms UTC), `utc` (text), open, high, low,
 * close, volume, revision, source. danfojs is large, so it is loaded on first use.
 *
 * @returns a danfojs `DataFrame`; without bars it still has its columns.
 */
export async function dataFrameOf(bars: readonly Bar[]): Promise<DataFrame> {
  const { DataFrame } = await import("danfojs");
  const rows = bars.map((bar) => {
    const [openTime, ...values] = barCells(bar);
    return [openTime, new Date(openTime).toISOString(), ...values];
  });
  return new DataFrame(rows, { columns: COLUMNS });
}
