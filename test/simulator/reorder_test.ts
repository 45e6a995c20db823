import assert from "node:assert/strict";
import { Reorder } from "../../lib/simulator/reorder.ts";

/** Everything that comes out for the numbers from `first` to `last`, and what was still held. */
function through(order: Reorder<number>, first: number, last: number): readonly number[] {
  const out: number[] = [];
  for (let n = first; n <= last; n++) out.push(...order.pass(n));
  return out;
}

Deno.test("Reorder lets everything pass as it is while nothing is the matter", () => {
  assert.deepEqual(through(new Reorder<number>(), 1, 3), [1, 2, 3]);
});

Deno.test("Reorder repeats as many items as requested", () => {
  const order = new Reorder<number>();
  order.repeat(2);
  assert.deepEqual(through(order, 1, 4), [1, 1, 2, 2, 3, 4]);
});

Deno.test("Reorder turns bundles of ten round, and the rest when the fault is over", () => {
  const order = new Reorder<number>();
  order.shuffle(12);
  const out = through(order, 1, 14);
  assert.deepEqual(out, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 12, 11, 13, 14]);
});

Deno.test("Reorder loses nothing when items come twice in another order", () => {
  const order = new Reorder<number>();
  order.repeat(5);
  order.shuffle(7);
  const out = [...through(order, 1, 20), ...order.release()];
  assert.equal(out.length, 25);
  assert.deepEqual(
    [...new Set(out)].sort((a, b) => a - b),
    Array.from(out.slice(0, 20), (_, i) => i + 1),
  );
});
