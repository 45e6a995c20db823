import assert from "node:assert/strict";
import { openChannel } from "../../lib/alerts/channels/registry.ts";
import { machinePorts } from "../../lib/alerts/open_delivery.ts";
import { startAlertReceiver } from "../../lib/alerts/receiver.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { bodyWith, messageOf } from "./support/messages.ts";

const NEVER = new AbortController().signal;

Deno.test("the receiver keeps what is delivered, knows its signature, and fails where it is made to", async () => {
  await using receiver = await startAlertReceiver();
  const channel = await openChannel("local", receiver.channel, machinePorts(systemClock));
  receiver.fail(1, 503);
  const body = bodyWith({ message: "größer" });
  assert.equal((await channel.send(messageOf(body), NEVER)).kind, "retry");
  assert.equal((await channel.send(messageOf(body), NEVER)).kind, "delivered");
  const seen = receiver.received.map(({ isSigned, isRepeated, status }) => [
    isSigned,
    isRepeated,
    status,
  ]);
  assert.deepEqual(seen, [[true, false, 503], [true, true, 200]]);
  assert.deepEqual(receiver.received[1]?.body, body);
  assert.throws(() => receiver.fail(-1), /times must be a whole number/);
  assert.throws(() => receiver.fail(1, 99), /status must be from 200 to 599/);
});

Deno.test("the receiver refuses what is not signed, is no alert, or is too long", async () => {
  await using receiver = await startAlertReceiver();
  const status = async (init: RequestInit) => {
    const reply = await fetch(receiver.url, { method: "POST", ...init });
    await reply.body?.cancel();
    return reply.status;
  };
  assert.equal(await status({ body: JSON.stringify(bodyWith()) }), 401);
  assert.equal(await status({ body: "[]" }), 400);
  assert.equal(await status({ body: `{"id":"${"x".repeat(70_000)}"}` }), 413);
  assert.equal(await status({ method: "GET" }), 405);
  assert.deepEqual(receiver.received.map(({ isSigned }) => isSigned), [false]);
});
