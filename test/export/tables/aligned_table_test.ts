import assert from "node:assert/strict";
import { alignedTable } from "../../../lib/export/tables/aligned_table.ts";
import type { MinuteGrid } from "../../../lib/model/minute_grid.ts";
import { DAY, HOUR, MINUTE } from "../../../lib/model/time.ts";
import { align } from "../../../lib/sync/align.ts";

function gridOf(start: number, length: number, step: number): MinuteGrid {
  const close = Float64Array.from(
    { length },
    (_, row) => row % 50 === 7 ? NaN : 100 + Math.sin(row / step),
  );
  return {
    start,
    length,
    open: close,
    high: close,
    low: close,
    close,
    volume: close,
    status: Uint8Array.from(close, (value) => Number.isNaN(value) ? 3 : 1),
    contract: new Uint8Array(length),
  };
}

Deno.test("an aligned table made day by day is the one made at once", () => {
  const start = 1_764_547_200_000 + 5 * HOUR;
  const grids = new Map([
    ["A", gridOf(start, 4_000, 9)],
    ["B", gridOf(start + 2 * DAY - 3 * MINUTE, 2_000, 11)],
    ["C", gridOf(NaN, 0, 1)],
  ]);
  for (const range of [{}, { from: start + 90_000, to: start + DAY + 30_000 }, { to: start }]) {
    const whole = align(grids, range);
    const table = alignedTable(grids, range);
    assert.deepEqual(table.columns.map(({ name }) => name), [
      ...["openTime", "A_close", "A_return", "B_close", "B_return", "C_close", "C_return"],
      "complete",
    ]);
    const blocks = [...table.blocks() as Iterable<{ columns: readonly ArrayLike<number>[] }>];
    const joined = (column: number) =>
      blocks.flatMap(({ columns }) => Array.from(columns[column]!));
    assert.deepEqual(joined(0), [...whole.openTime]);
    assert.deepEqual(joined(1), [...whole.closes[0]!]);
    assert.deepEqual(joined(2), [...whole.returns[0]!]);
    assert.deepEqual(joined(4), [...whole.returns[1]!]);
    assert.deepEqual(joined(7), [...whole.complete]);
  }
  assert.ok([...alignedTable(grids).blocks() as Iterable<unknown>].length > 3);
});
