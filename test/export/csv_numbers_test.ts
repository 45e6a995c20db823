import assert from "node:assert/strict";
import fc from "fast-check";
import { csvPieces } from "../../lib/export/csv_format.ts";
import type { ColumnKind, Table } from "../../lib/export/table.ts";

/** The lines of columns of these kinds. */
async function linesOf(kinds: readonly ColumnKind[], columns: readonly ArrayLike<number>[]) {
  const table: Table = {
    columns: kinds.map((kind) => ({ name: kind, kind })),
    blocks: () => [{ length: columns[0]!.length, columns }],
  };
  const decoder = new TextDecoder();
  let text = "", pieces = 0;
  for await (const piece of csvPieces(table)) {
    text += decoder.decode(piece, { stream: true });
    pieces++;
  }
  return { lines: text.split("\n").slice(1, -1), pieces };
}

const written = (value: number) => Number.isFinite(value) ? String(value) : "";

Deno.test("CSV writes every number as String does, and nothing for one that is unknown", async () => {
  const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-0, 1e21, 5e-324, NaN));
  await fc.assert(fc.asyncProperty(fc.array(number, { maxLength: 100 }), async (numbers) => {
    const values = Float64Array.from(numbers);
    const { lines } = await linesOf(["number", "integer"], [values, values]);
    assert.deepEqual(lines, numbers.map((value) => `${written(value)},${written(value)}`));
  }));
});

Deno.test("CSV of many rows comes in pieces of 64 kB that are whole together", async () => {
  const values = Float64Array.from({ length: 20_000 }, (_, row) => Math.sqrt(row));
  const { lines, pieces } = await linesOf(["number"], [values]);
  assert.deepEqual(lines, Array.from(values, written));
  const bytes = lines.join("\n").length;
  assert.ok(bytes > 5 * 65_536);
  assert.equal(pieces, Math.ceil((bytes + "number\n".length) / 65_536));
});
