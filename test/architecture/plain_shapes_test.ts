import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** A literal list or object of plain names that is spread into another one. */
const SPREAD_LITERAL = /\.\.\.(?:\[\s*["\d]|\{\s*\w+\s*[,}])/;

/** Lines on which a literal is spread only to look shorter. */
function spreadLiterals(path: string, text: string): string[] {
  return text.split("\n").flatMap((line, i) =>
    SPREAD_LITERAL.test(line) && !/\]\.map\(/.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : []
  );
}

Deno.test("no literal of the library is spread into another", async () => {
  const root = fileURLToPath(new URL("../../lib/", import.meta.url));
  const found: string[] = [];
  for (const name of await readdir(root, { recursive: true })) {
    if (name.endsWith(".ts")) {
      found.push(...spreadLiterals(name, await Deno.readTextFile(root + name)));
    }
  }
  assert.deepEqual(found, []);
});

Deno.test("spreadLiterals sees lists and objects, and leaves computed ones", () => {
  const bad = ['...["a", "b"],', "...[1, 2],", "...{ a, b },", "f(...{ a })"];
  for (const line of bad) assert.equal(spreadLiterals("x.ts", line).length, 1, line);
  const good = ["...[1, 2].map((n) => n * 2),", "...[...a, b],", "...(a ? {} : { a }),", "...rest"];
  for (const line of good) assert.deepEqual(spreadLiterals("x.ts", line), [], line);
});
