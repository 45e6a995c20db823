import { visibleJson } from "../model/visible.ts";
import { BytePieces } from "./byte_pieces.ts";
import type { Table } from "./table.ts";

/** A table as `{ columns, data }`, a row a line: times in epoch ms; what is unknown is null. */
export async function* jsonPieces(table: Table): AsyncGenerator<Uint8Array> {
  const pieces = new BytePieces();
  const { columns } = table;
  const names = JSON.stringify(columns.map(({ name }) => name));
  pieces.add(visibleJson(`{"columns":${names},"data":[`));
  let separator = "\n";
  for await (const block of table.blocks()) {
    const cells = columns.map(({ kind }, at) => {
      const values = block.columns[at]!;
      return (row: number) => kind === "text" && values[row] === "" ? null : values[row]!;
    });
    for (let row = 0; row < block.length; row++) {
      const line = JSON.stringify(cells.map((cell) => cell(row)));
      pieces.add(separator + visibleJson(line));
      separator = ",\n";
      if (pieces.isFull) yield pieces.take();
    }
  }
  pieces.add(separator === "\n" ? "\n\n]}\n" : "\n]}\n");
  yield pieces.take();
}
