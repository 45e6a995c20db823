import assert from "node:assert/strict";
import { paceOf } from "../../lib/feeds/pace.ts";
import { SessionFrame } from "../../lib/feeds/session_frame.ts";
import { sleep } from "../../lib/runtime/clock.ts";
import { ManualClock } from "../support/manual_clock.ts";

function frameOf() {
  const clock = new ManualClock();
  const stop = new AbortController();
  const frame = new SessionFrame({ clock, pace: paceOf(1), stop: stop.signal });
  let closed = 0;
  const close = () => {
    closed++;
    return Promise.resolve();
  };
  return { clock, stop, frame, close, closed: () => closed };
}

Deno.test("SessionFrame throws the first cause of its end, after all is closed and no step goes on", async () => {
  const { clock, frame, close, closed } = frameOf();
  const steps: string[] = [];
  const over = frame.run({
    connect: () => Promise.resolve(frame.tick(() => steps.push("tick"))),
    background: [async (signal) => {
      await sleep(clock, 60_000, signal).catch(() => {});
      await sleep(clock, 0);
      steps.push("freed");
    }],
    close,
  }).catch((error) => steps.push(error.message));
  await clock.advance(2_000);
  assert.deepEqual(steps, ["tick", "tick"]);
  frame.end(new Error("cut"));
  frame.end(new Error("later"));
  await clock.advance(5_000);
  await over;
  assert.deepEqual(steps, ["tick", "tick", "freed", "cut"]);
  assert.equal(closed(), 1);
});

Deno.test("SessionFrame ends with the attempt, with a failed connect and with a failed background step", async () => {
  const connect = () => Promise.resolve();
  const stopped = frameOf();
  stopped.stop.abort(new Error("the feed was closed"));
  await assert.rejects(
    stopped.frame.run({ connect, background: [], close: stopped.close }),
    /the feed was closed/,
  );
  const refused = frameOf();
  const refuse = () => Promise.reject(new Error("refused"));
  await assert.rejects(
    refused.frame.run({ connect: refuse, background: [], close: refused.close }),
    /refused/,
  );
  const faulty = frameOf();
  const fail = () => Promise.reject(new Error("the poller failed"));
  await assert.rejects(
    faulty.frame.run({ connect, background: [fail], close: faulty.close }),
    /the poller failed/,
  );
  for (const { frame, closed } of [stopped, refused, faulty]) {
    assert.equal(frame.isOver, true);
    assert.equal(closed(), 1);
  }
});

Deno.test("SessionFrame takes a throw in a callback for the end, and ticks no more", async () => {
  const { clock, frame, close } = frameOf();
  let ticks = 0;
  const over = frame.run({
    connect: () =>
      Promise.resolve(frame.tick(() => {
        ticks++;
        throw new Error("defect");
      })),
    background: [],
    close,
  });
  const ended = assert.rejects(over, /defect/);
  await clock.advance(10_000);
  await ended;
  assert.equal(ticks, 1);
  assert.equal(frame.guard(() => 7), 7);
});

Deno.test("SessionFrame says when this machine was busy: a tick came more than 250 ms late", () => {
  const waiting: (() => void)[] = [];
  let now = 0;
  const clock = {
    now: () => now,
    monotonic: () => now,
    setTimer: (callback: () => void) => {
      waiting.push(callback);
      return { cancel: () => {} };
    },
  };
  const { signal } = new AbortController();
  const frame = new SessionFrame({ clock, pace: paceOf(1), stop: signal });
  const busy: boolean[] = [];
  frame.tick((_, isBusy) => busy.push(isBusy));
  for (const time of [1_000, 2_250, 3_501, 4_501]) {
    now = time;
    waiting.shift()!();
  }
  assert.deepEqual(busy, [false, false, true, false]);
});
