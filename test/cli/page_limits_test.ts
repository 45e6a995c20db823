import assert from "node:assert/strict";
import { codeHtml } from "../../lib/cli/page_code.ts";
import { isOrdinary } from "../../lib/cli/page_limits.ts";

Deno.test("isOrdinary refuses text above 50 kB and words that no person writes", () => {
  assert.equal(isOrdinary("word ".repeat(10_000)), true);
  assert.equal(isOrdinary("word ".repeat(10_001)), false);
  assert.equal(isOrdinary("x".repeat(499)), true);
  assert.equal(isOrdinary(`a ${"x".repeat(500)} b`), false);
});

Deno.test("codeHtml colours code of ordinary length, and shows the rest as it is", () => {
  assert.match(codeHtml("const a = 1;", "ts"), /hljs-keyword/);
  assert.equal(
    codeHtml(`const ${"a".repeat(500)} = "<"`, "ts"),
    `const ${"a".repeat(500)} = &quot;&lt;&quot;`,
  );
  const long = "const a = 1;\n".repeat(4_000);
  assert.equal(codeHtml(long, "ts"), long);
});
