import assert from "node:assert/strict";
import type { PageChoice } from "../../../lib/api/page/page_choice.ts";
import { PageReader } from "../../../lib/api/page/page_reader.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { FakeSocket } from "./fake_socket.ts";

function rig() {
  const socket = new FakeSocket(), clock = new ManualClock();
  const choices: PageChoice[] = [], ends: boolean[] = [];
  const reader = new PageReader(socket, {
    clock,
    onChoice: (choice) => choices.push(choice),
    onEnd: (isTooSlow) => ends.push(isTooSlow),
  });
  const slot = (html: string, panel = "p") => reader.send({ type: "slot", panel, slot: "s", html });
  return { socket, clock, choices, ends, reader, slot };
}

Deno.test("a page that falls behind gets the newest of each display, and none of those between", async () => {
  const { socket, clock, slot } = rig();
  socket.buffered = 300_000;
  for (let i = 0; i < 100; i++) slot(`${i}`);
  slot("other", "q");
  assert.deepEqual(socket.sent, []);
  socket.buffered = 0;
  await clock.advance(200);
  assert.deepEqual(socket.of("slot").map(({ panel, html }) => [panel, html]), [
    ["p", "99"],
    ["q", "other"],
  ]);
  slot("100");
  assert.equal(socket.of("slot").at(-1)?.html, "100");
});

Deno.test("a page that takes nothing for 20 seconds, or lets 4 MB wait, is dropped with 1013", async () => {
  for (const buffered of [300_000, 4_000_001]) {
    const { socket, clock, slot, ends } = rig();
    socket.buffered = buffered;
    slot("1");
    await clock.advance(21_000);
    assert.deepEqual([socket.closed?.code, ends, clock.pending], [1013, [true], 0]);
    slot("2");
    assert.deepEqual(socket.sent, []);
  }
});

Deno.test("of many choices at once the newest is taken", async () => {
  const { socket, clock, choices } = rig();
  for (let i = 0; i < 1_000; i++) socket.say({ view: `v${i}` });
  await clock.advance(1_000);
  assert.deepEqual(choices.map(({ view }) => view), ["v0", "v999"]);
});
