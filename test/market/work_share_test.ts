import assert from "node:assert/strict";
import { WorkShare } from "../../lib/market/work_share.ts";

/** Asks for work every 20 ms for 10 s. @returns how often it was done. */
function timesDone(costMs: number, share: number): number {
  let now = 0, times = 0;
  const work = new WorkShare({ monotonic: () => now }, share);
  for (let due = 0; due < 10_000; due += 20) {
    now = Math.max(now, due);
    work.run(() => {
      times++;
      now += costMs;
    });
  }
  return times;
}

Deno.test("costly work is done less often, so that it takes no more than its share of the time", () => {
  assert.equal(timesDone(30, 0.1), 34);
  assert.equal(timesDone(100, 0.1), 10);
});

Deno.test("cheap work is done whenever it is asked for", () => {
  assert.equal(timesDone(0, 0.1), 500);
  assert.equal(timesDone(2, 0.1), 500);
});

Deno.test("work that throws has taken its time too", () => {
  let now = 0, times = 0;
  const work = new WorkShare({ monotonic: () => now }, 0.1);
  const fail = () => {
    times++;
    now += 50;
    throw new Error("no grid");
  };
  assert.throws(() => work.run(fail), /no grid/);
  now = 499;
  work.run(fail);
  assert.equal(times, 1);
  now = 500;
  assert.throws(() => work.run(fail), /no grid/);
});

Deno.test("WorkShare refuses a share that is none", () => {
  for (const share of [0, -1, 1.1, NaN]) {
    assert.throws(() => new WorkShare({ monotonic: () => 0 }, share), {
      name: "RangeError",
      message: `share must be above 0 and at most 1, got ${share}`,
    });
  }
});
