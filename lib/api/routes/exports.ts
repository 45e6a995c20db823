import { z } from "@hono/zod-openapi";
import { EXPORT_FORMATS, type ExportFormat } from "../../export/formats.ts";
import type { Table } from "../../export/table.ts";
import { TableFile } from "../../export/table_file.ts";
import { barTable } from "../../export/tables/bar_table.ts";
import { instrumentsOf } from "../../feeds/venues.ts";
import { MarketError } from "../../model/errors.ts";
import { EXPORT_KINDS, type ExportWhat } from "../../store/export/export_kinds.ts";
import { type ExportQuery, ExportRefusal } from "../../store/export/export_kind.ts";
import { exportSource, storeTable } from "../../store/export/export_store.ts";
import type { StoreReader } from "../../store/store.ts";
import { type ApiContext, instrumentIn } from "../api_context.ts";
import { memoryStoreOf } from "../memory_source.ts";
import { ApiProblem, shownValue } from "../problem.ts";
import { defineRoute } from "../route.ts";
import { barTimeframeText, idText, pairText, timeText, windowText, wordOf } from "../schemas.ts";
import { storedReader } from "../stored_reader.ts";

const KINDS = Object.keys(EXPORT_KINDS) as [ExportWhat, ...ExportWhat[]];
const FORMATS = [...EXPORT_FORMATS] as [ExportFormat, ...ExportFormat[]];

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8",
  json: "application/json",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  parquet: "application/vnd.apache.parquet",
};

export const exports = defineRoute({
  method: "get",
  path: "/exports/{what}",
  summary: "What is stored, else what is in memory, or follows from it, as a file",
  fresh: "never",
  problems: [409],
  cost: 50,
  params: z.strictObject({ what: wordOf(KINDS, "What to export") }),
  query: z.strictObject({
    format: wordOf(FORMATS, "Format of the file; csv").optional(),
    symbol: idText().optional(),
    pair: pairText().optional(),
    timeframe: barTimeframeText().optional(),
    window: windowText().optional(),
    from: timeText("Only rows that open at or after").optional(),
    to: timeText("Only rows that open before").optional(),
  }),
  types: Object.values(TYPES).map((type) => type.split(";")[0]!),
  async handle(context, { params: { what }, query: { format = "csv", ...query } }) {
    const table = await tableOf(context, what, query as ExportQuery);
    const name = [what, query.symbol, query.pair, query.timeframe]
      .filter((part) => part !== undefined).join("_").replaceAll(/[^\w@.-]/g, "-");
    return new Response(ReadableStream.from(piecesOf(table, format as ExportFormat)), {
      headers: {
        "content-type": TYPES[format as ExportFormat],
        "content-disposition": `attachment; filename="${name}.${format}"`,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      },
    });
  },
});

/** A wrong option is a bad query; what is not to be had for another reason may be later. */
function refusalOf(error: Error, query: ExportQuery): ApiProblem {
  const { message: detail } = error;
  const option = error instanceof ExportRefusal ? error.option : undefined;
  const pointer = option === undefined ? "/query" : `/query/${option}`;
  const value = shownValue(option === undefined ? undefined : query[option]);
  return new ApiProblem(option === undefined ? 409 : 400, {
    detail,
    errors: [{ pointer, rule: detail, value }],
  });
}

interface OpenTable {
  readonly table: Table;
  close(): Promise<void>;
}

const nothing = () => Promise.resolve();

async function tableOf(
  context: ApiContext,
  what: ExportWhat,
  query: ExportQuery,
): Promise<OpenTable> {
  const { config, market, store } = context;
  if (store === undefined && what === "bars") {
    const { symbol = market.instruments[0]!.id, pair: _, window: __, ...rest } = query;
    instrumentIn(context, symbol, "/query/symbol");
    const bars = market.bars(symbol, rest as Parameters<typeof market.bars>[1]);
    return { table: barTable(bars), close: nothing };
  }
  const { reader, close } = await readerOf(context, what, query);
  try {
    const source = await exportSource(reader, {
      windows: config.correlation.windows,
      timeframes: config.data.timeframes,
      pairs: config.correlation.pairs,
      order: instrumentsOf(config).map(({ id }) => id),
    });
    return { table: (await storeTable(source, what, query)).table, close };
  } catch (error) {
    await close();
    if (!(error instanceof MarketError) && !(error instanceof RangeError)) throw error;
    throw refusalOf(error, query);
  }
}

/** The store; without one, what is in memory, where trades are not kept. */
async function readerOf(
  context: ApiContext,
  what: ExportWhat,
  { symbol, pair }: ExportQuery,
): Promise<{ readonly reader: StoreReader; close(): Promise<void> }> {
  const { market, store, alerts, clock } = context;
  if (store !== undefined || what === "trades") {
    const why = `An export of ${what} is made of what is stored`;
    return { reader: await storedReader(context, why), close: nothing };
  }
  const [ids, option] = symbol !== undefined ? [[symbol], "symbol"] : [pair?.split("/"), "pair"];
  const wanted = ids?.map((id) => instrumentIn(context, id, `/query/${option}`)) ??
    market.instruments;
  const reader = await memoryStoreOf({
    market,
    instruments: wanted,
    alerts: alerts.after(0).map(({ body }) => body),
    clock,
  });
  return { reader, close: () => reader.close() };
}

/** The pieces of a file; what they are made of is closed behind the last, also where the reader goes away. */
async function* piecesOf({ table, close }: OpenTable, format: ExportFormat) {
  try {
    yield* new TableFile(table, format).pieces();
  } finally {
    await close();
  }
}
