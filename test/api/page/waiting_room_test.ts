import assert from "node:assert/strict";
import { WaitingRoom } from "../../../lib/api/page/waiting_room.ts";
import type { ServerSocket } from "../../../lib/runtime/web_server.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { FakeSocket } from "./fake_socket.ts";

function rig() {
  const clock = new ManualClock();
  let opening = "The market is opening.";
  const room = new WaitingRoom(clock, () => opening);
  const enter = () => {
    const socket = new FakeSocket();
    room.take(socket);
    return socket;
  };
  return { clock, room, enter, say: (text: string) => opening = text };
}

/** What a board does with a socket. */
function owner() {
  const texts: string[] = [], opened: ServerSocket[] = [];
  let ended = 0;
  const take = (socket: ServerSocket) => {
    socket.onText((text) => texts.push(text));
    socket.onClose(() => ended++);
    socket.onOpen(() => opened.push(socket));
  };
  return { texts, opened, take, ended: () => ended };
}

Deno.test("a page that waits hears each second how the opening goes, and never of a source", async () => {
  const { clock, room, enter, say } = rig();
  const page = enter();
  assert.deepEqual(page.sent, [], "not before it is open");
  page.open();
  await clock.advance(1_000);
  say("Binance: live");
  await clock.advance(1_000);
  assert.deepEqual(
    page.of("beat").map(({ source, venueTime, message }) => [source, venueTime, message]),
    [
      [null, null, "The market is opening."],
      [null, null, "The market is opening."],
      [null, null, "Binance: live"],
    ],
  );
  room.leave(() => {});
  assert.equal(clock.pending, 0, "no timer is left");
});

Deno.test("who takes the pages over gets the newest choice, and all that comes later", () => {
  const { room, enter } = rig();
  const page = enter(), late = enter(), gone = enter();
  page.open();
  page.say("first");
  page.say("second");
  gone.open();
  gone.close(1000, "left");
  const { texts, opened, take, ended } = owner();
  room.leave(take);
  assert.deepEqual([texts, opened.length], [["second"], 1], "one that is not open yet waits");
  late.open();
  page.say("third");
  page.close(1000, "left");
  assert.deepEqual([texts, opened.length, ended()], [["second", "third"], 2, 1]);
  room.leave(take);
  assert.equal(opened.length, 2);
});

Deno.test("the two hundred and first page is sent away", () => {
  const { room, enter } = rig();
  for (let i = 0; i < 200; i++) assert.equal(enter().closed, undefined);
  assert.equal(enter().closed?.code, 1013);
  room.leave(() => {});
});
