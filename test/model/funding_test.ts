import assert from "node:assert/strict";
import { dueFundings, fundingHour, mergedFundings } from "../../lib/model/funding.ts";
import { HOUR } from "../../lib/model/time.ts";

const DAY_0 = Date.UTC(2026, 0, 12);
const paid = (...hours: number[]) =>
  hours.map((hour) => ({ time: DAY_0 + hour * HOUR, rate: hour / 1e6, markPrice: null }));
/** Hours at which it fell due; in brackets those at no known rate. */
function dueIn(hours: readonly number[], from: number, to: number): string {
  return dueFundings(paid(...hours), DAY_0 + from * HOUR, DAY_0 + to * HOUR).map(
    ({ time, rate }) => {
      const hour = (time - DAY_0) / HOUR;
      assert.ok(rate === null || rate === hour / 1e6);
      return rate === null ? `(${hour})` : `${hour}`;
    },
  ).join(" ");
}

Deno.test("funding that was paid falls due when it did, and what is missing between is not known", () => {
  assert.equal(dueIn([0, 8, 16, 24], 0, 24), "0 8 16", "half-open");
  assert.equal(dueIn([0, 8, 24, 32], 0, 40), "0 8 (16) 24 32");
  assert.equal(dueIn([0, 8, 16, 56, 64], 0, 72), "0 8 16 (24) (32) (40) (48) 56 64");
});

Deno.test("what is late, or older than what was read, is not known", () => {
  assert.equal(dueIn([0, 8], 0, 40), "0 8 (16) (24) (32)");
  assert.equal(dueIn([16, 24], 0, 32), "(0) (8) 16 24");
  assert.equal(dueIn([], 1, 30), "(8) (16) (24)");
  assert.equal(dueIn([8], 0, 25), "(0) 8 (16) (24)");
  assert.equal(dueIn([0, 8, 16], 30, 30), "");
});

Deno.test("a venue that pays every hour or four hours misses what it misses, and may change its pace", () => {
  assert.equal(dueIn([0, 4, 8, 16, 20, 24], 0, 28), "0 4 8 (12) 16 20 24");
  assert.equal(dueIn([0, 4, 8, 16, 24, 32], 0, 40), "0 4 8 16 24 32", "four hours became eight");
  assert.equal(dueIn([0, 8, 16, 20, 24], 0, 32), "0 8 16 20 24 (28)", "eight became four");
  assert.equal(dueIn([0, 1, 2, 5, 6], 0, 8), "0 1 2 (3) (4) 5 6 (7)");
});

Deno.test("payments are kept once each, the later word counts, and nothing new is the same list", () => {
  const known = paid(0, 8);
  assert.equal(mergedFundings(known, paid(8, 0)), known);
  assert.equal(mergedFundings(known, []), known);
  const told = [{ ...known[1]!, rate: 0.5 }, ...paid(4)];
  assert.deepEqual(mergedFundings(known, told), [known[0], paid(4)[0], told[0]]);
});

Deno.test("a time of funding is the hour that it stands by", () => {
  assert.equal(fundingHour(DAY_0 + 7), DAY_0);
  assert.equal(fundingHour(DAY_0 - 3), DAY_0);
  assert.ok(Number.isNaN(fundingHour(DAY_0 + 2 * 60_000)));
  assert.ok(Number.isNaN(fundingHour(NaN)));
});
