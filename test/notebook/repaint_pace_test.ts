import assert from "node:assert/strict";
import { RepaintPace } from "../../lib/notebook/repaint_pace.ts";
import { ManualClock } from "../support/manual_clock.ts";

Deno.test("RepaintPace in step runs at the same moments as any other of that interval", async () => {
  const clock = new ManualClock();
  const ran: [string, number][] = [];
  const paceOf = (name: string) =>
    new RepaintPace({
      clock,
      minIntervalMs: 1_000,
      isInStep: true,
      run: () => void ran.push([name, clock.monotonic()]),
    });
  const [one, other] = [paceOf("one"), paceOf("other")];
  const from = clock.monotonic();
  await clock.advance(130);
  one.request();
  await clock.advance(400);
  other.request();
  await clock.advance(1_000);
  one.request();
  other.request();
  await clock.advance(2_000);
  const times = (name: string) => ran.filter(([who]) => who === name).map(([, at]) => at - from);
  assert.equal(times("one").length, 2);
  assert.deepEqual(times("one"), times("other"));
  assert.ok(ran.every(([, at]) => at % 1_000 === 0), JSON.stringify(ran));
  one.stop();
  other.stop();
});
