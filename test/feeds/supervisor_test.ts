import assert from "node:assert/strict";
import { type Attempt, Supervisor } from "../../lib/feeds/supervisor.ts";
import { VenueClock } from "../../lib/feeds/venue_clock.ts";
import { MarketError } from "../../lib/model/errors.ts";
import type { FeedEvent } from "../../lib/model/feed_event.ts";
import { sleep } from "../../lib/runtime/clock.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { ManualClock } from "../support/manual_clock.ts";

/** A supervisor over scripted attempts, with what it told. */
function supervise(run: (attempt: Attempt, number: number) => Promise<never>) {
  const clock = new ManualClock();
  const events: FeedEvent[] = [];
  let attempts = 0;
  const supervisor = new Supervisor({
    venue: "binance",
    context: {
      clock,
      random: () => 0.5,
      log: silentLog,
      speed: 1,
      emit: (event) => events.push(event),
    },
    venueClock: new VenueClock(clock),
    run: (attempt) => run(attempt, ++attempts),
  });
  const states = () => events.flatMap((e) => e.kind === "transition" ? [e.to] : []);
  return { supervisor, clock, events, states, attempts: () => attempts };
}

function goLive(attempt: Attempt): void {
  for (const kind of ["opened", "accepted", "requested", "data"] as const) attempt.report({ kind });
}

Deno.test("Supervisor connects again after a loss, one attempt at a time", async () => {
  let running = 0;
  const t = supervise(async (attempt) => {
    assert.equal(++running, 1);
    try {
      goLive(attempt);
      await sleep(t.clock, 10_000, attempt.signal);
      throw new MarketError("cut", "retry", "cut");
    } finally {
      running--;
    }
  });
  t.supervisor.start();
  await t.clock.advance(60_000);
  assert.ok(t.attempts() >= 4);
  assert.deepEqual(t.states().slice(0, 6), [
    ...["connecting", "handshake", "ready", "starting", "live", "recovering"],
  ]);
  await t.supervisor.close();
  assert.equal(t.supervisor.connection.state, "closed");
  assert.equal(t.clock.pending, 0, "no timer may be left");
});

Deno.test("Supervisor stops trying when the user has to act, and says why once", async () => {
  const t = supervise(() => Promise.reject(new MarketError("451", "configure", "not from here")));
  t.supervisor.start();
  await t.clock.advance(600_000);
  assert.equal(t.attempts(), 1);
  assert.equal(t.supervisor.connection.state, "failed");
  assert.equal(t.events.filter((event) => event.kind === "failure").length, 1);
  await t.supervisor.close();
});

Deno.test("Supervisor takes an unknown error for a defect and does not hammer the venue", async () => {
  const t = supervise(() => Promise.reject(new TypeError("x is undefined")));
  t.supervisor.start();
  await t.clock.advance(1_000);
  assert.match(t.supervisor.snapshot().lastError!.message, /defect.*x is undefined/);
  assert.equal(t.attempts(), 1);
  await t.supervisor.close();
});

Deno.test("Supervisor ignores reports of an attempt that is over", async () => {
  let old: Attempt | undefined;
  const t = supervise(async (attempt, number) => {
    if (number === 1) {
      old = attempt;
      throw new MarketError("cut", "retry", "cut");
    }
    await sleep(t.clock, 1e9, attempt.signal);
    throw new Error("unreachable");
  });
  t.supervisor.start();
  await t.clock.advance(2_000);
  assert.equal(t.supervisor.connection.state, "connecting");
  old!.report({ kind: "opened" });
  assert.equal(t.supervisor.connection.state, "connecting");
  await t.supervisor.close();
});

Deno.test("Supervisor stops and starts again fifty times, whatever the attempt is doing", async () => {
  let running = 0, isFaulty = true;
  const t = supervise(async (attempt, number) => {
    assert.equal(++running, 1, "one connection at a time");
    try {
      if (isFaulty && number % 3 === 0) throw new MarketError("cut", "retry", "cut");
      goLive(attempt);
      await sleep(t.clock, 5_000, attempt.signal);
      throw new MarketError("cut", "retry", "cut");
    } finally {
      running--;
    }
  });
  for (let i = 0; i < 50; i++) {
    t.supervisor.start();
    await t.clock.advance(i * 400);
    await t.supervisor.stop();
    assert.deepEqual([t.supervisor.connection.state, running, t.clock.pending], ["stopped", 0, 0]);
    assert.equal(t.supervisor.snapshot().lastError, undefined, "what is stopped has no complaint");
    const before = t.attempts();
    await t.clock.advance(100_000);
    assert.equal(t.attempts(), before, "what is stopped does not try");
  }
  isFaulty = false;
  t.supervisor.start();
  void t.supervisor.stop();
  t.supervisor.start();
  await t.clock.advance(10);
  assert.deepEqual([t.supervisor.connection.state, running], ["live", 1]);
  await t.supervisor.close();
  t.supervisor.start();
  assert.deepEqual([t.supervisor.connection.state, t.clock.pending], ["closed", 0]);
});

Deno.test("Supervisor starts anew what had failed, once it was stopped", async () => {
  const t = supervise((attempt, number) => {
    if (number === 1) return Promise.reject(new MarketError("451", "configure", "not from here"));
    goLive(attempt);
    return sleep(t.clock, 1e9, attempt.signal).then(() => Promise.reject(new Error("over")));
  });
  t.supervisor.start();
  await t.clock.advance(1_000);
  assert.equal(t.supervisor.connection.state, "failed");
  await t.supervisor.stop();
  t.supervisor.start();
  await t.clock.advance(1_000);
  assert.equal(t.supervisor.connection.state, "live");
  await t.supervisor.close();
});
