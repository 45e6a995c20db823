import assert from "node:assert/strict";
import fc from "fast-check";
import { csvPieces, csvText } from "../../lib/export/csv_format.ts";
import { jsonPieces } from "../../lib/export/json_format.ts";
import { COLUMNS, ROWS, tableOf, textOf } from "./support.ts";

Deno.test("CSV keeps numbers to the last digit, guards texts against formulas, and leaves the unknown empty", async () => {
  assert.equal(
    await textOf(csvPieces(tableOf(COLUMNS, ROWS))),
    "openTime,close,n,note\n" +
      "1764547200000,-1.5,3,plain\n" +
      "1764547260001,0.30000000000000004,,'=1+1\n" +
      ',,9007199254740991,"a ""b"", c\u202e <&>"\n' +
      "1764547320000,5e-324,-2,\n" +
      "1764547380000,1.7976931348623157e+308,0,'@x\n",
  );
});

Deno.test("no text of a CSV begins as a formula does, and each is read back", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const cell = csvText(text);
    const read = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
    assert.doesNotMatch(read, /^[=+\-@\t\r]/);
    assert.equal(read.replace(/^'(?=[=+\-@\t\r])/, ""), text.replace(/^'(?=[=+\-@\t\r])/, ""));
    if (!cell.startsWith('"')) assert.doesNotMatch(cell, /[",\r\n]/);
  }));
});

Deno.test("JSON is columns and rows, with null for the unknown and no character that is not seen", async () => {
  const text = await textOf(jsonPieces(tableOf(COLUMNS, ROWS)));
  assert.doesNotMatch(text, /\u202e/);
  const { columns, data } = JSON.parse(text);
  assert.deepEqual(columns, COLUMNS.map(({ name }) => name));
  const wanted = ROWS.map((row) =>
    row.map((cell) => cell === "" || Number.isNaN(cell) ? null : cell)
  );
  assert.deepEqual(data, wanted);
});

Deno.test("a table without rows has its columns in both", async () => {
  const empty = tableOf(COLUMNS, []);
  assert.equal(await textOf(csvPieces(empty)), "openTime,close,n,note\n");
  assert.deepEqual(JSON.parse(await textOf(jsonPieces(empty))).data, []);
});

Deno.test("a large table comes in many pieces, the same whatever the length of its blocks", async () => {
  const rows = Array.from({ length: 20_000 }, (_, row) => [row * 60_000, row / 7, row, "x"]);
  const whole = await textOf(csvPieces(tableOf(COLUMNS, rows, 20_000)));
  const pieces = await Array.fromAsync(csvPieces(tableOf(COLUMNS, rows, 7)));
  assert.ok(pieces.length > 5 && pieces.every(({ length }) => length < 100_000));
  assert.equal(await textOf(csvPieces(tableOf(COLUMNS, rows, 7))), whole);
  assert.equal(
    await textOf(jsonPieces(tableOf(COLUMNS, rows, 3))),
    await textOf(jsonPieces(tableOf(COLUMNS, rows, 999))),
  );
});
