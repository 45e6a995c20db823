import { Sha256 } from "../runtime/digest.ts";
import { csvHead, csvRows } from "./csv_format.ts";
import { encoderOf, type ExportFormat } from "./formats.ts";
import type { Table, TableBlock } from "./table.ts";

/** What is known of a file once it is written. */
export interface TableFileFacts {
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
  /** SHA-256 of its rows as CSV: the same for the same data in every format. */
  readonly dataSha256: string;
}

/** A table that becomes a file, and what it came to. */
export class TableFile {
  readonly table: Table;
  readonly format: ExportFormat;
  #facts: TableFileFacts | undefined;

  constructor(table: Table, format: ExportFormat) {
    this.table = table;
    this.format = format;
  }

  /** Of the last {@link pieces} that were read to their end; undefined before. */
  get facts(): TableFileFacts | undefined {
    return this.#facts;
  }

  /** Its bytes, made anew at each call. */
  async *pieces(): AsyncGenerator<Uint8Array> {
    const { table, format } = this;
    const encode = await encoderOf(format);
    const file = new Sha256(), data = new Sha256();
    // The file itself is the data.
    const isData = format === "csv";
    let rows = 0, bytes = 0;
    if (!isData) data.update(csvHead(table.columns));
    const counted: Table = {
      columns: table.columns,
      async *blocks(): AsyncGenerator<TableBlock> {
        for await (const block of table.blocks()) {
          rows += block.length;
          if (!isData) { for (const text of csvRows(table.columns, block)) data.update(text); }
          yield block;
        }
      },
    };
    for await (const piece of encode(counted)) {
      file.update(piece);
      bytes += piece.length;
      yield piece;
    }
    const sha256 = file.finish();
    this.#facts = { rows, bytes, sha256, dataSha256: isData ? sha256 : data.finish() };
  }
}
