import assert from "node:assert/strict";
import { percentChange } from "../../../lib/alerts/metrics/change.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";

Deno.test("a change that is a whole number of thousandths of a per cent is just that, whatever the prices", () => {
  const random = seededRandom(11);
  let count = 0;
  for (let i = 0; i < 20_000; i++) {
    // Both prices have two decimals, and their quotient is exact.
    const units = 1 + Math.floor(150 * random()),
      thousandths = Math.floor(9_000 * (random() - 0.4));
    const from = units * 100_000 / 100;
    const to = units * (100_000 + thousandths) / 100;
    assert.equal(percentChange(from, to), thousandths / 1_000, `${from} to ${to}`);
    const scaled = percentChange(from / 1e6, to / 1e6);
    assert.equal(scaled, thousandths / 1_000, `${from / 1e6} to ${to / 1e6}`);
    count++;
  }
  assert.equal(count, 20_000);
});

Deno.test("a change is the contract's formula to 12 decimals, and huge ones are not cut", () => {
  const random = seededRandom(12);
  for (let i = 0; i < 10_000; i++) {
    const from = 1e-6 + 1e5 * random() ** 4, to = from * (1 + 0.2 * (random() - 0.5));
    const literal = 100 * (to / from - 1);
    assert.ok(Math.abs(percentChange(from, to) - literal) < 1e-12, `${from} to ${to}`);
  }
  assert.equal(percentChange(1e-8, 1e8), 100 * (1e8 - 1e-8) / 1e-8);
  assert.equal(percentChange(100, 100), 0);
});
