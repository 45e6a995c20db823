import assert from "node:assert/strict";
import { SinkRunner } from "../../lib/market/sink_runner.ts";
import { SECOND } from "../../lib/model/time.ts";
import { afterTurn } from "../../lib/runtime/after_turn.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { closed, priceOf, sinkOf, trade, turns, worldOf } from "../support/test_sink.ts";

Deno.test("SinkRunner gives events in order, outside the turn in which they happened", async () => {
  const { options } = worldOf();
  const { sink, taken } = sinkOf();
  const runner = new SinkRunner(sink, options);
  for (let i = 0; i < 1_000; i++) runner.take(i % 2 === 0 ? trade(i) : closed(i));
  assert.deepEqual(taken, []);
  await turns(10);
  assert.deepEqual(taken, Array.from({ length: 1_000 }, (_, i) => i));
  const { queued, delivered, dropped, failures, lagMs, lastError } = runner.status;
  assert.deepEqual({ queued, delivered, dropped, failures, lagMs, lastError }, {
    queued: 0,
    delivered: 1_000,
    dropped: 0,
    failures: 0,
    lagMs: 0,
    lastError: undefined,
  });
});

Deno.test("SinkRunner waits for a slow sink before it gives the next event", async () => {
  const { options, clock } = worldOf();
  let running = 0, most = 0;
  const { sink, taken } = sinkOf({
    async take(event) {
      most = Math.max(most, ++running);
      await new Promise<void>(afterTurn);
      running--;
      taken.push(priceOf(event));
    },
  });
  const runner = new SinkRunner(sink, options);
  for (let i = 0; i < 5; i++) runner.take(closed(i));
  await turns(1);
  await clock.advance(3 * SECOND);
  assert.ok(runner.status.lagMs >= 3 * SECOND && runner.status.queued > 0);
  await turns(20);
  assert.deepEqual([taken, most, runner.status.lagMs], [[0, 1, 2, 3, 4], 1, 0]);
});

Deno.test("SinkRunner counts what a sink throws or rejects with, logs each cause once, and goes on", async () => {
  const { options, lines } = worldOf();
  const { sink, taken } = sinkOf({
    take(event) {
      const price = priceOf(event);
      if (price % 3 === 0) throw new Error("disk full");
      if (price % 3 === 1) return Promise.reject("gone");
      taken.push(price);
    },
  });
  const runner = new SinkRunner(sink, options);
  for (let i = 0; i < 9; i++) runner.take(closed(i));
  await turns();
  assert.deepEqual(taken, [2, 5, 8]);
  assert.deepEqual([runner.status.failures, runner.status.delivered], [6, 3]);
  assert.equal(runner.status.lastError, "gone");
  assert.deepEqual(lines.map(({ message }) => message), [
    "The sink test failed: disk full",
    "The sink test failed: gone",
  ]);
});

Deno.test("SinkRunner drops trades before bars when a sink hangs, counts them by kind, and says so", async () => {
  const { options, lines, clock } = worldOf();
  const gate = Promise.withResolvers<void>();
  const { sink, taken } = sinkOf({
    capacity: 10,
    async take(event) {
      await gate.promise;
      taken.push(priceOf(event));
    },
  });
  const runner = new SinkRunner(sink, options);
  runner.take(closed(0));
  await turns(2);
  for (let i = 1; i <= 20; i++) runner.take(trade(i));
  for (let i = 21; i <= 30; i++) runner.take(closed(i));
  assert.deepEqual(runner.status.droppedByKind, { trade: 20 });
  runner.take(closed(31));
  assert.deepEqual(runner.status.droppedByKind, { trade: 20, bar: 1 });
  assert.equal(runner.status.queued, 11);
  await clock.advance(11 * SECOND);
  await turns(1);
  runner.take(closed(32));
  runner.take(closed(33));
  assert.deepEqual(lines.map(({ level, message }) => `${level} ${message}`), [
    "warn The sink test falls behind: events are dropped",
    "warn The sink test has been busy with one event for 10 s",
  ]);
  gate.resolve();
  await turns();
  assert.deepEqual(taken, [0, ...Array.from({ length: 10 }, (_, i) => 24 + i)]);
  assert.equal(lines.at(-1)!.message, "The sink test has caught up");
});

Deno.test("SinkRunner.close delivers what is queued, then flushes, then closes", async () => {
  const { options, lines } = worldOf();
  const { sink, taken, calls } = sinkOf({
    take: async (event) => {
      await new Promise<void>(afterTurn);
      taken.push(priceOf(event));
    },
    flush: () => {
      calls.push(`flush after ${taken.length}`);
      return Promise.resolve();
    },
  });
  const runner = new SinkRunner(sink, options);
  for (let i = 0; i < 50; i++) runner.take(closed(i));
  await Promise.all([runner.close(), runner.close()]);
  runner.take(closed(99));
  await turns();
  assert.deepEqual(calls, ["flush after 50", "close"]);
  assert.equal(taken.length, 50);
  assert.deepEqual([lines, runner.status.dropped], [[], 0]);
});

Deno.test("SinkRunner.close gives up on a sink that hangs after its time limit, and says what was not delivered", async () => {
  const { options, lines, clock } = worldOf();
  const { sink, calls } = sinkOf({ take: () => new Promise(() => {}) });
  const runner = new SinkRunner(sink, options);
  runner.take(closed(0));
  runner.take(trade(1));
  runner.take(closed(2));
  await turns();
  const closing = runner.close();
  await clock.advance(8 * SECOND);
  await closing;
  assert.deepEqual(calls, ["close"], "it is not flushed beside an event it hangs in");
  assert.deepEqual(runner.status.droppedByKind, { bar: 2, trade: 1 });
  assert.equal(runner.status.lastError, "flush did not end within 5 s");
  assert.match(
    lines.at(-1)!.message,
    /^The sink test was closed before it was done; not delivered: 2 bar, 1 trade$/,
  );
  assert.equal(clock.pending, 0, "no timer is left");
});

Deno.test("SinkRunner.close survives flush and close that throw, reject or hang", async () => {
  const hang = () => new Promise<void>(() => {});
  const fail = () => {
    throw new Error("at once");
  };
  for (const flush of [fail, () => Promise.reject(new Error("later")), hang]) {
    for (const close of [fail, () => Promise.reject(new Error("later")), hang]) {
      const { options, clock } = worldOf();
      const runner = new SinkRunner(sinkOf({ flush, close }).sink, options);
      const closing = runner.close();
      await clock.advance(7 * SECOND);
      await closing;
      assert.equal(runner.status.failures, 2);
      assert.equal(clock.pending, 0);
    }
  }
});

Deno.test("SinkRunner goes on when its log throws", async () => {
  const { options } = worldOf();
  const refuse = () => {
    throw new Error("log");
  };
  const { sink, taken } = sinkOf({ capacity: 2 });
  const log = { ...silentLog, info: refuse, warn: refuse, error: refuse };
  const runner = new SinkRunner(sink, { ...options, log });
  for (let i = 0; i < 5; i++) runner.take(closed(i));
  await turns();
  assert.deepEqual(taken, [3, 4]);
});
