import assert from "node:assert/strict";
import { ReplayPace } from "../../../lib/feeds/replay/replay_pace.ts";
import { ManualClock, settle } from "../../support/manual_clock.ts";

const NEVER = new AbortController().signal;

/** When each recorded ms is due, on a clock that `during` moves. */
function paced(speed: number) {
  const clock = new ManualClock();
  const pace = new ReplayPace(clock, speed);
  pace.begin();
  const dueAt: number[] = [];
  const play = async (...recorded: readonly number[]) => {
    for (const at of recorded) {
      await pace.until(at, NEVER);
      dueAt.push(clock.monotonic());
    }
  };
  return { clock, pace, dueAt, play };
}

Deno.test("ReplayPace lets recorded time pass at its speed, from the first input on", async () => {
  const { clock, dueAt, play } = paced(4);
  const playing = play(7_000, 9_000, 9_001, 15_000);
  await clock.advance(10_000);
  await playing;
  assert.deepEqual(dueAt, [0, 500, 500, 2_000]);
  assert.equal(clock.pending, 0);
});

Deno.test("ReplayPace holds everything while it is paused, and goes on where it was", async () => {
  const { clock, pace, dueAt, play } = paced(1);
  const playing = play(0, 1_000, 2_000);
  await clock.advance(400);
  pace.pause();
  pace.pause();
  assert.ok(pace.isPaused);
  await clock.advance(60_000);
  assert.deepEqual(dueAt, [0]);
  assert.equal(clock.pending, 0, "a pause leaves no timer behind");
  pace.resume();
  pace.resume();
  await clock.advance(5_000);
  await playing;
  assert.deepEqual(dueAt, [0, 61_000, 62_000]);
});

Deno.test("ReplayPace can be paused at full speed, and before the first input", async () => {
  const { clock, pace, dueAt, play } = paced(Infinity);
  pace.pause();
  const playing = play(0, 1_000_000);
  await clock.advance(500);
  assert.deepEqual(dueAt, []);
  pace.resume();
  await playing;
  assert.deepEqual(dueAt, [500, 500]);
});

Deno.test("ReplayPace plays at once what came while the market opened, 15 recorded seconds at most", async () => {
  const clock = new ManualClock();
  const pace = new ReplayPace(clock, 2);
  for (const at of [100, 3_000, 9_000]) await pace.until(at, NEVER);
  pace.begin();
  pace.begin();
  await clock.advance(10);
  let isDue = false;
  const waiting = pace.until(10_000, NEVER).then(() => isDue = true);
  await clock.advance(480);
  assert.equal(isDue, false, "a second after the newest input takes half a second");
  await clock.advance(20);
  await waiting;
  const never = new ReplayPace(clock, 1);
  for (const at of [0, 15_000]) await never.until(at, NEVER);
  let isPast = false;
  const past = never.until(15_001 + 2_000, NEVER).then(() => isPast = true);
  await clock.advance(1_900);
  assert.equal(isPast, false, "a market that does not open is paced all the same");
  await clock.advance(200);
  await past;
});

Deno.test("ReplayPace ends its wait when the replay is stopped, paused or not", async () => {
  for (const isPaused of [false, true]) {
    const clock = new ManualClock();
    const pace = new ReplayPace(clock, 1);
    const stop = new AbortController();
    pace.begin();
    await pace.until(0, stop.signal);
    const waiting = pace.until(60_000, stop.signal);
    await settle();
    if (isPaused) pace.pause();
    stop.abort();
    await waiting;
    assert.equal(clock.pending, 0);
  }
});
