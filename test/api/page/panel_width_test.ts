import assert from "node:assert/strict";
import { boundedWidth, widthByKey } from "../../../lib/api/page/browser/panel_width.ts";

Deno.test("a panel's width stays between 40 and 100 per cent, whatever a browser kept", () => {
  assert.deepEqual([55.4, 0, -1, 1e9].map(boundedWidth), [55, 40, 40, 100]);
  for (const odd of [NaN, Infinity, "50", null, undefined, {}]) {
    assert.equal(boundedWidth(odd), 100);
  }
});

Deno.test("keys change a panel's width by steps, and no further than the bounds", () => {
  assert.equal(widthByKey(100, "ArrowLeft"), 95);
  assert.equal(widthByKey(42, "ArrowLeft"), 40);
  assert.equal(widthByKey(98, "ArrowRight"), 100);
  assert.deepEqual([widthByKey(70, "Home"), widthByKey(70, "End")], [40, 100]);
  assert.equal(widthByKey(70, "ArrowUp"), undefined);
});
