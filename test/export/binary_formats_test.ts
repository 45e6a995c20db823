import { TextWriter, Uint8ArrayReader, ZipReader } from "@zip.js/zip.js";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import assert from "node:assert/strict";
import { encoderOf, EXPORT_FORMATS, exportFormat } from "../../lib/export/formats.ts";
import { parquetPieces } from "../../lib/export/parquet_format.ts";
import { xlsxOf, xlsxPieces } from "../../lib/export/xlsx_format.ts";
import { bytesOf, COLUMNS, ROWS, tableOf } from "./support.ts";

/** The parts of a workbook, by path. */
async function partsOf(bytes: Uint8Array): Promise<Map<string, string>> {
  const zip = new ZipReader(new Uint8ArrayReader(bytes), { checkSignature: true });
  const parts = new Map<string, string>();
  for (const entry of await zip.getEntries()) {
    if (!entry.directory) parts.set(entry.filename, await entry.getData(new TextWriter()));
  }
  await zip.close();
  return parts;
}

function rowsOf(sheet: string): string[] {
  return [...sheet.matchAll(/<row>(.*?)<\/row>/gs)].map(([, cells]) => cells!);
}

Deno.test("Excel gets numbers, UTC dates and texts, and an empty cell for the unknown", async () => {
  const parts = await partsOf(await bytesOf(xlsxPieces(tableOf(COLUMNS, ROWS))));
  const sheet = parts.get("xl/worksheets/sheet1.xml")!;
  assert.match(sheet, /state="frozen"/);
  const rows = rowsOf(sheet);
  assert.equal(rows.length, 1 + ROWS.length);
  // 2025-12-01 is day 45992 of Excel.
  assert.equal(
    rows[1],
    `<c s="1"><v>45992</v></c><c><v>-1.5</v></c><c><v>3</v></c>` +
      `<c t="inlineStr" s="0"><is><t xml:space="preserve">plain</t></is></c>`,
  );
  assert.match(rows[2]!, /^<c s="2"><v>45992\.00069445\d*<\/v>/, "milliseconds are shown");
  assert.match(rows[2]!, /<c\/><c t="inlineStr" s="0"><is><t xml:space="preserve">=1\+1</);
  assert.match(rows[3]!, /^<c\/><c\/>.*a "b", c\\u202e &lt;&amp;&gt;</);
  assert.ok(!sheet.includes("NaN") && !sheet.includes("<f>"));
  assert.deepEqual([...parts.keys()].length, 6);
});

Deno.test("what a sheet of Excel cannot hold goes on in the next one, under the same names", async () => {
  const parts = await partsOf(await bytesOf(xlsxOf(tableOf(COLUMNS, ROWS, 3), 3)));
  const sheets = [1, 2, 3].map((number) => rowsOf(parts.get(`xl/worksheets/sheet${number}.xml`)!));
  assert.deepEqual(sheets.map(({ length }) => length), [3, 3, 2]);
  assert.ok(sheets.every(([head]) => head === sheets[0]![0]));
  assert.match(parts.get("xl/workbook.xml")!, /name="data".*name="data 2".*name="data 3"/);
  assert.equal(parts.get("[Content_Types].xml")!.match(/worksheet\+xml/g)!.length, 3);
  const full = await partsOf(await bytesOf(xlsxOf(tableOf(COLUMNS, ROWS.slice(0, 2)), 3)));
  assert.ok(!full.has("xl/worksheets/sheet2.xml"), "no empty sheet follows a full one");
});

Deno.test("Excel refuses a text that no cell holds, and the reason is that of the export", async () => {
  const long = tableOf(COLUMNS, [[0, 0, 0, "x".repeat(32_768)]]);
  await assert.rejects(bytesOf(xlsxPieces(long)), {
    code: "not-exported",
    message: /a text of 32768 characters.*Export it as csv or parquet\.$/,
  });
});

Deno.test("the failure of a table ends its workbook, and one that nobody reads to its end lets go", async () => {
  let isClosed = false;
  const table = {
    columns: COLUMNS,
    *blocks() {
      try {
        for (;;) yield* tableOf(COLUMNS, ROWS).blocks() as Generator<never>;
      } finally {
        isClosed = true;
      }
    },
  };
  for await (const piece of xlsxPieces(table)) if (piece.length > 0) break;
  assert.ok(isClosed);
  const broken = {
    columns: COLUMNS,
    *blocks(): Generator<never> {
      yield* tableOf(COLUMNS, ROWS).blocks() as Generator<never>;
      throw new RangeError("no more rows");
    },
  };
  await assert.rejects(bytesOf(xlsxPieces(broken)), /no more rows/);
  await assert.rejects(bytesOf(parquetPieces(broken)), /no more rows/);
});

Deno.test("Parquet keeps every number, its times are timestamps in UTC, and the unknown is null", async () => {
  const bytes = await bytesOf(parquetPieces(tableOf(COLUMNS, ROWS)));
  const file = bytes.buffer as ArrayBuffer;
  const time = parquetMetadata(file).schema[1]!;
  assert.deepEqual(time.logical_type, {
    type: "TIMESTAMP",
    isAdjustedToUTC: true,
    unit: "MILLIS",
  });
  const rows = await parquetReadObjects({ file });
  const wanted = ROWS.map(([time, close, n, note]) => ({
    openTime: Number.isNaN(time) ? null : new Date(time as number),
    close: Number.isNaN(close) ? null : close,
    n: Number.isNaN(n) ? null : BigInt(n as number),
    note: note === "" ? null : note,
  }));
  assert.deepEqual(rows.map((row) => ({ ...row })), wanted);
});

Deno.test("Parquet comes in groups of rows, and a table without rows has its columns", async () => {
  const rows = Array.from({ length: 140_000 }, (_, row) => [row * 60_000, row / 7, row, "x"]);
  const pieces = await Array.fromAsync(parquetPieces(tableOf(COLUMNS, rows, 9_999)));
  assert.ok(pieces.length >= 4);
  const file = (await bytesOf(parquetPieces(tableOf(COLUMNS, rows, 9_999)))).buffer as ArrayBuffer;
  const groups = parquetMetadata(file).row_groups;
  assert.deepEqual(groups.map(({ num_rows }) => num_rows), [65_536n, 65_536n, 8_928n]);
  const read = await parquetReadObjects({ file, rowStart: 139_999, rowEnd: 140_000 });
  assert.equal(read[0]!.close, 139_999 / 7);
  const empty = await bytesOf(parquetPieces(tableOf(COLUMNS, [])));
  assert.equal(parquetMetadata(empty.buffer as ArrayBuffer).num_rows, 0n);
});

Deno.test("the same rows are the same bytes in every format", async () => {
  for (const format of EXPORT_FORMATS) {
    const encode = await encoderOf(format);
    const one = await bytesOf(encode(tableOf(COLUMNS, ROWS, 1)));
    const other = await bytesOf(encode(tableOf(COLUMNS, ROWS, 5)));
    assert.deepEqual(one, other, format);
  }
  assert.throws(() => exportFormat("xls"), {
    name: "RangeError",
    message: "format must be one of csv, json, xlsx, parquet, got xls",
  });
});
