import assert from "node:assert/strict";
import { dataFrameOf } from "../../lib/market/frame.ts";
import { barAt } from "../support/bars.ts";

Deno.test("dataFrameOf makes a danfojs DataFrame with one row a bar", async () => {
  const frame = await dataFrameOf([barAt(0, 100), barAt(60_000, 101.5)]);
  assert.deepEqual(frame.shape, [2, 9]);
  assert.deepEqual(frame["close"].values, [100, 101.5]);
  assert.deepEqual(frame["utc"].values, ["1970-01-01T00:00:00.000Z", "1970-01-01T00:01:00.000Z"]);
  assert.equal(frame["close"].mean(), 100.75);
});

Deno.test("dataFrameOf keeps its columns without bars", async () => {
  const frame = await dataFrameOf([]);
  assert.equal(frame.shape[0], 0);
  assert.equal(frame.columns.length, 9);
});
