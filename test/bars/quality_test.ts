import assert from "node:assert/strict";
import fc from "fast-check";
import { flagMinutes } from "../../lib/bars/quality.ts";
import type { MinuteGrid } from "../../lib/model/minute_grid.ts";
import { MINUTE } from "../../lib/model/time.ts";
import {
  type Cell,
  gridOf,
  hasShared,
  isWinterGlobexOpen,
  ledgerOf,
  MONDAY,
} from "../sync/grids.ts";

/** Prices that go up and down by 0.1 % to 0.3 %. */
const calm = (length: number) => Array.from({ length }, (_, i) => 100 + 0.1 * (i * 7 % 3));
const kinds = (grid: MinuteGrid) =>
  flagMinutes(grid).map((f) => [(f.openTime - MONDAY) / MINUTE, f.kind]);

Deno.test("flagMinutes finds nothing in calm minutes", () => {
  assert.deepEqual(flagMinutes(gridOf(calm(300))), []);
});

Deno.test("flagMinutes flags each minute without a bar in session, with the reason", () => {
  const flags = flagMinutes(gridOf([1, "a", ".", "-", "-", 1]));
  assert.deepEqual(flags, [
    { openTime: MONDAY + MINUTE, kind: "gap", reason: "the venue has no bar" },
    { openTime: MONDAY + 2 * MINUTE, kind: "gap", reason: "no bar yet" },
  ]);
});

Deno.test("flagMinutes flags a minute with one price and no volume", () => {
  const grid = gridOf([1, 1, 1]);
  grid.volume[1] = 0;
  assert.deepEqual(kinds(grid), [[1, "flat"]]);
});

Deno.test("flagMinutes flags a move far beyond the past ones, and its way back", () => {
  const prices = calm(100);
  prices[60] = 110;
  const flags = flagMinutes(gridOf(prices));
  assert.deepEqual(flags.map((f) => [(f.openTime - MONDAY) / MINUTE, f.kind]), [
    [60, "extreme"],
    [61, "extreme"],
  ]);
  assert.match(flags[0]!.reason, /^moved 9\.\d\d %, \d+\.\d times the usual spread$/);
});

Deno.test("flagMinutes takes no move across a gap or a roll", () => {
  const cells: Cell[] = [...calm(50), "a", ...calm(5).map((p) => p * 2), "r", ...calm(5)];
  assert.deepEqual(kinds(gridOf(cells)), [[50, "gap"]]);
});

Deno.test("flagMinutes judges only after enough past minutes", () => {
  const prices = calm(40);
  prices[30] = 110;
  assert.deepEqual(kinds(gridOf(prices)), [[31, "extreme"]], "30 returns are known only then");
});

Deno.test("flagMinutes judges by the mean move where most minutes do not move", () => {
  const prices: number[] = Array(60).fill(100).map((p, i) => i % 10 === 9 ? p + 0.1 : p);
  assert.deepEqual(kinds(gridOf(prices)), []);
  prices[45] = 103;
  assert.deepEqual(kinds(gridOf(prices)), [[45, "extreme"], [46, "extreme"]]);
  assert.deepEqual(kinds(gridOf(Array(60).fill(100))), []);
});

Deno.test("flagMinutes flags a volume far above the median of the past", () => {
  const grid = gridOf(calm(100));
  grid.volume[70] = 9;
  assert.deepEqual(kinds(grid), [[70, "volume"]]);
  grid.volume[70] = 8;
  assert.deepEqual(kinds(grid), []);
});

const cell = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 95, max: 105 }) },
  { weight: 1, arbitrary: fc.constantFrom<Cell>("a", ".", "-", "r", 500) },
);

Deno.test("flagMinutes looks nowhere ahead: flags of a prefix are the prefix of the flags", () => {
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 80, size: "max" }), fc.nat(80), (cells, cut) => {
      const options = { k: 3, window: 20, minPast: 5 };
      const part = gridOf(cells.slice(0, cut));
      const end = part.start + part.length * MINUTE;
      const whole = flagMinutes(gridOf(cells), options);
      assert.deepEqual(flagMinutes(part, options), whole.filter((f) => f.openTime < end));
    }),
  );
});

Deno.test("flagMinutes names the option that is out of range", () => {
  const grid = gridOf([]);
  assert.throws(() => flagMinutes(grid, { k: 0 }), /k must be above 0, got 0/);
  assert.throws(() => flagMinutes(grid, { window: 5, minPast: 6 }), /minPast must be/);
  assert.throws(() => flagMinutes(grid, { window: 0.5, minPast: 0 }), RangeError);
});

Deno.test("flagMinutes finds the real holes of BTC and few odd minutes in two weeks of ES", () => {
  const [btc, es] = ["BTC", "ES"].map((name) => `overlap/w3_2026_frd_${name}_1min.csv.gz`);
  if (!hasShared(btc!) || !hasShared(es!)) return;
  const gaps = flagMinutes(ledgerOf("BTCUSDT", btc!, () => true).grid)
    .filter((f) => f.kind === "gap");
  const midnights = gaps.filter((f) => new Date(f.openTime).toISOString().includes("T23:59"));
  assert.equal(midnights.length, 12);
  const flags = flagMinutes(ledgerOf("ES", es!, isWinterGlobexOpen).grid);
  const extreme = flags.filter((f) => f.kind === "extreme").length;
  assert.ok(extreme > 0 && extreme < 150, `${extreme} of 15,214 minutes are extreme`);
});
