import { ByteWriter, ParquetWriter, type SchemaElement } from "hyparquet-writer";
import { VERSION } from "../model/version.ts";
import { RowCursor } from "./row_cursor.ts";
import type { ColumnKind, Table, TableBlock, TableColumn } from "./table.ts";

/** Rows kept in memory until they are written together: readers skip or take a group as a whole. */
const GROUP_ROWS = 65_536;

/** Types of Parquet; `time` is what pandas and others read as a time in UTC. */
const TYPES: Readonly<Record<ColumnKind, Omit<SchemaElement, "name">>> = {
  time: {
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
  },
  integer: { type: "INT64" },
  number: { type: "DOUBLE" },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
};

/** A table as Parquet, compressed by Snappy: times are timestamps in UTC; what is unknown is null. */
export async function* parquetPieces(table: Table): AsyncGenerator<Uint8Array> {
  const { columns } = table;
  const writer = new ByteWriter();
  const file = new ParquetWriter({
    writer,
    schema: [
      { name: "root", num_children: columns.length },
      ...columns.map((column): SchemaElement => schemaOf(column)),
    ],
    createdBy: `Comove version ${VERSION}`,
  });
  const cursor = new RowCursor(table);
  try {
    while (await cursor.hasMore()) {
      const group = await gather(cursor, columns);
      await file.write({
        columnData: columns.map(({ name }, at) => ({ name, data: group[at]! })),
        rowGroupSize: GROUP_ROWS,
      });
      yield taken(writer);
    }
  } finally {
    await cursor.close();
  }
  await file.finish();
  yield taken(writer);
}

function schemaOf({ name, kind }: TableColumn): SchemaElement {
  return { name, ...TYPES[kind], repetition_type: "OPTIONAL" };
}

/** The bytes that were written since the last call. The writer counts on from there. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}

/** The rows of the next group, column by column. */
async function gather(
  cursor: RowCursor,
  columns: readonly TableColumn[],
): Promise<(bigint | number | string | null)[][]> {
  const group = columns.map((): (bigint | number | string | null)[] => []);
  for (let left = GROUP_ROWS; left > 0 && await cursor.hasMore();) {
    const { block, from, to } = cursor.take(left);
    left -= to - from;
    for (const [at, { kind }] of columns.entries()) {
      addTo(group[at]!, kind, block.columns[at]!, from, to);
    }
  }
  return group;
}

function addTo(
  data: (bigint | number | string | null)[],
  kind: ColumnKind,
  values: TableBlock["columns"][number],
  from: number,
  to: number,
): void {
  if (kind === "text") {
    for (let row = from; row < to; row++) data.push((values[row] as string) || null);
    return;
  }
  for (let row = from; row < to; row++) {
    const value = values[row] as number;
    if (!Number.isFinite(value)) data.push(null);
    else data.push(kind === "number" ? value : BigInt(value));
  }
}
