import assert from "node:assert/strict";
import {
  zmtpCommand,
  ZmtpDecoder,
  type ZmtpEvent,
  zmtpGreeting,
  zmtpMessage,
} from "../../lib/kernel/zmtp.ts";
import { ZmtpSocket, type ZmtpSocketOptions } from "../../lib/kernel/zmtp_socket.ts";
import { openTcpStream } from "../../lib/runtime/tcp_stream.ts";

const READY = zmtpCommand("READY", new TextEncoder().encode("\x0bSocket-Type\0\0\0\x03PUB"));

/** A peer that sends these bytes on each connection, and keeps what it receives. */
function peer(...sends: Uint8Array[]) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const heard: ZmtpEvent[] = [];
  const serving = (async () => {
    using connection = await listener.accept();
    const decoder = new ZmtpDecoder();
    for (const bytes of sends) await connection.write(bytes);
    const buffer = new Uint8Array(4_096);
    for (let n = await connection.read(buffer); n !== null; n = await connection.read(buffer)) {
      heard.push(...decoder.push(buffer.slice(0, n)));
    }
  })().catch(() => {});
  return {
    heard,
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}

function options(port: number, more: Partial<ZmtpSocketOptions> = {}): ZmtpSocketOptions {
  return {
    host: "127.0.0.1",
    port,
    type: "SUB",
    connect: openTcpStream,
    onMessage: () => {},
    onEnd: () => {},
    ...more,
  };
}

Deno.test("ZmtpSocket greets, subscribes, takes messages and answers a ping", async () => {
  const ping = zmtpCommand("PING", Uint8Array.of(0, 9, 7, 8));
  const parts = [Uint8Array.of(1), new Uint8Array(300)];
  await using other = peer(zmtpGreeting(), READY, ping, zmtpMessage(parts));
  const { promise, resolve } = Promise.withResolvers<readonly Uint8Array[]>();
  let ends = 0;
  const socket = await ZmtpSocket.connect(
    options(other.port, { onMessage: resolve, onEnd: () => ends++ }),
  );
  assert.deepEqual(await promise, parts);
  while (other.heard.length < 4) await new Promise((resolve) => setTimeout(resolve, 2));
  socket.close();
  socket.close();
  socket.send(parts);
  assert.equal(ends, 1);
  const [greeting, ready, subscription, pong] = other.heard;
  assert.equal(greeting!.kind, "greeting");
  assert.ok(ready!.kind === "command" && ready!.name === "READY");
  assert.deepEqual(subscription, { kind: "message", parts: [Uint8Array.of(1)] });
  assert.deepEqual(pong, { kind: "command", name: "PONG", body: Uint8Array.of(7, 8) });
});

Deno.test("ZmtpSocket refuses a stranger and a peer that refuses us, and leaves no socket open", async () => {
  await using stranger = peer(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n"));
  await assert.rejects(ZmtpSocket.connect(options(stranger.port)), /does not greet as ZMTP does/);
  await using refusing = peer(
    zmtpGreeting(),
    zmtpCommand("ERROR", new TextEncoder().encode("\x04busy")),
  );
  await assert.rejects(ZmtpSocket.connect(options(refusing.port)), /refused us: busy/);
});

Deno.test("ZmtpSocket gives up a silent peer when aborted", async () => {
  await using silent = peer();
  const giving = new AbortController();
  const connecting = ZmtpSocket.connect(options(silent.port, { signal: giving.signal }));
  setTimeout(() => giving.abort(), 20);
  await assert.rejects(connecting, /it was given up/);
  await using late = peer(zmtpGreeting());
  await assert.rejects(
    ZmtpSocket.connect(options(late.port, { signal: giving.signal })),
    /given up/,
  );
});
