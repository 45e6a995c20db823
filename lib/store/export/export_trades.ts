import type { TableBlock, TableColumn } from "../../export/table.ts";
import type { TradeColumns } from "../store.ts";
import { type ExportKind, instrumentOf, rangeParameters } from "./export_kind.ts";

/** Rows read at a time. */
const PAGE = 20_000;

const COLUMNS: readonly TableColumn[] = [
  { name: "id", kind: "integer" },
  { name: "time", kind: "time" },
  { name: "price", kind: "number" },
  { name: "size", kind: "number" },
  { name: "side", kind: "integer" },
  { name: "received", kind: "time" },
];

/** Trades of one instrument, by time and id. `side` is 1 where the taker bought, -1 where it sold, 0 where unknown. */
export const exportTrades: ExportKind = {
  title: "single trades of one instrument",
  takes: ["symbol"],
  isOf: () => true,
  timeframes: [],
  table(source, query) {
    const { id: instrument } = instrumentOf(source, query.symbol);
    const { from = -Infinity, to = Infinity } = query;
    async function* blocks(): AsyncGenerator<TableBlock> {
      let page = { from, afterId: undefined as number | undefined };
      for (;;) {
        const { afterId } = page;
        const trades = await source.reader.trades({
          instrument,
          from: page.from,
          to,
          limit: PAGE,
          ...(afterId === undefined ? {} : { afterId }),
        });
        if (trades.id.length > 0) yield blockOf(trades);
        if (trades.id.length < PAGE) return;
        page = { from: trades.time.at(-1)!, afterId: trades.id.at(-1)! };
      }
    }
    return Promise.resolve({
      table: { columns: COLUMNS, blocks },
      parameters: { symbol: instrument, ...rangeParameters(query) },
    });
  },
};

function blockOf({ id, time, price, size, side, received }: TradeColumns): TableBlock {
  return { length: id.length, columns: [id, time, price, size, side, received] };
}
