import { sameText, type TableBlock, type TableColumn } from "../../export/table.ts";
import { type Pair, pairsOf } from "../../market/correlation_board.ts";
import { assetsOf } from "../../model/instrument.ts";
import { ceilTo, floorTo, type Interval, MINUTE } from "../../model/time.ts";
import { closesWithin, venueDifferences } from "../../sync/venue_differences.ts";
import {
  type ExportKind,
  type ExportQuery,
  ExportRefusal,
  type ExportSource,
  rangeParameters,
} from "./export_kind.ts";
import { pairsIn, sidesOf } from "./pair_queries.ts";
import { type PairStretch, pairStretches } from "./pair_stretches.ts";

const COLUMNS: readonly TableColumn[] = [
  { name: "openTime", kind: "time" },
  { name: "pair", kind: "text" },
  { name: "price", kind: "number" },
  { name: "comparedWith", kind: "number" },
  { name: "basisPoints", kind: "number" },
];

/** What one coin costs at a venue over what it costs at another, minute by minute; unknown where a side has no bar. */
export const exportDifferences: ExportKind = {
  title: "one coin at two venues, in basis points",
  takes: ["pair"],
  timeframes: [],
  table(source, query) {
    const pairs = coinPairs(source, query);
    async function* blocks(): AsyncGenerator<TableBlock> {
      for (const pair of pairs) {
        const sides = sidesOf(source, pair);
        for await (const stretch of pairStretches(source, sides, query, { before: 0 })) {
          yield differencesBlock(pair.name, stretch);
        }
      }
    }
    return Promise.resolve({
      table: { columns: COLUMNS, blocks },
      parameters: {
        pairs: pairs.map(({ name }) => name),
        timeframe: "1m",
        ...rangeParameters(query),
      },
    });
  },
};

/** Pairs that are one coin twice, whatever pairs are correlated. @throws {MarketError} `export`. */
function coinPairs(source: ExportSource, query: ExportQuery): readonly Pair[] {
  const isOneCoin = (pair: Pair) => {
    const [one, other] = sidesOf(source, pair).map(assetsOf);
    return one!.base === other!.base;
  };
  if (query.pair === undefined) return pairsOf(source.instruments, null).filter(isOneCoin);
  const pairs = pairsIn(source, query);
  if (pairs.every(isOneCoin)) return pairs;
  throw new ExportRefusal(`A difference takes one coin twice, got ${query.pair}.`, "pair");
}

function differencesBlock(pair: string, { a, b, range }: PairStretch): TableBlock {
  const { from, to } = wholeMinutes(range);
  const closes = [a, b].map((grid) => closesWithin(grid, from, to));
  const [price, comparedWith] = closes as [Float64Array, Float64Array];
  const [basisPoints] = venueDifferences(closes, 1).basisPoints;
  const { length } = price;
  const openTime = Float64Array.from({ length }, (_, row) => from + row * MINUTE);
  return {
    length,
    columns: [openTime, sameText(pair, length), price, comparedWith, basisPoints!],
  };
}

function wholeMinutes({ from, to }: Interval): Interval {
  return { from: ceilTo(from, MINUTE), to: floorTo(to, MINUTE) };
}
