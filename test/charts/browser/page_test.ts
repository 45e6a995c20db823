import assert from "node:assert/strict";
import { Page } from "../../../lib/charts/browser/page.ts";

Deno.test("Page brings packets to those who listen under the id, and keeps the newest", () => {
  const page = new Page();
  const heard: unknown[] = [];
  page.publish("a", 1);
  const stop = page.subscribe("a", (packet) => heard.push(packet));
  page.publish("a", 2);
  page.publish("b", 3);
  assert.deepEqual(heard, [2]);
  assert.deepEqual([page.packet("a"), page.packet("b"), page.packet("c")], [2, 3, undefined]);
  assert.equal(page.listenerCount, 1);
  stop();
  page.publish("a", 4);
  assert.deepEqual([heard.length, page.listenerCount], [1, 0]);
});

Deno.test("Page gives a packet to every view of the same chart", () => {
  const page = new Page();
  let count = 0;
  const stops = [1, 2, 3].map(() => page.subscribe("a", () => count++));
  stops[1]!();
  page.publish("a", {});
  assert.equal(count, 2);
});
