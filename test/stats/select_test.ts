import assert from "node:assert/strict";
import fc from "fast-check";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { select, selectRanks } from "../../lib/stats/select.ts";

/** Checks value and order about the rank, in a copy. */
function checkSelected(values: Float64Array, rank: number, what: string): void {
  const copy = values.slice(), sorted = values.slice().sort();
  assert.equal(select(copy, rank), sorted[rank], `${what}, rank ${rank}`);
  for (let i = 0; i < copy.length; i++) {
    const isRight = i < rank ? copy[i]! <= copy[rank]! : copy[i]! >= copy[rank]!;
    if (!isRight) assert.fail(`${what}, rank ${rank}: ${copy[i]} at ${i}`);
  }
  assert.deepEqual(copy.sort(), sorted, `${what}: no other numbers`);
}

Deno.test("select equals sorting at every rank of short columns, ties and infinities among them", () => {
  const value = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.double({ noNaN: true }),
    fc.constantFrom(Infinity, -Infinity),
  );
  fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (values) => {
    values.forEach((_, rank) =>
      checkSelected(Float64Array.from(values, (v) => v + 0), rank, "any")
    );
  }));
});

Deno.test("select equals sorting in long columns of every order, where its pivots come from samples", () => {
  const random = seededRandom(71), rows = 20_000;
  const shapes: Record<string, (row: number) => number> = {
    "drawn": () => random(),
    "rising": (row) => row,
    "falling": (row) => -row,
    "up and down": (row) => Math.min(row, rows - row),
    "down and up": (row) => Math.abs(row - rows / 2),
    "saw": (row) => row % 640,
    "two values": () => random() < 0.4 ? 0 : 1,
    "constant": () => 5,
    "fat tails": () => 1 / (random() - 0.5),
    "one far off": (row) => row === 700 ? 1e300 : random(),
  };
  for (const [what, shape] of Object.entries(shapes)) {
    const values = Float64Array.from({ length: rows }, (_, row) => shape(row));
    for (const share of [0, 0.001, 0.37, 0.5, 0.999, 1]) {
      checkSelected(values, Math.floor(share * (rows - 1)), what);
    }
  }
  for (const length of [599, 600, 601, 602, 1_300]) {
    const values = Float64Array.from({ length }, () => random());
    for (const rank of [0, 1, length >> 1, length - 2, length - 1]) {
      checkSelected(values, rank, `${length} rows`);
    }
  }
});

Deno.test("selectRanks gives each rank its value, in the order asked, whatever ranks repeat", () => {
  const random = seededRandom(72);
  for (const length of [1, 2, 7, 240, 601, 5_000]) {
    const values = Float64Array.from({ length }, (_, row) => row % 3 === 0 ? 0.5 : random());
    const sorted = values.slice().sort();
    for (let round = 0; round < 50; round++) {
      const ranks = Array.from({ length: round % 6 }, () => Math.floor(random() * length));
      ranks.push(...ranks.slice(0, 1));
      const found = selectRanks(values.slice(), ranks);
      assert.deepEqual(found, ranks.map((rank) => sorted[rank]!), `${length} rows, ${ranks}`);
    }
  }
});
