import { instrumentsOf } from "../feeds/venues.ts";
import { MarketError } from "../model/errors.ts";
import type { Interval } from "../model/time.ts";
import type { CorrelatedTimeframe } from "../model/timeframe.ts";
import { exportSource, storeTable } from "../store/export/export_store.ts";
import type { StoreReader } from "../store/store.ts";
import type { ApiContext } from "./api_context.ts";

/** A rolling correlation of one slot; NaN where it is unknown. */
export interface CorrelationRow {
  readonly openTime: number;
  readonly r: number;
  readonly lo: number;
  readonly hi: number;
  readonly n: number;
  readonly expected: number;
}

/** Which correlations: half-open, the oldest first. */
export interface OlderCorrelationsQuery extends Interval {
  readonly pair: string;
  readonly timeframe: CorrelatedTimeframe;
  readonly window: number;
  readonly most: number;
}

/** Rolling correlations of what is stored, as the market makes them; none of a pair that is not stored. */
export async function olderCorrelations(
  { config }: Pick<ApiContext, "config">,
  reader: StoreReader,
  { most, from, to, ...query }: OlderCorrelationsQuery,
): Promise<CorrelationRow[]> {
  if (!(from < to)) return [];
  const found: CorrelationRow[] = [];
  try {
    const source = await exportSource(reader, {
      order: instrumentsOf(config).map(({ id }) => id),
    });
    const { table } = await storeTable(source, "correlation", { ...query, from, to });
    const names = table.columns.map(({ name }) => name);
    for await (const block of table.blocks()) {
      const column = (name: string) => block.columns[names.indexOf(name)] as ArrayLike<number>;
      for (let i = 0; i < block.length && found.length < most; i++) {
        found.push({
          openTime: column("openTime")[i]!,
          r: column("r")[i]!,
          lo: column("lo")[i]!,
          hi: column("hi")[i]!,
          n: column("n")[i]!,
          expected: column("expected")[i]!,
        });
      }
      if (found.length >= most) break;
    }
  } catch (error) {
    if (!(error instanceof MarketError) || error.code !== "export") throw error;
  }
  return found;
}
