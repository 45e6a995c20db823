import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { importFresh, spelled } from "../../lib/runtime/fresh_import.ts";

const FILE = "lib/runtime/fresh_import.ts";

Deno.test("importFresh gives modules that were not there before, from a fresh module too", async () => {
  const first = await importFresh(FILE);
  const second = await importFresh(FILE);
  const third = await (second.importFresh as typeof importFresh)(FILE);
  const functions = [importFresh, ...[first, second, third].map((module) => module.importFresh)];
  assert.equal(new Set(functions).size, 4);
});

Deno.test("importFresh rejects for a file that is not there", async () => {
  await assert.rejects(importFresh("lib/no_such_file.ts"), /Module not found/);
});

Deno.test("spelled writes one path in ever different ways", () => {
  const path = "/home/some%20one/comove";
  const spellings = Array.from({ length: 1_000 }, (_, n) => spelled(path, n));
  assert.equal(new Set(spellings).size, 1_000);
  assert.equal(spellings[0], path);
  for (const spelling of spellings) {
    assert.equal(fileURLToPath(`file://${spelling}`), "/home/some one/comove");
  }
  assert.equal(spelled("/C:/a1", 1), "/C:/%611", "a drive's letter stays");
  assert.equal(spelled("/app", 7), "/%61%70%70");
  assert.equal(spelled("/app", 8), undefined);
});
