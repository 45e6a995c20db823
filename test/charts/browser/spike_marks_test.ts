import assert from "node:assert/strict";
import { labelMiddle } from "../../../lib/charts/browser/spike_marks.ts";

Deno.test("a label at an edge of the pane is moved in, so that none of it is cut off", () => {
  assert.equal(labelMiddle(100, 20, 300), 100);
  assert.equal(labelMiddle(-5, 20, 300), 11);
  assert.equal(labelMiddle(299, 20, 300), 289);
});
