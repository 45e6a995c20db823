import assert from "node:assert/strict";
import fc from "fast-check";
import { MINUTE } from "../../lib/model/time.ts";
import { ReturnReason, returnsOf } from "../../lib/sync/returns.ts";
import { type Cell, gridOf, MONDAY } from "./grids.ts";

const { None, Gap, Session, Roll } = ReturnReason;

/** Reasons and possibility of each return, as short lists. */
function reasons(cells: Cell[], timeframe: "1m" | "5m" = "1m") {
  const { reason, possible } = returnsOf(gridOf(cells), timeframe);
  return { reason: [...reason], possible: [...possible] };
}

Deno.test("returnsOf takes log returns between adjacent closes", () => {
  const { value, start, stepMs } = returnsOf(gridOf([100, 110, 99]), "1m");
  assert.deepEqual([start, stepMs], [MONDAY, MINUTE]);
  assert.ok(Number.isNaN(value[0]));
  assert.ok(Math.abs(value[1]! - Math.log(1.1)) < 1e-15);
  assert.ok(Math.abs(value[2]! - Math.log(0.9)) < 1e-15);
});

Deno.test("returnsOf keeps the digits of a tiny return", () => {
  const { value } = returnsOf(gridOf([2 ** 20, 2 ** 20 + 2 ** -20]), "1m");
  assert.equal(value[1], Math.log1p(2 ** -40));
});

Deno.test("returnsOf never crosses a missing minute, absent or unknown", () => {
  assert.deepEqual(reasons([1, "a", 1, 1]), {
    reason: [Gap, Gap, Gap, None],
    possible: [0, 1, 1, 1],
  });
  assert.deepEqual(reasons([1, ".", 1, 1]).reason, [Gap, Gap, Gap, None]);
});

Deno.test("returnsOf never crosses a session edge, and none was to be expected there", () => {
  assert.deepEqual(reasons([1, 1, "-", "-", 1, 1]), {
    reason: [Gap, None, Session, Session, Session, None],
    possible: [0, 1, 0, 0, 0, 1],
  });
});

Deno.test("returnsOf never crosses a roll, though a return was to be expected", () => {
  assert.deepEqual(reasons([1, 1, "r", 2, 2]), {
    reason: [Gap, None, Roll, None],
    possible: [0, 1, 1, 1],
  });
});

Deno.test("returnsOf lets absent minutes be inside longer slots", () => {
  const cells: Cell[] = [1, "a", 1, "a", 1, "a", 1, 1, 1, "a"];
  assert.deepEqual(reasons(cells, "5m"), { reason: [Gap, None], possible: [0, 1] });
});

Deno.test("returnsOf finds a session break hidden inside or at the edge of a slot", () => {
  const full: Cell[] = [1, 1, 1, 1, 1];
  assert.deepEqual(reasons([...full, 1, "-", "-", 1, 1], "5m").reason, [Gap, Session], "inside");
  assert.deepEqual(
    reasons([1, 1, 1, 1, "-", ...full], "5m").reason,
    [Gap, Session],
    "at the end of the slot before",
  );
  assert.deepEqual(
    reasons([...full, 1, 1, "-", "-", "-"], "5m").reason,
    [Gap, None],
    "an early close cuts the slot short but nothing is crossed",
  );
  assert.deepEqual(
    reasons([...full, 1, 1, "-", "a", "a"], "5m"),
    { reason: [Gap, Session], possible: [0, 0] },
    "open again without a trade",
  );
  assert.deepEqual(
    reasons([1, "-", "a", "a", "a", ...full], "5m").reason,
    [Gap, Session],
    "the close before is from before the break",
  );
});

Deno.test("returnsOf finds a roll inside a slot on both its sides", () => {
  const cells: Cell[] = [1, 1, 1, 1, 1, 1, 1, "r", 2, 2, 2, 2, 2, 2, 2, 2];
  assert.deepEqual(reasons(cells, "5m").reason, [Gap, Roll, Roll]);
});

Deno.test("returnsOf has no return against a slot cut by the start of the grid", () => {
  const { reason, possible } = returnsOf(
    gridOf([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], MONDAY + 3 * MINUTE),
    "5m",
  );
  assert.deepEqual([...reason], [Gap, Gap, None]);
  assert.deepEqual([...possible], [0, 0, 1]);
});

const cell = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 9 }) },
  fc.constantFrom<Cell>("a", ".", "-", "r"),
);

Deno.test("returnsOf looks nowhere ahead: later minutes change no earlier return", () => {
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 60, size: "max" }), fc.nat(60), (cells, cut) => {
      const kept = cells.slice(0, cut);
      for (const timeframe of ["1m", "5m"] as const) {
        const whole = returnsOf(gridOf(cells), timeframe);
        const part = returnsOf(gridOf(kept), timeframe);
        const minutes = kept.filter((c) => c !== "r").length;
        const ended = Math.floor(minutes * MINUTE / part.stepMs);
        assert.deepEqual(part.value.subarray(0, ended), whole.value.subarray(0, ended));
        assert.deepEqual(part.reason.subarray(0, ended), whole.reason.subarray(0, ended));
      }
    }),
  );
});

Deno.test("returnsOf gives a reason exactly where it gives no number, and no impossible return", () => {
  fc.assert(fc.property(fc.array(cell, { maxLength: 60, size: "max" }), (cells) => {
    for (const timeframe of ["1m", "5m"] as const) {
      const { value, reason, possible } = returnsOf(gridOf(cells), timeframe);
      value.forEach((v, i) => {
        assert.equal(Number.isNaN(v), reason[i] !== None);
        if (reason[i] === None) assert.equal(possible[i], 1);
      });
    }
  }));
});

Deno.test("returnsOf of 4h has none where the slot touches a break, and 1h is as before", () => {
  const start = MONDAY;
  // Four hours to 04:00, then a break from 07:00 to 08:00 at the end of the second slot.
  const cells = Array.from({ length: 12 * 60 }, (_, row): Cell => {
    return row >= 7 * 60 && row < 8 * 60 ? "-" : 1_000 + row;
  });
  const grid = gridOf(cells, start);
  const fourHours = returnsOf(grid, "4h");
  assert.deepEqual([...fourHours.reason], [Gap, Session, Session]);
  assert.deepEqual([...fourHours.possible], [0, 0, 0]);
  const hours = returnsOf(grid, "1h");
  assert.deepEqual([...hours.reason].slice(5, 10), [None, None, Session, Session, None]);
  const whole = returnsOf(gridOf(Array.from({ length: 8 * 60 }, (_, row) => 1_000 + row)), "4h");
  assert.equal(whole.value[1], Math.log1p((1_479 - 1_239) / 1_239));
});
