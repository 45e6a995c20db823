import assert from "node:assert/strict";
import { EventQueue } from "../../lib/market/event_queue.ts";

/** Negative numbers stand for fleeting events. */
function queueOf(capacity: number) {
  let left = 0;
  const queue = new EventQueue<number>({ capacity, isFleeting: (n) => n < 0 }, () => left++);
  return { queue, left: () => left };
}

Deno.test("EventQueue delivers in order, at once or later", async () => {
  const { queue } = queueOf(10);
  queue.push(1);
  queue.push(2);
  assert.deepEqual(await queue.next(), { done: false, value: 1 });
  assert.deepEqual(await queue.next(), { done: false, value: 2 });
  const waiting = queue.next();
  queue.push(3);
  assert.deepEqual(await waiting, { done: false, value: 3 });
});

Deno.test("EventQueue drops fleeting events first, then the oldest of the others, and counts both", async () => {
  const { queue } = queueOf(4);
  for (const event of [1, 2, -3, -4, 5, 6, 7]) queue.push(event);
  queue.close();
  const rest = [];
  for await (const event of queue) rest.push(event);
  assert.deepEqual(rest, [2, 5, 6, 7]);
  assert.equal(queue.dropped, 3);
});

Deno.test("EventQueue stays bounded under a reader that never comes", () => {
  const { queue } = queueOf(100);
  for (let i = 0; i < 100_000; i++) queue.push(i);
  assert.equal(queue.length, 100);
  assert.equal(queue.dropped, 99_900);
});

Deno.test("EventQueue ends its readers when closed, and tells its owner once", async () => {
  const { queue, left } = queueOf(4);
  const waiting = queue.next();
  queue.close();
  queue.close();
  assert.equal((await waiting).done, true);
  assert.equal(left(), 1);
});

Deno.test("EventQueue leaves with the reader's break", async () => {
  const { queue, left } = queueOf(4);
  queue.push(1);
  for await (const _ of queue) break;
  assert.equal(left(), 1);
});

Deno.test("EventQueue refuses a capacity below 2", () => {
  assert.throws(() => queueOf(1), /capacity must be a whole number of 2 or more, got 1/);
});
