import assert from "node:assert/strict";
import { csvOf } from "../../../lib/charts/browser/download.ts";

Deno.test("csvOf quotes what must be quoted, leaves unknown numbers empty, and starts no formula", () => {
  const csv = csvOf(["time", "r", "source"], [
    ["2025-12-03T14:00:00.000Z", -0.125, "live"],
    ['a "b", c', NaN, "=HYPERLINK(1)"],
  ]);
  assert.equal(
    csv,
    "time,r,source\r\n2025-12-03T14:00:00.000Z,-0.125,live\r\n" +
      `"a ""b"", c",,'=HYPERLINK(1)\r\n`,
  );
});
