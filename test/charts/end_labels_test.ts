import assert from "node:assert/strict";
import fc from "fast-check";
import { spread } from "../../lib/charts/end_labels.ts";

Deno.test("spread keeps heights apart, in order and within the bounds, and moves none without need", () => {
  const heights = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(fc.property(heights, (asked) => {
    const placed = spread(asked, 16, [10, 290]);
    const order = asked.map((_, i) => i).sort((a, b) => placed[a]! - placed[b]!);
    order.slice(1).forEach((row, i) => {
      assert.ok(placed[row]! - placed[order[i]!]! >= 16 - 1e-9);
      assert.ok(asked[row]! >= asked[order[i]!]!);
    });
    for (const y of placed) assert.ok(y >= 10 - 1e-9 && y <= 290 + 1e-9);
  }));
  assert.deepEqual(spread([200, 50, 120], 16, [10, 290]), [200, 50, 120]);
});
