import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { EXPORT_FORMATS } from "../../lib/export/formats.ts";
import { manifestOf } from "../../lib/export/manifest.ts";
import { TableFile } from "../../lib/export/table_file.ts";
import { VERSION } from "../../lib/model/version.ts";
import { bytesOf, COLUMNS, ROWS, tableOf } from "./support.ts";

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

Deno.test("the hash of a file is that of its bytes, and the hash of its data is one in every format", async () => {
  const hashes = new Set<string>();
  for (const format of EXPORT_FORMATS) {
    const file = new TableFile(tableOf(COLUMNS, ROWS), format);
    assert.equal(file.facts, undefined);
    const bytes = await bytesOf(file.pieces());
    assert.deepEqual(
      { rows: file.facts!.rows, bytes: file.facts!.bytes, sha256: file.facts!.sha256 },
      { rows: ROWS.length, bytes: bytes.length, sha256: sha256(bytes) },
    );
    hashes.add(file.facts!.dataSha256);
  }
  assert.equal(hashes.size, 1);
  const changed = ROWS.map((row, at) => at === 1 ? [row[0]!, 0.3, row[2]!, row[3]!] : row);
  const other = new TableFile(tableOf(COLUMNS, changed), "parquet");
  await bytesOf(other.pieces());
  assert.ok(!hashes.has(other.facts!.dataSha256), "one digit more or less is another hash");
});

Deno.test("a manifest describes the files that were written, and none that was not", async () => {
  const written = new TableFile(tableOf(COLUMNS, ROWS), "json");
  const refused = new TableFile(tableOf(COLUMNS, ROWS), "json");
  await bytesOf(written.pieces());
  for await (const _ of refused.pieces()) break;
  const parameters = { symbol: "ES" };
  const manifest = manifestOf("simulated", [
    { name: "a.json", what: "bars", parameters, file: written },
    { name: "b.json", what: "bars", parameters, file: refused },
  ], { versions: { schema: "1" } });
  assert.deepEqual(manifest.files.map(({ name, rows }) => [name, rows]), [["a.json", ROWS.length]]);
  assert.deepEqual(manifest.files[0]!.parameters, parameters);
  assert.equal(manifest.versions.comove, VERSION);
  assert.equal(manifest.versions.schema, "1");
  assert.match(manifest.versions.deno!, /^\d+\.\d+\.\d+$/);
});
