import assert from "node:assert/strict";
import { inOrder, movedBy } from "../../../lib/api/page/browser/panel_order.ts";

const places = ["header", "charts", "strip"].map((name) => ({ name }));
const namesOf = (order?: readonly string[]) => inOrder(places, order).map(({ name }) => name);

Deno.test("panels stand in the reader's order, and new ones last", () => {
  assert.deepEqual(namesOf(), ["header", "charts", "strip"]);
  assert.deepEqual(namesOf(["strip", "gone", "header"]), ["strip", "header", "charts"]);
});

Deno.test("a panel moves by one place, and not beyond an end", () => {
  assert.deepEqual(movedBy(["a", "b", "c"], "b", -1), ["b", "a", "c"]);
  assert.deepEqual(movedBy(["a", "b", "c"], "b", 1), ["a", "c", "b"]);
  for (const [name, by] of [["a", -1], ["c", 1], ["none", 1]] as const) {
    assert.deepEqual(movedBy(["a", "b", "c"], name, by), ["a", "b", "c"]);
  }
});
