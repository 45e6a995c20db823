import assert from "node:assert/strict";
import fc from "fast-check";
import { EventBuffer } from "../../lib/market/event_buffer.ts";

/** Negative numbers stand for fleeting events. */
function bufferOf(capacity: number) {
  const dropped: number[] = [];
  const buffer = new EventBuffer<number>({
    capacity,
    isFleeting: (n) => n < 0,
    onDrop: (n) => dropped.push(n),
  });
  return { buffer, dropped };
}

function drain(buffer: EventBuffer<number>): number[] {
  const rest: number[] = [];
  for (let n = buffer.shift(); n !== undefined; n = buffer.shift()) rest.push(n);
  return rest;
}

Deno.test("EventBuffer gives up fleeting events before any other, however they are mixed", () => {
  const { buffer, dropped } = bufferOf(4);
  for (const event of [1, -2, 3, 4, 5, -6, 7]) buffer.push(event);
  assert.deepEqual(dropped, [-2, -6, 1]);
  assert.equal(buffer.first, 3);
  assert.deepEqual(drain(buffer), [3, 4, 5, 7]);
});

Deno.test("EventBuffer keeps order and bounds, and drops no lasting event while a fleeting one is held", () => {
  const events = fc.array(
    fc.integer({ min: 1, max: 1_000 }).chain((n) =>
      fc.boolean().map((isFleeting) => isFleeting ? -n : n)
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 12 }),
      events,
      fc.array(fc.boolean()),
      (capacity, list, takes) => {
        let order = 0;
        const dropped: number[] = [], taken: number[] = [];
        const held = new Set<number>();
        const numbered = list.map((n) => Math.sign(n) * ++order);
        const buffer = new EventBuffer<number>({
          capacity,
          isFleeting: (n) => n < 0,
          onDrop: (n) => {
            held.delete(n);
            if (n > 0) assert.ok(![...held].some((other) => other < 0), "a fleeting one was held");
            dropped.push(n);
          },
        });
        numbered.forEach((n, i) => {
          held.add(n);
          buffer.push(n);
          assert.ok(buffer.length <= capacity);
          if (takes[i] === true) {
            const first = buffer.shift();
            if (first !== undefined) {
              held.delete(first);
              taken.push(first);
            }
          }
        });
        taken.push(...drain(buffer));
        assert.deepEqual(taken, [...taken].sort((a, b) => Math.abs(a) - Math.abs(b)), "in order");
        assert.deepEqual(
          new Set([...taken, ...dropped]),
          new Set(numbered),
          "none is lost uncounted",
        );
        assert.equal(buffer.dropped, dropped.length);
      },
    ),
  );
});

Deno.test("EventBuffer takes 200,000 events through a full buffer in linear time and bounded memory", () => {
  const { buffer } = bufferOf(10_000);
  for (let i = 1; i <= 200_000; i++) buffer.push(i);
  assert.equal(buffer.length, 10_000);
  assert.equal(buffer.dropped, 190_000);
  assert.equal(drain(buffer)[0], 190_001);
});
