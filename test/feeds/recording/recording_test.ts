import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { WebSocketHandlers } from "../../../lib/runtime/web_socket.ts";
import { maskedNetwork } from "../../../lib/feeds/masked_outside.ts";
import { Recording } from "../../../lib/feeds/recording/recording.ts";
import type { Row } from "../../../lib/feeds/recording/tape_row.ts";
import { afterTurn } from "../../../lib/runtime/after_turn.ts";
import type { HttpReply } from "../../../lib/runtime/http.ts";
import { ManualClock } from "../../support/manual_clock.ts";

/** A recording whose outside is moved by hand. */
function rig() {
  const clock = new ManualClock();
  const rows: Row[] = [];
  const urls: string[] = [];
  const sockets: WebSocketHandlers[] = [];
  const replies: PromiseWithResolvers<HttpReply>[] = [];
  const peers: EventEmitter[] = [];
  const network = maskedNetwork({
    httpGet: (url) => {
      urls.push(url);
      replies.push(Promise.withResolvers());
      return replies.at(-1)!.promise;
    },
    openWebSocket: (url, handlers) => {
      urls.push(url);
      sockets.push(handlers);
      return { send() {}, close: () => Promise.resolve() };
    },
    connectTcp: () => {
      const peer = new EventEmitter();
      peers.push(peer);
      return Object.assign(peer, { closed: false, write() {}, end() {}, destroy() {} });
    },
  });
  const recording = new Recording({
    afterTurn,
    sink: { write: (row) => void rows.push(row), end: () => Promise.resolve() },
    machine: { clock, random: () => 0.5, ...network },
  });
  return { recording, clock, rows, urls, sockets, replies, peers };
}

/** Lets every input that waits be told, a turn each: so many ms may be a single turn. */
async function told(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>(afterTurn);
}

Deno.test("Recording tells inputs one at a time, each to its end, under a clock that stands still", async () => {
  const { recording, clock, rows, sockets } = rig();
  const seen: string[] = [];
  await recording.begin(() =>
    recording.openWebSocket("ws://x", {
      onOpen() {},
      async onText(text) {
        seen.push(`${text} begins at ${recording.clock.monotonic()}`);
        for (let i = 0; i < 50; i++) await undefined;
        seen.push(`${text} ends at ${recording.clock.monotonic()}`);
      },
      onEnd() {},
    })
  );
  await told();
  const [socket] = sockets;
  socket!.onText("a");
  void clock.advance(3);
  socket!.onText("b");
  await told();
  await clock.advance(4);
  socket!.onText("c");
  await told();
  assert.deepEqual(
    seen,
    ["a", "b", "c"].flatMap((text) => {
      const at = rows.find((row) => "in" in row && row.in === "socket-text" && row.text === text);
      return [
        `${text} begins at ${(at as { at: number }).at}`,
        `${text} ends at ${(at as { at: number }).at}`,
      ];
    }),
  );
  const stamps = rows.flatMap((row) => "in" in row ? [row.at] : []);
  assert.deepEqual(stamps, [...stamps].sort((a, b) => a - b));
  assert.equal(stamps.at(-1), 7);
  await recording.end();
});

Deno.test("Recording writes no password of an address and no cookie, and yet uses the one and passes the answer", async () => {
  const { recording, rows, urls, replies } = rig();
  const { openWebSocket, httpGet } = recording;
  let reply: HttpReply | undefined;
  await recording.begin(() => {
    openWebSocket("wss://me:hunter2@proxy/stream", { onOpen() {}, onText() {}, onEnd() {} });
    void httpGet("https://me:hunter2@proxy/api", { timeoutMs: 9 }).then((got) => reply = got);
  });
  await told();
  replies[0]!.resolve({
    status: 200,
    headers: { "set-cookie": "id=hunter2", "retry-after": "3" },
    text: "[]",
  });
  await told();
  assert.deepEqual(urls.map((url) => url.includes("me:hunter2@")), [true, true]);
  assert.doesNotMatch(JSON.stringify(rows), /hunter2/);
  assert.match(JSON.stringify(rows), /wss:\/\/proxy\/stream/);
  assert.deepEqual(reply, { status: 200, headers: { "retry-after": "3" }, text: "[]" });
  await recording.end();
});

Deno.test("Recording tells nothing to a socket that was closed, and settles what was given up at once", async () => {
  const { recording, rows, sockets, replies } = rig();
  const { openWebSocket, httpGet } = recording;
  const ending = new AbortController();
  let failure: unknown;
  const heard: string[] = [];
  const socket = await recording.begin(() => {
    httpGet("https://x", { timeoutMs: 9, signal: ending.signal }).catch((error) => failure = error);
    return openWebSocket("ws://x", {
      onOpen() {},
      onText: (text) => void heard.push(text),
      onEnd() {},
    });
  });
  await told();
  const gone = socket.close();
  sockets[0]!.onText("too late");
  ending.abort("enough");
  await gone;
  assert.equal(failure, "enough");
  assert.deepEqual(heard, []);
  replies[0]!.resolve({ status: 200, headers: {}, text: "late" });
  await recording.end();
  const kinds = rows.flatMap((row) => "in" in row ? [row.in] : "out" in row ? [row.out] : []);
  assert.deepEqual(kinds, [
    ...["start", "http-ask", "socket-dial", "socket-close", "http-abandon", "socket-gone"],
  ]);
});

Deno.test("Recording writes and passes on bytes as they come, but for what the venue masks", async () => {
  const { recording, rows, peers } = rig();
  const passed: string[] = [];
  await recording.begin(() => {
    const address = { host: "127.0.0.1", port: 4_002 };
    const upper = (bytes: Uint8Array) => [bytes.map((byte) => byte & ~0x20)];
    const mask = () => ({ push: upper, flush: () => [Uint8Array.of(0x2e)] });
    for (
      const peer of [recording.connectTcp(address), recording.connectTcp({ ...address, mask })]
    ) {
      peer.on("data", (bytes) => passed.push(new TextDecoder().decode(bytes)));
    }
  });
  for (const peer of peers) {
    peer.emit("connect");
    peer.emit("data", new TextEncoder().encode("secret"));
    peer.emit("end");
  }
  await told();
  const written = rows.flatMap((row) => "in" in row && row.in === "tcp-data" ? [row.bytes] : []);
  assert.deepEqual(written, ["secret", "SECRET", "."]);
  assert.deepEqual(passed, written, "the market must see what a replay will show it");
});
