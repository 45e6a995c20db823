import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { canListen, countEntries, mayReach, talkTcp } from "../../lib/runtime/probe.ts";

async function withServer(
  onSocket: (socket: Socket) => void,
  body: (port: number) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await body((server.address() as { port: number }).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

const HOST = "127.0.0.1";
const bytesOf = (text: string) => new TextEncoder().encode(text);

Deno.test("talkTcp greets, answers what it hears, and ends with a goodbye", async () => {
  const heard: string[] = [];
  let ended = "";
  await withServer((socket) => {
    socket.on("data", (bytes) => {
      heard.push(bytes.toString());
      socket.write(`got ${heard.length}`);
    });
    socket.on("end", () => ended = "goodbye");
  }, async (port) => {
    const outcome = await talkTcp({
      host: HOST,
      port,
      timeoutMs: 2_000,
      greeting: bytesOf("hello"),
      answer: (bytes) => new TextDecoder().decode(bytes) === "got 2" ? "done" : bytesOf("again"),
    });
    assert.deepEqual(outcome, { kind: "done" });
  });
  assert.deepEqual(heard, ["hello", "again"]);
  assert.equal(ended, "goodbye");
});

Deno.test("talkTcp without a greeting is done once the connection is open", async () => {
  await withServer(() => {}, async (port) => {
    assert.deepEqual(await talkTcp({ host: HOST, port, timeoutMs: 2_000 }), { kind: "done" });
  });
});

Deno.test("talkTcp tells silence, a hang-up and a refusal apart", async () => {
  const greeting = bytesOf("hello");
  let port = 0;
  await withServer(() => {}, async (open) => {
    port = open;
    assert.deepEqual(await talkTcp({ host: HOST, port, timeoutMs: 60, greeting }), {
      kind: "timeout",
      isOpen: true,
    });
  });
  assert.deepEqual(await talkTcp({ host: HOST, port, timeoutMs: 2_000, greeting }), {
    kind: "failed",
    fault: "refused",
  });
  await withServer((socket) => socket.end(), async (port) => {
    const { kind } = await talkTcp({ host: HOST, port, timeoutMs: 2_000, greeting });
    assert.equal(kind, "closed");
  });
});

Deno.test({
  name: "talkTcp and mayReach answer where the permission is missing, instead of throwing",
  permissions: { net: [HOST] },
  async fn() {
    assert.equal(await mayReach("example.com:80"), false);
    assert.deepEqual(await talkTcp({ host: "example.com", port: 80, timeoutMs: 50 }), {
      kind: "failed",
      fault: "not-permitted",
    });
  },
});

Deno.test("canListen knows a free port from a taken one", async () => {
  await withServer(() => {}, (port) => {
    assert.equal(canListen(HOST, port), false);
    assert.equal(canListen(HOST, 0), true);
    return Promise.resolve();
  });
});

Deno.test("countEntries counts, and has no answer for a folder that is not there", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/a`, "");
  assert.equal(await countEntries(folder), 1);
  await Deno.remove(folder, { recursive: true });
  assert.equal(await countEntries(folder), undefined);
});
