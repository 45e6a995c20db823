import assert from "node:assert/strict";
import type { Sink } from "../../lib/market/sink.ts";
import { Sinks } from "../../lib/market/sinks.ts";
import { SECOND } from "../../lib/model/time.ts";
import { closed, sinkOf, turns, worldOf } from "../support/test_sink.ts";

Deno.test("Sinks gives every sink the same events though another hangs, and refuses two of one name", async () => {
  const { options, clock } = worldOf();
  const sinks = new Sinks(options);
  const good = sinkOf({ name: "good" });
  sinks.attach(sinkOf({ name: "hangs", take: () => new Promise(() => {}) }).sink);
  sinks.attach(sinkOf({ name: "throws", take: () => assert.fail("no") }).sink);
  const detach = sinks.attach(good.sink);
  assert.throws(
    () => sinks.attach(good.sink),
    /name must be its own, and good is attached already/,
  );
  assert.throws(() => sinks.attach({ name: "x" } as Sink), /lacks take, flush, close/);
  assert.throws(() => sinks.attach(sinkOf({ name: " " }).sink), TypeError);
  assert.throws(
    () => sinks.attach(sinkOf({ capacity: 1 }).sink),
    /capacity must be a whole number/,
  );
  for (let i = 0; i < 300; i++) sinks.take(closed(i));
  await turns(10);
  assert.equal(good.taken.length, 300);
  assert.deepEqual(sinks.status.map(({ name, queued, failures }) => [name, queued, failures]), [
    ["hangs", 300, 0],
    ["throws", 0, 300],
    ["good", 0, 0],
  ]);
  await detach();
  assert.deepEqual([good.calls, sinks.status.length], [["flush", "close"], 2]);
  sinks.take(closed(300));
  sinks.attach(sinkOf({ name: "good" }).sink);
  await turns(2);
  const closing = sinks.close();
  await clock.advance(8 * SECOND);
  await closing;
  assert.deepEqual(sinks.status.map(({ name, dropped }) => [name, dropped]), [
    ["hangs", 301],
    ["throws", 0],
    ["good", 0],
  ]);
  assert.throws(() => sinks.attach(sinkOf({ name: "late" }).sink), /the market is closed/);
});

Deno.test("Sinks closes none before every one is flushed", async () => {
  const { options, clock } = worldOf();
  const sinks = new Sinks(options);
  const calls: string[] = [];
  const sink = (name: string, flushMs: number): Sink => ({
    name,
    take: () => {},
    flush: () =>
      new Promise((done) => {
        clock.setTimer(() => done(void calls.push(`${name} flushed`)), flushMs);
      }),
    close: () => Promise.resolve(void calls.push(`${name} closed`)),
  });
  sinks.attach(sink("store", 0));
  sinks.attach(sink("alerts", SECOND));
  const closing = sinks.close();
  await clock.advance(2 * SECOND);
  await closing;
  assert.deepEqual(calls.slice(0, 2), ["store flushed", "alerts flushed"]);
  assert.deepEqual(calls.slice(2).sort(), ["alerts closed", "store closed"]);
});
