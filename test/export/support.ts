import type { Table, TableBlock, TableColumn } from "../../lib/export/table.ts";

/** A table of given rows in blocks of a given length. */
export function tableOf(
  columns: readonly TableColumn[],
  rows: readonly (readonly (number | string)[])[],
  blockRows = 2,
): Table {
  return {
    columns,
    *blocks(): Generator<TableBlock> {
      for (let at = 0; at < rows.length; at += blockRows) {
        const some = rows.slice(at, at + blockRows);
        yield {
          length: some.length,
          columns: columns.map(({ kind }, column) =>
            kind === "text"
              ? some.map((row) => row[column] as string)
              : Float64Array.from(some, (row) => row[column] as number)
          ),
        };
      }
    },
  };
}

/** All pieces in one. */
export async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(
    await new Blob(await Array.fromAsync(pieces) as Uint8Array<ArrayBuffer>[]).arrayBuffer(),
  );
}

export async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  return new TextDecoder().decode(await bytesOf(pieces));
}

/** A column of each kind, with what is unknown, negative, tiny, and looks like a formula. */
export const COLUMNS: readonly TableColumn[] = [
  { name: "openTime", kind: "time" },
  { name: "close", kind: "number" },
  { name: "n", kind: "integer" },
  { name: "note", kind: "text" },
];
export const ROWS: readonly (readonly (number | string)[])[] = [
  [1_764_547_200_000, -1.5, 3, "plain"],
  [1_764_547_260_001, 0.1 + 0.2, NaN, "=1+1"],
  [NaN, NaN, 9_007_199_254_740_991, 'a "b", c\u202e <&>'],
  [1_764_547_320_000, 5e-324, -2, ""],
  [1_764_547_380_000, 1.7976931348623157e308, 0, "@x"],
];
