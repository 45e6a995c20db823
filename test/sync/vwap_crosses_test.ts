import assert from "node:assert/strict";
import { vwapCrosses, vwapCrossTag } from "../../lib/sync/vwap_crosses.ts";

const columns = (close: number[], ratio: number[], session = close.map(() => 0)) => ({
  openTime: close.map((_, i) => i),
  close,
  vwap: close.map(() => 100),
  ratio,
  session,
});

Deno.test("a cross counts only on more than 1.5 times the usual volume, in either direction", () => {
  const found = vwapCrosses(columns([99, 101, 99, 101], [9, 1.5, 1.51, 2]));
  assert.deepEqual(found.map(({ openTime, direction }) => [openTime, direction]), [
    [2, "down"],
    [3, "up"],
  ]);
  assert.deepEqual(found.map(vwapCrossTag), ["VWAP↓ 1.5x", "VWAP↑ 2.0x"]);
});

Deno.test("no cross is taken from one session into the next, nor from or into what is not known", () => {
  assert.deepEqual(vwapCrosses(columns([99, 101], [9, 9], [0, 1])), []);
  assert.deepEqual(vwapCrosses(columns([NaN, 101], [9, 9])), []);
  assert.deepEqual(vwapCrosses(columns([99, 101], [9, NaN])), []);
  assert.equal(vwapCrosses(columns([99, 101], [9, 9])).length, 1);
});

Deno.test("columns of another length are refused by name", () => {
  assert.throws(() => vwapCrosses({ ...columns([1, 2], [1, 1]), vwap: [1] }), /vwap must be as/);
});
