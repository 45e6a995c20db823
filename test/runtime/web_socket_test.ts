import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import * as ws from "ws";
import { openWebSocket, type WebSocketEnd } from "../../lib/runtime/web_socket.ts";

/** What the tests use of a socket of `ws`, which brings no types. */
interface ServerSocket {
  send(text: string | Uint8Array): void;
  ping(payload: string): void;
  terminate(): void;
  close(code: number, reason: string): void;
  on(event: string, listener: (data: { toString(): string }) => void): void;
}

interface Peer {
  readonly url: string;
  readonly sockets: ServerSocket[];
  /** Answers upgrades with this status instead. */
  refuse: { status: number; headers: string } | undefined;
  /** A header line of accepted upgrades. */
  greeting: string | undefined;
}

async function withPeer(body: (peer: Peer) => Promise<void>): Promise<void> {
  const server: Server = createServer();
  // deno-lint-ignore no-explicit-any
  const sockets = new (ws as any).WebSocketServer({ noServer: true });
  const peer: Peer = { url: "", sockets: [], refuse: undefined, greeting: undefined };
  sockets.on("headers", (lines: string[]) => {
    if (peer.greeting !== undefined) lines.push(peer.greeting);
  });
  server.on("upgrade", (request, socket, head) => {
    if (peer.refuse !== undefined) {
      const { status, headers } = peer.refuse;
      return void socket.end(`HTTP/1.1 ${status} No\r\n${headers}Content-Length: 2\r\n\r\nno`);
    }
    sockets.handleUpgrade(request, socket, head, (one: ServerSocket) => peer.sockets.push(one));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/stream?streams=a@trade`;
  try {
    await body(Object.assign(peer, { url }));
  } finally {
    for (const socket of peer.sockets) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  }
}

function open(url: string) {
  const texts: string[] = [];
  let onChange = () => {};
  let end: WebSocketEnd | undefined;
  let ends = 0;
  let isOpen = false;
  let headers: Readonly<Record<string, string>> = {};
  const socket = openWebSocket(url, {
    onOpen: (opened) => (headers = opened.headers, isOpen = true, onChange()),
    onText: (text) => (texts.push(text), onChange()),
    onEnd: (what) => (end = what, ends++, onChange()),
  });
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise<void>((resolve) => onChange = resolve);
  };
  return {
    ...{ socket, texts, until },
    opened: () => until(() => isOpen || end !== undefined),
    ended: async () => (await until(() => end !== undefined), end!),
    ends: () => ends,
    headers: () => headers,
  };
}

Deno.test("openWebSocket delivers texts, sends requests and answers each ping once with its payload", async () => {
  await withPeer(async (peer) => {
    const { socket, opened, until, texts } = open(peer.url);
    await opened();
    const [other] = peer.sockets;
    const pongs: string[] = [];
    const heard: string[] = [];
    other!.on("pong", (data) => pongs.push(data.toString()));
    const request = new Promise<void>((resolve) =>
      other!.on("message", (data) => (heard.push(data.toString()), resolve()))
    );
    other!.ping("1764770400123");
    other!.send('{"a":1}');
    other!.send("ü");
    await until(() => texts.length === 2);
    assert.deepEqual(texts, ['{"a":1}', "ü"]);
    socket.send('{"method":"SUBSCRIBE"}');
    await request;
    assert.deepEqual(heard, ['{"method":"SUBSCRIBE"}']);
    assert.deepEqual(pongs, ["1764770400123"]);
    await socket.close();
    await socket.close();
    socket.send("too late");
  });
});

Deno.test("openWebSocket tells how it ended, once", async () => {
  await withPeer(async (peer) => {
    const closed = open(peer.url);
    await closed.opened();
    peer.sockets[0]!.close(1001, "going away");
    assert.deepEqual(await closed.ended(), { kind: "closed", code: 1001, reason: "going away" });
    const cut = open(peer.url);
    await cut.opened();
    peer.sockets[1]!.terminate();
    const end = await cut.ended();
    assert.ok(end.kind === "closed" ? end.code === 1006 : end.kind === "broken");
    await Promise.all([closed.socket.close(), cut.socket.close()]);
    assert.deepEqual([closed.ends(), cut.ends()], [1, 1]);
  });
});

Deno.test("openWebSocket reads status and Retry-After of a refused upgrade and frees the socket", async () => {
  await withPeer(async (peer) => {
    peer.refuse = { status: 429, headers: "Retry-After: 7\r\n" };
    const limited = open(peer.url);
    assert.deepEqual(await limited.ended(), {
      kind: "refused-upgrade",
      status: 429,
      retryAfterMs: 7_000,
    });
    peer.refuse = { status: 451, headers: "" };
    const blocked = open(peer.url);
    const expected = { kind: "refused-upgrade", status: 451, retryAfterMs: undefined };
    assert.deepEqual(await blocked.ended(), expected);
    await Promise.all([limited.socket.close(), blocked.socket.close()]);
    assert.deepEqual([limited.ends(), blocked.ends()], [1, 1]);
  });
});

Deno.test("openWebSocket reads the beginning of what refuses an upgrade, and no more", async () => {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (request) => {
      const head = "HTTP/1.1 418 No\r\nDate: Wed, 03 Dec 2025 14:00:00 GMT\r\n" +
        "Retry-After: Wed, 03 Dec 2025 14:00:30 GMT\r\nContent-Length: 99999999\r\n\r\n";
      // The one goes on for ever, the other never does.
      const isEndless = request.toString().startsWith("GET /endless");
      socket.write(head + (isEndless ? '{"a":"' + "x".repeat(3_000_000) : '{"code":-1003}'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  const serverTime = Date.UTC(2025, 11, 3, 14);
  for (
    const [path, text] of [["endless", '{"a":"' + "x".repeat(994)], ["half", '{"code":-1003}']]
  ) {
    const refused = open(`ws://127.0.0.1:${port}/${path}`);
    assert.deepEqual(await refused.ended(), {
      kind: "refused-upgrade",
      status: 418,
      retryAfterMs: 30_000,
      serverTime,
      text,
    });
    await refused.socket.close();
  }
  await new Promise((resolve) => server.close(resolve));
});

Deno.test("openWebSocket hands on what the server wrote when it accepted the upgrade", async () => {
  await withPeer(async (peer) => {
    peer.greeting = "X-Comove-Simulated: 1";
    const { socket, opened, headers } = open(peer.url);
    await opened();
    assert.equal(headers()["x-comove-simulated"], "1");
    await socket.close();
  });
});

Deno.test("openWebSocket tells why it cannot open", async () => {
  let free = "";
  await withPeer((peer) => Promise.resolve(void (free = peer.url)));
  const faults = [[free, "refused"], ["ws://no-such-host.invalid/", "host-not-found"]] as const;
  for (const [url, fault] of faults) {
    const end = await open(url).ended();
    assert.ok(end.kind === "broken" && end.fault === fault, JSON.stringify(end));
  }
});

Deno.test("openWebSocket says nothing any more once closed, even while connecting", async () => {
  await withPeer(async (peer) => {
    const early = open(peer.url);
    await early.socket.close();
    const late = open(peer.url);
    await late.opened();
    peer.sockets.at(-1)!.send("not heard");
    await late.socket.close();
    assert.deepEqual([early.ends(), late.ends(), late.texts], [0, 0, []]);
  });
});

Deno.test({
  name: "openWebSocket tells that it has no permission instead of bringing the process down",
  permissions: { net: ["127.0.0.1"] },
  async fn() {
    const { promise, resolve } = Promise.withResolvers<WebSocketEnd>();
    const handlers = { onOpen: () => {}, onText: () => {}, onEnd: resolve };
    const socket = openWebSocket("wss://no-such-host.invalid", handlers);
    assert.deepEqual(await promise, { kind: "broken", fault: "not-permitted", cause: undefined });
    await socket.close();
    let isTold = false;
    await openWebSocket("wss://no-such-host.invalid", {
      ...handlers,
      onEnd: () => isTold = true,
    }).close();
    await Promise.resolve();
    assert.equal(isTold, false);
  },
});
