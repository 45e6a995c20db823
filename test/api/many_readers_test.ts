import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { withApi } from "./api_fixture.ts";

const READERS = 200;
const MINUTES = 40;
/** Bars that a reader which never reads is sent at most: its machine buffers some MB of them. */
const MOST_BARS = 200_000;

/** Upgrades, subscribes, and never reads again. */
async function deafReader(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  const lines = [
    "GET /api/v1/stream HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  await new Promise((resolve) => socket.once("data", resolve));
  const text = JSON.stringify({ op: "subscribe", channels: ["bars:BTCUSDT"] });
  // A frame of text, masked by zeros.
  socket.write(
    new Uint8Array([0x81, 0x80 | text.length, 0, 0, 0, 0, ...new TextEncoder().encode(text)]),
  );
  socket.pause();
  return socket;
}

Deno.test("of 200 readers each gets each update once and in order, and one that never reads is dropped", async () => {
  await withApi(async ({ root, feeds, server }) => {
    const port = Number(new URL(root).port);
    const deaf = await deafReader(port);
    const seqs = Array.from({ length: READERS }, () => [] as number[]);
    let waiting = () => {};
    const sockets = await Promise.all(seqs.map((seen) =>
      new Promise<WebSocket>((resolve) => {
        const socket = new WebSocket(`${root.replace("http", "ws")}/api/v1/stream`);
        socket.onopen = () =>
          socket.send(JSON.stringify({ op: "subscribe", channels: ["bars:ES"] }));
        socket.onmessage = ({ data }) => {
          seen.push(JSON.parse(data).seq);
          if (seen.length === 1) resolve(socket);
          waiting();
        };
      })
    ));
    assert.equal(server.figures.stream_sockets, READERS + 1);
    let bars = 0;
    const dropped = () => server.figures.stream_dropped!;
    for (let minute = 0; minute < MINUTES; minute++) {
      feeds.get("ibkr")!.bar("ES", minute);
      for (const end = bars + MOST_BARS / MINUTES; bars < end && dropped() === 0; bars++) {
        feeds.get("binance")!.bar("BTCUSDT", bars);
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
    assert.equal(dropped(), 1, "the one that does not read is dropped and counted");
    const isIn = () => seqs.every((seen) => seen.length === MINUTES + 1);
    while (!isIn()) await new Promise<void>((resolve) => waiting = resolve);
    for (const seen of seqs) {
      assert.deepEqual(seen, Array.from({ length: MINUTES + 1 }, (_, i) => seen[0]! + i));
    }
    const closed = sockets.map((socket) => new Promise((resolve) => socket.onclose = resolve));
    for (const socket of sockets) socket.close();
    await Promise.all(closed);
    deaf.destroy();
  });
});
