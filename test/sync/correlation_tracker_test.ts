import assert from "node:assert/strict";
import fc from "fast-check";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import type { Estimate } from "../../lib/model/evidence.ts";
import type { MinuteGrid } from "../../lib/model/minute_grid.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { CorrelationTracker } from "../../lib/sync/correlation_tracker.ts";
import { correlate } from "../../lib/sync/pair_correlation.ts";
import { RecentReturns } from "../../lib/sync/recent_returns.ts";
import type { GridTimeframe } from "../../lib/sync/timeframe_grid.ts";
import { barAt, gridOf, MONDAY } from "./grids.ts";

const MINUTES = 90;
const timeframe = fc.constantFrom("1m" as const, "5m" as const);

/** Latest of the tracker against the last row of the batch form over the same minutes. */
function assertEqualsBatch(
  tracker: CorrelationTracker,
  a: MinuteLedger,
  b: MinuteLedger,
  to: number,
): void {
  const { timeframe, window, minPeriods } = tracker;
  const batch = correlate(a.grid, b.grid, { timeframe, window, minPeriods, to });
  const latest: Estimate = tracker.latest();
  if (batch.length === 0) {
    assert.equal(latest.n, 0);
    return;
  }
  const row = batch.length - 1;
  assert.equal(tracker.openTime, batch.openTime[row]);
  assert.deepEqual([latest.n, latest.expected], [batch.n[row], batch.expected[row]]);
  assert.equal(latest.kind === "ok", !Number.isNaN(batch.r[row]));
  if (latest.kind !== "ok") return;
  assert.ok(Math.abs(latest.value - batch.r[row]!) < 1e-12);
  assert.ok(Math.abs(latest.ci[0] - batch.lo[row]!) < 1e-12);
  assert.ok(Math.abs(latest.ci[1] - batch.hi[row]!) < 1e-12);
}

function returnsIn(grid: MinuteGrid, timeframe: GridTimeframe, slots: number): RecentReturns {
  const returns = new RecentReturns(timeframe, slots);
  returns.read(grid);
  return returns;
}

/** What happens next: a minute of one side closes late, is revised, or is found absent. */
const step = fc.record({
  side: fc.constantFrom(0 as const, 1 as const),
  minute: fc.nat(MINUTES - 1),
  price: fc.integer({ min: 90, max: 110 }),
  kind: fc.constantFrom("bar", "bar", "bar", "absent"),
});

Deno.test("CorrelationTracker equals the batch form through heals and revisions in any order", () => {
  const steps = fc.array(step, { minLength: 20, maxLength: 120, size: "max" });
  const window = fc.integer({ min: 3, max: 12 });
  fc.assert(
    fc.property(
      steps,
      timeframe,
      window,
      fc.infiniteStream(fc.nat(8)),
      (steps, tf, window, jump) => {
        const isOpen = (time: number) => ((time - MONDAY) / MINUTE) % 37 > 4;
        const ledgers = [new MinuteLedger("A", () => true), new MinuteLedger("B", isOpen)] as const;
        ledgers[0].start(MONDAY - 20 * MINUTE);
        ledgers[1].start(MONDAY + 2 * MINUTE);
        const tracker = new CorrelationTracker({
          timeframe: tf,
          window,
          minPeriods: 3,
          source: "simulated",
        });
        const returns = ledgers.map(() => new RecentReturns(tf, window));
        let now = MONDAY;
        for (const { side, minute, price, kind } of steps) {
          now += jump.next().value! * MINUTE;
          const ledger = ledgers[side], openTime = MONDAY + minute * MINUTE;
          ledgers[0].advance(now);
          ledgers[1].advance(now);
          if (kind === "absent") ledger.markAbsent({ from: openTime, to: openTime + MINUTE });
          else ledger.offer(barAt(openTime, price), "history");
          tracker.invalidate(openTime);
          returns[side]!.invalidate(openTime, openTime + MINUTE);
          for (const i of [0, 1] as const) returns[i]!.read(ledgers[i].grid);
          tracker.update(returns[0]!, returns[1]!, now);
          assertEqualsBatch(tracker, ledgers[0], ledgers[1], now);
        }
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("CorrelationTracker takes each settled slot once, in order", () => {
  const prices = Array.from({ length: 60 }, (_, i) => 100 + Math.sin(i * i));
  const grid = gridOf(prices);
  const tracker = new CorrelationTracker({ timeframe: "5m", source: "simulated", window: 6 });
  const returns = returnsIn(grid, "5m", 6);
  assert.ok(Number.isNaN(tracker.openTime));
  assert.equal(tracker.update(returns, returns, MONDAY + 4 * MINUTE), false, "no slot has ended");
  assert.equal(tracker.update(returns, returns, MONDAY + 14 * MINUTE), true);
  assert.equal(tracker.openTime, MONDAY + 5 * MINUTE);
  assert.equal(tracker.update(returns, returns, MONDAY + 14 * MINUTE), false, "nothing new");
  assert.equal(tracker.update(returns, returns, MONDAY), false, "time never goes back");
  assert.equal(tracker.update(returns, returns, Infinity), true);
  assert.equal(tracker.openTime, MONDAY + 55 * MINUTE);
  const latest = tracker.latest();
  assert.ok(latest.kind === "ok" && latest.value > 0.999999);
  assert.deepEqual([latest.from, latest.to], [MONDAY + 30 * MINUTE, MONDAY + 60 * MINUTE]);
});

Deno.test("CorrelationTracker reads nothing afresh for changes before its window or still to come", () => {
  const grid = gridOf(Array.from({ length: 60 }, (_, i) => 100 + Math.sin(i * i)));
  const tracker = new CorrelationTracker({ timeframe: "1m", source: "simulated", window: 10 });
  const returns = returnsIn(grid, "1m", 10);
  tracker.update(returns, returns, MONDAY + 50 * MINUTE);
  tracker.invalidate(MONDAY + 38 * MINUTE);
  tracker.invalidate(MONDAY + 50 * MINUTE);
  assert.equal(tracker.update(returns, returns, MONDAY + 50 * MINUTE), false);
  tracker.invalidate(MONDAY + 39 * MINUTE);
  assert.equal(
    tracker.update(returns, returns, MONDAY + 50 * MINUTE),
    true,
    "a return starts there",
  );
});

Deno.test("CorrelationTracker waits for grids that have not begun", () => {
  const tracker = new CorrelationTracker({ timeframe: "1h", source: "simulated" });
  const of = (grid: MinuteGrid) => returnsIn(grid, "1h", 24);
  assert.equal(tracker.update(of(gridOf([], NaN)), of(gridOf([1, 2])), MONDAY), false);
  assert.equal(tracker.update(of(gridOf([1, 2])), of(gridOf([1, 2])), -Infinity), false);
  const latest = tracker.latest();
  assert.ok(latest.kind === "insufficient");
  assert.deepEqual([latest.n, latest.needed], [0, 20]);
});

Deno.test("CorrelationTracker names the option that is out of range", () => {
  const options = { timeframe: "1m", source: "simulated" } as const;
  assert.throws(() => new CorrelationTracker({ ...options, window: 0 }), /window must be/);
  assert.throws(
    () => new CorrelationTracker({ ...options, window: 5, minPeriods: 6 }),
    /minPeriods must be a whole number within 0\.\.5, got 6/,
  );
});
