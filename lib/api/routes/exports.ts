import { z } from "@hono/zod-openapi";
import { EXPORT_FORMATS, type ExportFormat } from "../../export/formats.ts";
import type { Table } from "../../export/table.ts";
import { TableFile } from "../../export/table_file.ts";
import { barTable } from "../../export/tables/bar_table.ts";
import { instrumentsOf } from "../../feeds/venues.ts";
import { MarketError } from "../../model/errors.ts";
import { EXPORT_KINDS, type ExportWhat } from "../../store/export/export_kinds.ts";
import {
  type ExportKind,
  type ExportQuery,
  ExportRefusal,
} from "../../store/export/export_kind.ts";
import { exportSource, storeTable } from "../../store/export/export_store.ts";
import type { StoreReader } from "../../store/store.ts";
import { type ApiContext, instrumentIn } from "../api_context.ts";
import { memoryStoreOf } from "../memory_source.ts";
import { ApiProblem, shownValue } from "../problem.ts";
import { type AnyRoute, defineRoute } from "../route.ts";
import { columnsOf, idText, pairText, timeText, windowText, wordOf } from "../schemas.ts";
import { storedReader } from "../stored_reader.ts";

const KINDS = Object.keys(EXPORT_KINDS) as [ExportWhat, ...ExportWhat[]];
const FORMATS = [...EXPORT_FORMATS] as [ExportFormat, ...ExportFormat[]];

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8",
  json: "application/json",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  parquet: "application/vnd.apache.parquet",
};

/** What every file takes. */
const OF_ALL = {
  format: wordOf(FORMATS, "Format of the file; csv").optional(),
  from: timeText("Only rows that open at or after").optional(),
  to: timeText("Only rows that open before").optional(),
};

/** What some files take beside it. */
const OF_SOME = {
  symbol: () => idText().optional(),
  pair: () => pairText().optional(),
  timeframe: (kind: ExportKind) =>
    wordOf(kind.timeframes as [string, ...string[]], "Length of a bar").optional(),
  window: () => windowText().optional(),
};

const COMMON = {
  method: "get",
  fresh: "never",
  problems: [404, 409],
  cost: 50,
  answer: z.strictObject(columnsOf()),
  types: Object.values(TYPES).map((type) => type.split(";")[0]!)
    .filter((type) => type !== TYPES.json),
} as const;

/** A route for each kind: one kind takes a pair, another a symbol, and a document has no other way to say so. */
const ofOneKind: readonly AnyRoute[] = KINDS.map((what) => {
  const kind: ExportKind = EXPORT_KINDS[what];
  return defineRoute({
    ...COMMON,
    path: `/exports/${what}`,
    summary: `A file of ${kind.title}`,
    query: z.strictObject({
      ...OF_ALL,
      ...Object.fromEntries(kind.takes.map((name) => [name, OF_SOME[name](kind)])),
    }),
    handle: (context, { query }) => fileOf(context, what, query as FileQuery),
  });
});

/** Kinds by name, with what all of them take; it is reached by a name that no kind has. */
const ofAnyKind = defineRoute({
  ...COMMON,
  path: "/exports/{what}",
  summary: "What is stored, else what is in memory, or follows from it, as a file",
  params: z.strictObject({ what: wordOf(KINDS, "What to export") }),
  query: z.strictObject(OF_ALL),
  handle: (context, { params: { what }, query }) => fileOf(context, what, query as FileQuery),
});

export const exports: readonly AnyRoute[] = [...ofOneKind, ofAnyKind];

/** Options without a value are not there: zod's types cannot say so. */
type FileQuery = ExportQuery & { readonly format?: ExportFormat };

async function fileOf(
  context: ApiContext,
  what: ExportWhat,
  { format = "csv", ...given }: FileQuery,
): Promise<Response> {
  // The file is named by what it is of, also where the request left that open.
  const query = queryOf(context, what, given);
  const table = await tableOf(context, what, query);
  const name = [what, query.symbol, query.pair, query.timeframe]
    .filter((part) => part !== undefined).join("_").replaceAll(/[^\w@.-]/g, "-");
  return new Response(ReadableStream.from(piecesOf(table, format)), {
    headers: {
      "content-type": TYPES[format],
      "content-disposition": `attachment; filename="${name}.${format}"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}

/** A query that names no symbol is of the first instrument followed that such a file can be of. */
function queryOf({ market }: ApiContext, what: ExportWhat, query: ExportQuery): ExportQuery {
  const { isOf }: ExportKind = EXPORT_KINDS[what];
  if (isOf === undefined || query.symbol !== undefined) return query;
  if (market.instruments.length === 0) {
    throw new ApiProblem(409, {
      detail: "Nothing is followed: name a symbol, or follow one.",
      errors: [{
        pointer: "/query/symbol",
        rule: "must be given where nothing is followed",
        value: null,
      }],
    });
  }
  const found = market.instruments.find(isOf);
  return found === undefined ? query : { ...query, symbol: found.id };
}

/** The query is well formed here: what it names is not there, or is not to be had as things are. */
function refusalOf(error: Error, query: ExportQuery): ApiProblem {
  const { message: detail } = error;
  const option = error instanceof ExportRefusal ? error.option : undefined;
  const pointer = option === undefined ? "/query" : `/query/${option}`;
  const value = shownValue(option === undefined ? undefined : query[option]);
  return new ApiProblem(option === undefined ? 409 : 404, {
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
    const { symbol, ...rest } = query;
    const { id } = instrumentIn(context, symbol!, "/query/symbol");
    const bars = market.bars(id, rest as Parameters<typeof market.bars>[1]);
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
