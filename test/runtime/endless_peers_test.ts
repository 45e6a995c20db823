import assert from "node:assert/strict";
import { type AddressInfo, createServer } from "node:net";
import { connectTcp } from "../../lib/runtime/tcp_socket.ts";
import { openWebSocket } from "../../lib/runtime/web_socket.ts";

/** A thread of its own that sends as fast as it is read: in this one it would make room by itself. */
async function flooded(body: (port: number) => Promise<void>): Promise<void> {
  const worker = new Worker(new URL("flooding_peer.ts", import.meta.url), { type: "module" });
  const port = await new Promise<number>((resolve) => worker.onmessage = (e) => resolve(e.data));
  try {
    await body(port);
  } finally {
    worker.terminate();
  }
}

/** A reader slower than the peer. */
function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

Deno.test("timers run while a TCP peer sends faster than it is read", async () => {
  await flooded(async (port) => {
    const socket = connectTcp({ host: "127.0.0.1", port });
    let chunks = 0;
    const first = new Promise<void>((resolve) =>
      socket.on("data", () => {
        work(5);
        if (++chunks > 600) socket.destroy();
        if (chunks === 1) resolve();
      })
    );
    await first;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(!socket.closed && chunks > 1 && chunks <= 600, `${chunks} chunks before a timer`);
    const gone = new Promise<void>((resolve) => socket.once("close", resolve));
    socket.destroy();
    await gone;
  });
});

for (const kind of ["texts", "pings", "pongs"]) {
  Deno.test(`timers run while a WebSocket's peer sends ${kind} without end`, async () => {
    await flooded(async (port) => {
      let texts = 0;
      let onOpen = () => {};
      const opened = new Promise<void>((resolve) => onOpen = resolve);
      const socket = openWebSocket(`ws://127.0.0.1:${port}/${kind}`, {
        onOpen,
        onText: () => {
          work(0.05);
          if (++texts === 100_000) void socket.close();
        },
        onEnd: () => {},
      });
      await opened;
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.ok(texts < 100_000, `${texts} texts before a timer`);
      await socket.close();
    });
  });
}

Deno.test("a WebSocket ends when its peer asks for ever more answers and reads none", async () => {
  await flooded(async (port) => {
    const ended = new Promise<string>((resolve) =>
      openWebSocket(`ws://127.0.0.1:${port}/pings`, {
        onOpen: () => {},
        onText: () => {},
        onEnd: ({ kind }) => resolve(kind),
      })
    );
    assert.equal(await ended, "closed");
  });
});

Deno.test("connectTcp passes on every byte of a long answer, a piece a turn, and then its end", async () => {
  const server = createServer((peer) => peer.end(new Uint8Array(300_000).map((_, i) => i)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const socket = connectTcp({ host: "127.0.0.1", port });
  const events: string[] = [];
  let count = 0;
  let longest = 0;
  const gone = new Promise<void>((resolve) => socket.once("close", resolve));
  socket.on("data", (bytes) => {
    for (const byte of bytes) assert.equal(byte, count++ % 256);
    longest = Math.max(longest, bytes.length);
  });
  socket.on("end", () => events.push(`end after ${count}`));
  await gone;
  assert.deepEqual(events, ["end after 300000"]);
  assert.ok(longest <= 4_096, `${longest} bytes at once`);
  await new Promise((resolve) => server.close(resolve));
});
