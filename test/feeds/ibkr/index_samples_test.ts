import assert from "node:assert/strict";
import { IndexSamples } from "../../../lib/feeds/ibkr/index_samples.ts";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";

const OPEN = Date.UTC(2025, 11, 3, 15);
const LATEST = OPEN + 60 * MINUTE;
const PRICE = 68, TIME = 88;
const stamp = (ms: number) => (OPEN + ms) / SECOND;

function sampled(fields: readonly (readonly [number, number])[]) {
  const samples = new IndexSamples();
  const closed = fields.flatMap(([field, value]) => samples.take(field, value, LATEST) ?? []);
  return { samples, closed };
}

Deno.test("a minute is the last value whose own time lies in it", () => {
  const { closed, samples } = sampled([
    [PRICE, 17.1],
    [TIME, stamp(15_000)],
    [PRICE, 17.4],
    [TIME, stamp(45_000)],
    [PRICE, 17.2],
    [TIME, stamp(75_000)],
  ]);
  assert.deepEqual(closed, [{ openTime: OPEN, value: 17.4 }]);
  assert.deepEqual(samples.forming, { openTime: OPEN + MINUTE, value: 17.2 });
});

Deno.test("a minute without a value is none, and the same value again is one", () => {
  const { closed } = sampled([
    [PRICE, 17.1],
    [TIME, stamp(0)],
    [TIME, stamp(5 * MINUTE)],
    [TIME, stamp(6 * MINUTE)],
  ]);
  assert.deepEqual(closed.map(({ openTime }) => (openTime - OPEN) / MINUTE), [0, 5]);
  assert.deepEqual(closed.map(({ value }) => value), [17.1, 17.1]);
});

Deno.test("what is no value of now changes nothing", () => {
  const samples = new IndexSamples();
  assert.equal(samples.take(TIME, stamp(0), LATEST), undefined);
  assert.equal(samples.forming, undefined, "a time without a value");
  for (const value of [-1, 0, NaN]) samples.take(PRICE, value, LATEST);
  samples.take(TIME, stamp(0), LATEST);
  assert.equal(samples.forming, undefined);
  samples.take(PRICE, 17, LATEST);
  samples.take(TIME, LATEST / SECOND + 600, LATEST);
  samples.take(TIME, NaN, LATEST);
  assert.equal(samples.forming, undefined, "times of the future, and none");
});

Deno.test("a minute closes when no value can join it any more, and takes none afterwards", () => {
  const { samples } = sampled([[PRICE, 17.1], [TIME, stamp(15_000)]]);
  assert.equal(samples.close(OPEN + MINUTE - 1), undefined);
  assert.deepEqual(samples.close(OPEN + MINUTE), { openTime: OPEN, value: 17.1 });
  samples.take(PRICE, 18, LATEST);
  samples.take(TIME, stamp(45_000), LATEST);
  assert.equal(samples.forming, undefined);
});
