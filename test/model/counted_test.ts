import assert from "node:assert/strict";
import { counted, grouped } from "../../lib/model/counted.ts";

Deno.test("counted knows one from many, and takes irregular plurals", () => {
  assert.equal(counted(1, "bar"), "1 bar");
  assert.equal(counted(0, "bar"), "0 bars");
  assert.equal(counted(12_345, "bar"), "12,345 bars");
  assert.equal(counted(2, "entry", "entries"), "2 entries");
});

Deno.test("grouped writes every number as the locale does, those it takes a shorter way for too", () => {
  const numbers = [0, -0, 1, 999, 1_000, 1_234_567, -1, -12_345, 0.5, 999.9996, NaN, Infinity];
  for (const n of numbers) assert.equal(grouped(n), n.toLocaleString("en-US"), String(n));
});
