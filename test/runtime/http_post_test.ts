import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { httpPost, PostFailure } from "../../lib/runtime/http_post.ts";
import { startFakeChannelServer } from "../alerts/support/fake_channel_server.ts";

const SECRET = "S3CRET-path-of-a-hook";

function post(url: string, timeoutMs = 5_000, signal?: AbortSignal) {
  const options = { headers: { "X-Mine": "yes" }, body: "grüße", timeoutMs };
  return httpPost(url, signal === undefined ? options : { ...options, signal });
}

async function failureOf(sent: Promise<unknown>): Promise<PostFailure> {
  const error = await sent.then(() => assert.fail("it was answered"), (reason: unknown) => reason);
  assert.ok(error instanceof PostFailure, String(error));
  assert.ok(!`${error.stack} ${Deno.inspect(error)}`.includes(SECRET), "the path stays secret");
  return error;
}

Deno.test("httpPost sends body and headers once, and gives status, headers and text back", async () => {
  await using server = await startFakeChannelServer();
  server.plan({ status: 429, headers: { "Retry-After": "1.5" }, text: '{"a":1}' });
  const reply = await post(`${server.url}/${SECRET}?wait=true`);
  assert.equal(reply.status, 429);
  assert.equal(reply.headers["retry-after"], "1.5");
  assert.equal(reply.text, '{"a":1}');
  const [asked, ...more] = server.asked;
  assert.deepEqual(more, []);
  assert.equal(asked?.method, "POST");
  assert.equal(asked?.target, `/${SECRET}?wait=true`);
  assert.equal(asked?.body, "grüße");
  assert.equal(asked?.headers["x-mine"], "yes");
  assert.equal(asked?.headers["content-length"], "7");
});

Deno.test("httpPost follows no redirect", async () => {
  await using other = await startFakeChannelServer();
  await using server = await startFakeChannelServer();
  server.plan({ status: 307, headers: { Location: `${other.url}/taken` } });
  assert.equal((await post(server.url)).status, 307);
  assert.deepEqual(other.asked, []);
});

Deno.test("httpPost says of a request that was not answered whether it may have arrived", async () => {
  await using server = await startFakeChannelServer();
  server.plan({ way: "hang" }, { way: "cut" });
  const late = await failureOf(post(`${server.url}/${SECRET}`, 200));
  assert.deepEqual([late.fault, late.mayHaveArrived], ["timeout", true]);
  const cut = await failureOf(post(`${server.url}/${SECRET}`));
  assert.deepEqual([cut.fault, cut.mayHaveArrived], ["lost", true]);
  const refused = await failureOf(post(`http://127.0.0.1:1/${SECRET}`));
  assert.deepEqual([refused.fault, refused.mayHaveArrived], ["refused", false]);
  const unknown = await failureOf(post(`http://no-such-host.invalid/${SECRET}`));
  assert.deepEqual([unknown.fault, unknown.mayHaveArrived], ["host-not-found", false]);
});

Deno.test("httpPost knows that a request never arrived where TLS did not begin", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.resume();
  }).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address() as AddressInfo;
  const failure = await failureOf(post(`https://127.0.0.1:${port}/${SECRET}`, 200));
  assert.deepEqual([failure.fault, failure.mayHaveArrived], ["timeout", false]);
  await new Promise((done) => server.close(done));
});

Deno.test("httpPost takes the status of an answer whose body never ends, and no more than 64 kB of it", async () => {
  await using server = await startFakeChannelServer();
  server.plan({ way: "drip" }, { text: "x".repeat(5_000_000) });
  const slow = await post(server.url, 300);
  assert.equal(slow.status, 200);
  assert.match(slow.text, /^x+$/);
  const huge = await post(server.url);
  assert.equal(huge.text.length, 65_536);
});

Deno.test("httpPost ends with its signal's reason, and leaves nothing open", async () => {
  await using server = await startFakeChannelServer();
  server.always({ way: "hang" });
  const stop = new AbortController();
  const sent = post(server.url, 60_000, stop.signal);
  const reason = new Error("closing");
  setTimeout(() => stop.abort(reason), 50);
  await assert.rejects(sent, reason);
  await assert.rejects(post(server.url, 60_000, stop.signal), reason);
});
