import assert from "node:assert/strict";
import { connect } from "node:net";
import { listenTcp } from "../../lib/runtime/tcp_server.ts";

const HOST = "127.0.0.1";

/** What a client saw: the text it got, and how its connection ended. */
function visit(port: number, say = ""): Promise<{ heard: string; error: string | undefined }> {
  return new Promise((resolve) => {
    let heard = "", error: string | undefined;
    const socket = connect({ port, host: HOST }, () => socket.write(say));
    socket.on("data", (bytes: Uint8Array) => heard += new TextDecoder().decode(bytes));
    socket.on("error", (cause: Error & { code?: string }) => error = cause.code);
    socket.on("close", () => resolve({ heard, error }));
  });
}

Deno.test("listenTcp hands over bytes both ways and sends what was written before the end", async () => {
  const listener = await listenTcp({ host: HOST, port: 0 }, (connection) => {
    connection.onData((bytes) => {
      connection.write(bytes);
      connection.end();
    });
  });
  assert.deepEqual(await visit(listener.port, "hello"), { heard: "hello", error: undefined });
  await listener.close();
});

Deno.test("listenTcp tells once that a connection is over, and writing to it does nothing", async () => {
  let closes = 0;
  let over = () => {};
  const closed = new Promise<void>((resolve) => over = resolve);
  const listener = await listenTcp({ host: HOST, port: 0 }, (connection) => {
    connection.onClose(() => {
      closes++;
      connection.write(new Uint8Array([1]));
      connection.end();
      connection.destroy();
      over();
    });
    connection.onData(() => connection.destroy());
  });
  assert.equal((await visit(listener.port, "x")).error, "ECONNRESET");
  await closed;
  assert.equal(closes, 1);
  await listener.close();
});

Deno.test("listenTcp reads nothing while paused", async () => {
  const seen: number[] = [];
  const listener = await listenTcp({ host: HOST, port: 0 }, (connection) => {
    connection.onData((bytes) => {
      seen.push(bytes.length);
      connection.end();
    });
    connection.pause();
    setTimeout(() => {
      assert.deepEqual(seen, []);
      connection.resume();
    }, 50);
  });
  await visit(listener.port, "abc");
  assert.deepEqual(seen, [3]);
  await listener.close();
});

Deno.test("listenTcp refuses a port that is taken and frees its own when closed", async () => {
  const first = await listenTcp({ host: HOST, port: 0 }, () => {});
  const { port } = first;
  await assert.rejects(() => listenTcp({ host: HOST, port }, () => {}));
  const open = visit(port);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await Promise.all([first.close(), first.close()]);
  await open;
  assert.equal((await visit(port)).error, "ECONNREFUSED");
  const second = await listenTcp({ host: HOST, port }, () => {});
  await second.close();
});
