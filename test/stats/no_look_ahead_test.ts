import assert from "node:assert/strict";
import fc from "fast-check";
import { assertNoLookAhead, LookAheadError } from "../../lib/stats/no_look_ahead.ts";

const PRICES = Float64Array.of(5, 7, 6, 9, 8, 8, 12, 3);

Deno.test("assertNoLookAhead lets pass what rests on the past, in every form of data and signal", () => {
  assertNoLookAhead((p) => p.map((value, t) => t < 2 ? NaN : value - p[t - 2]!), PRICES);
  assertNoLookAhead(
    ([x, y]) => ({
      sum: x!.map((a, t) => a + y![t]!),
      side: Array.from(x!, (a) => a > 6 ? "up" : ""),
    }),
    [PRICES, PRICES],
  );
  assertNoLookAhead(
    ({ close, scale }) => close.map((c) => ({ c: c * scale, parts: [c, NaN] })),
    { close: [...PRICES], scale: 2, instrument: "ES", levels: [1, 2] },
  );
  assertNoLookAhead((p: readonly number[]) => [...p], []);
});

const CHEATS: Record<string, (p: Float64Array) => ArrayLike<unknown>> = {
  "the next bar": (p) => p.map((value, t) => (p[t + 1] ?? value) - value),
  "a mean of the whole": (p) => p.map((value) => value - p.reduce((a, b) => a + b) / p.length),
  "a centred filter": (p) => p.map((v, t) => ((p[t - 1] ?? v) + v + (p[t + 1] ?? v)) / 3),
  "a rank in the whole": (p) => p.map((value) => p.filter((other) => other < value).length),
  "a swing repainted": (p) => p.map((v, t) => t < p.length - 1 && p[t + 1]! < v ? 1 : 0),
  "data written in place": (p) => p.reverse(),
};

for (const [name, cheat] of Object.entries(CHEATS)) {
  Deno.test(`assertNoLookAhead sees ${name}`, () => {
    assert.throws(() => assertNoLookAhead(cheat, PRICES), LookAheadError);
  });
}

Deno.test("assertNoLookAhead names the row, both values and the lengths", () => {
  assert.throws(
    () =>
      assertNoLookAhead(({ p }) => ({ next: p.map((v, t) => p[t + 1] ?? v) }), { p: [1, 2, 3] }),
    {
      name: "LookAheadError",
      message: "signal looks ahead: row 0 of next was 1, became 2 when 1 rows became 3",
      row: 0,
      length: 1,
    },
  );
});

Deno.test("assertNoLookAhead sees a signal that answers differently when asked twice", () => {
  let calls = 0;
  assert.throws(() => assertNoLookAhead((p) => p.map(() => ++calls), PRICES), LookAheadError);
});

Deno.test("assertNoLookAhead leaves the data as it is and refuses what it cannot check", () => {
  const data = [3, 1, 2];
  assertNoLookAhead((p) => p.fill(0), data);
  assert.deepEqual(data, [3, 1, 2]);
  assert.throws(() => assertNoLookAhead(() => 1, data), TypeError);
  assert.throws(() => assertNoLookAhead((p) => p.slice(1), data), /one value a row/);
  assert.throws(() => assertNoLookAhead((p) => p, { a: 1 }), /at least one list/);
  assert.throws(() => assertNoLookAhead((p) => p, data, { lengths: [4] }), RangeError);
  assert.throws(() => assertNoLookAhead((p) => p, data, { tolerance: -1 }), RangeError);
});

Deno.test("assertNoLookAhead sees any dependence on one later row", () => {
  fc.assert(fc.property(
    fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 40, size: "max" }),
    fc.nat(),
    fc.nat(),
    (values, a, b) => {
      const late = 1 + a % (values.length - 1), early = b % late;
      const cheat = (p: readonly number[]) => p.map((_, t) => t === early ? p[late] ?? 0 : 0);
      assert.throws(() => assertNoLookAhead(cheat, values), LookAheadError);
    },
  ));
});

Deno.test("assertNoLookAhead takes other data when told how to cut it, and forgives within tolerance", () => {
  const data = { rows: new Map([[0, 1], [1, 2], [2, 3]]) };
  const truncate = (d: typeof data, length: number) => ({
    rows: new Map([...d.rows].slice(0, length)),
  });
  assertNoLookAhead((d) => [...d.rows.values()], data, { truncate, length: 3 });
  const drifting = (p: number[]) => p.map((value) => value + 1e-12 * p.length);
  assertNoLookAhead(drifting, [1, 2, 3], { tolerance: 1e-10 });
  assert.throws(() => assertNoLookAhead(drifting, [1, 2, 3]), LookAheadError);
});
