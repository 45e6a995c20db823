import assert from "node:assert/strict";
import { SPREAD_COLUMNS, spreadBlock } from "../../../lib/export/tables/spread_table.ts";
import type { MinuteGrid } from "../../../lib/model/minute_grid.ts";
import { MINUTE } from "../../../lib/model/time.ts";

const START = 1_764_547_200_000;
const ROLL = 60;

/** Minutes of two contract months, the second 20 % dearer. */
function gridOf(phase: number, hasRoll: boolean): MinuteGrid {
  const length = 120;
  const close = Float64Array.from({ length }, (_, row) => {
    const level = 100 + Math.sin(row * row * phase);
    return hasRoll && row >= ROLL ? 1.2 * level : level;
  });
  return {
    start: START,
    length,
    open: close,
    high: close,
    low: close,
    close,
    volume: close,
    status: new Uint8Array(length).fill(1),
    contract: Uint8Array.from({ length }, (_, row) => hasRoll && row >= ROLL ? 2 : 1),
  };
}

Deno.test("bars of another contract month than the row's count for nothing", () => {
  const part = { pair: "A/B", timeframe: "1m", window: 30 } as const;
  const y = gridOf(1, true), x = gridOf(2, false);
  const { columns, length } = spreadBlock("zscore", { ...part, y, x });
  const at = (name: string) => SPREAD_COLUMNS.zscore.findIndex((column) => column.name === name);
  const n = columns[at("n")] as Float64Array, zscore = columns[at("zscore")] as Float64Array;
  assert.equal(length, 120);
  assert.deepEqual([n[ROLL - 1], n[ROLL], n[ROLL + 12], n[ROLL + 30]], [30, 0, 12, 30]);
  assert.ok(Number.isNaN(zscore[ROLL]!) && Number.isNaN(zscore[ROLL + 15]!));
  assert.ok(
    zscore.every((value) => Number.isNaN(value) || Math.abs(value) < 10),
    "no jump is seen",
  );
  const later = spreadBlock("zscore", { ...part, y, x }, { from: START + 90 * MINUTE });
  assert.deepEqual(
    [...later.columns[at("zscore")] as Float64Array],
    [...zscore.subarray(90)],
  );
});
