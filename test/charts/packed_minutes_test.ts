import assert from "node:assert/strict";
import fc from "fast-check";
import { packMinutes, unpackMinutes } from "../../lib/charts/packed_minutes.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { returnsOf } from "../../lib/sync/returns.ts";
import { type Cell, gridOf, MONDAY } from "../sync/grids.ts";

const cell: fc.Arbitrary<Cell> = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 9_999_999 }).map((ticks) => ticks / 100) },
  { weight: 2, arbitrary: fc.constantFrom<Cell>(".", "a", "-", "r") },
);

Deno.test("unpackMinutes gives the same returns, and reasons for none, as the minutes packed", () => {
  fc.assert(fc.property(fc.array(cell, { maxLength: 200 }), (cells) => {
    const grid = gridOf(cells);
    const back = unpackMinutes(JSON.parse(JSON.stringify(packMinutes(grid))));
    assert.deepEqual(back.close, grid.close);
    assert.deepEqual([back.status, back.contract], [grid.status, grid.contract]);
    for (const timeframe of ["1m", "5m"] as const) {
      assert.deepEqual(returnsOf(back, timeframe), returnsOf(grid, timeframe));
    }
  }));
});

Deno.test("packMinutes takes the newest minutes, on their own times", () => {
  const grid = gridOf([1, 2, ".", 4, 5]);
  const back = unpackMinutes(packMinutes(grid, { minutes: 3 }));
  assert.deepEqual([back.start, back.length], [MONDAY + 2 * MINUTE, 3]);
  assert.deepEqual([...back.close], [NaN, 4, 5]);
  assert.equal(packMinutes(grid, { minutes: 99 }).length, 5);
});

Deno.test("unpackMinutes knows no volume, rather than none traded", () => {
  assert.deepEqual([...unpackMinutes(packMinutes(gridOf([1, 2]))).volume], [NaN, NaN]);
});
