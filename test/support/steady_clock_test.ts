import assert from "node:assert/strict";
import { sleep } from "../../lib/runtime/clock.ts";
import { SteadyClock } from "./steady_clock.ts";

/** Keeps this process from its turns. */
function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

Deno.test("SteadyClock goes at most at the machine's pace, and stands while there is no turn", async () => {
  using clock = new SteadyClock();
  const [began, wall] = [performance.now(), clock.now()];
  await sleep(clock, 50);
  assert.ok(clock.monotonic() >= 50 && performance.now() - began >= 49);
  const before = clock.monotonic();
  block(200);
  assert.equal(clock.monotonic(), before);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(clock.monotonic() - before < 100, `${clock.monotonic() - before} ms passed`);
  assert.ok(Number.isInteger(clock.now()) && clock.now() - wall < 150);
});

Deno.test("SteadyClock rings timers in their order, each at its time, and none that was cancelled", async () => {
  using clock = new SteadyClock();
  const rung: string[] = [];
  const at: number[] = [];
  for (const [name, ms] of [["c", 30], ["a", 10], ["b", 10], ["never", 20]] as const) {
    const timer = clock.setTimer(() => {
      rung.push(name);
      at.push(clock.monotonic());
    }, ms);
    if (name === "never") timer.cancel();
  }
  await sleep(clock, 40);
  assert.deepEqual(rung, ["a", "b", "c"]);
  assert.ok(at[0]! >= 10 && at[0] === at[1] && at[2]! >= 30 && at[2]! - at[0]! < 25);
});
