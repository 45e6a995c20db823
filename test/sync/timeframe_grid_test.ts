import assert from "node:assert/strict";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { MIXED_CONTRACTS, slotAt, timeframeGrid } from "../../lib/sync/timeframe_grid.ts";
import { rebar } from "../../lib/bars/rebar.ts";
import { stepOf, TIMEFRAMES } from "../../lib/model/timeframe.ts";
import { type Cell, gridOf, hasShared, isWinterGlobexOpen, ledgerOf, MONDAY } from "./grids.ts";

const FIVE = 5 * MINUTE;
const slot = (...cells: Cell[]) => slotAt(gridOf(cells), FIVE, MONDAY);

Deno.test("slotAt takes first, highest, lowest, last and the sum of its minutes", () => {
  const { open, high, low, close, volume, isComplete } = slot(3, 5, 1, 2, 4);
  assert.deepEqual([open, high, low, close, volume, isComplete], [3, 5, 1, 4, 5, true]);
});

Deno.test("slotAt is complete when every minute is settled and one has a bar", () => {
  assert.equal(slot("a", 2, "a", "-", "-").isComplete, true);
  assert.equal(slot(1, 2, 3, 4, ".").isComplete, false, "one minute is not known");
  assert.equal(slot(1, 2, 3, 4).isComplete, false, "one minute is still to come");
  assert.equal(slot("a", "a", "a", "a", "a").isComplete, false, "no bar at all");
  assert.equal(slot("-", "-", "-", "-", "-").isComplete, false, "not in session");
});

Deno.test("slotAt is never complete across a contract roll", () => {
  const mixed = slot(1, 2, "r", 3, 4, 5);
  assert.equal(mixed.isComplete, false);
  assert.equal(mixed.contract, MIXED_CONTRACTS);
  assert.equal(slot("r", 1, 2, 3, 4, 5).contract, 2);
});

Deno.test("slotAt gives session and cover of a slot cut by the start of the grid", () => {
  const grid = gridOf([1, 2, "-"], MONDAY + 3 * MINUTE);
  const first = slotAt(grid, FIVE, MONDAY);
  assert.deepEqual([first.isComplete, first.isCovered, first.inSession], [false, false, true]);
  const second = slotAt(grid, FIVE, MONDAY + FIVE);
  assert.deepEqual([second.isCovered, second.inSession], [false, false]);
});

Deno.test("timeframeGrid puts every slot that the minutes touch on the UTC grid", () => {
  const grid = timeframeGrid(gridOf([1, 2, 3, 4, 5, 6, 7, 8], MONDAY + 3 * MINUTE), "5m");
  assert.equal(grid.start, MONDAY);
  assert.deepEqual([...grid.close], [2, 7, 8]);
  assert.deepEqual([...grid.complete], [0, 1, 0]);
  assert.equal(timeframeGrid(gridOf([]), "5m").length, 0);
});

Deno.test("timeframeGrid equals the vendor's own aggregation rule on real ES minutes", () => {
  const path = "overlap/w3_2026_frd_ES_1min.csv.gz";
  if (!hasShared(path)) return;
  const ledger = ledgerOf("ES", path, isWinterGlobexOpen);
  for (const timeframe of TIMEFRAMES) {
    const grid = timeframeGrid(ledger.grid, timeframe);
    const bars = rebar(ledger.bars(), { stepMs: stepOf(timeframe) });
    const rows = [...grid.close.keys()].filter((row) => !Number.isNaN(grid.close[row]));
    assert.deepEqual(rows.map((row) => grid.start + row * grid.stepMs), [...bars.openTime]);
    for (const name of ["open", "high", "low", "close", "volume"] as const) {
      assert.deepEqual(rows.map((row) => grid[name][row]), [...bars[name]], `${timeframe} ${name}`);
    }
    // The file ends with the last minute of a day's session, so that no slot is cut.
    assert.ok(rows.every((row) => grid.complete[row] === 1 || row === grid.length - 1));
    assert.equal(grid.start % HOUR, 0);
  }
});
