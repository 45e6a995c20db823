import assert from "node:assert/strict";
import { MUTANTS } from "./mutant_list.ts";
import { PAIR_MUTANTS } from "./pair_mutants.ts";

Deno.test("MUTANTS break lines that are there, each once", async () => {
  for (const { what, file, find, replace } of [...MUTANTS, ...PAIR_MUTANTS]) {
    const text = await Deno.readTextFile(new URL(`../../${file}`, import.meta.url));
    assert.equal(text.split(find).length - 1, 1, `${what}: ${find} in ${file}`);
    assert.notEqual(find, replace);
  }
});
