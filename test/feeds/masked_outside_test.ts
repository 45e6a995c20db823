import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { maskedNetwork } from "../../lib/feeds/masked_outside.ts";
import { HttpFailure } from "../../lib/runtime/http.ts";
import type { WebSocketEnd, WebSocketHandlers } from "../../lib/runtime/web_socket.ts";
import { MUST_MASK } from "../model/secrets/texts.ts";

/** A venue that says whatever it is given. */
function hostile(said: string) {
  const peer = Object.assign(new EventEmitter(), {
    closed: false,
    write() {},
    end() {},
    destroy() {},
  });
  const sockets: WebSocketHandlers[] = [];
  const network = maskedNetwork({
    httpGet: (url) =>
      url === "fails" ? Promise.reject(new HttpFailure("lost", said)) : Promise.resolve({
        status: 400,
        headers: {},
        text: JSON.stringify({ code: -1, msg: said }),
      }),
    openWebSocket: (_url, handlers) => {
      sockets.push(handlers);
      return { send() {}, close: () => Promise.resolve() };
    },
    connectTcp: () => peer,
  });
  return { network, peer, sockets };
}

Deno.test("maskedNetwork lets no secret in, by whichever way a venue says it", async () => {
  for (const [said, secret] of MUST_MASK) {
    const { network, peer, sockets } = hostile(said);
    const seen: string[] = [];
    const reply = await network.httpGet("answers", { timeoutMs: 1 });
    seen.push(reply.text);
    assert.equal(JSON.parse(reply.text).code, -1);
    const failure = await network.httpGet("fails", { timeoutMs: 1 }).catch((error) => error);
    assert.ok(failure instanceof HttpFailure && failure.fault === "lost");
    seen.push(failure.message, String(failure.cause));
    const ends: WebSocketEnd[] = [];
    network.openWebSocket("ws://x", {
      onOpen() {},
      onText: (text) => seen.push(text),
      onEnd: (end) => ends.push(end),
    });
    sockets[0]!.onText(JSON.stringify({ error: { code: 2, msg: said }, id: 1 }));
    sockets[0]!.onText(said);
    sockets[0]!.onEnd({ kind: "closed", code: 1008, reason: said });
    sockets[0]!.onEnd({
      kind: "broken",
      fault: "tls",
      cause: Object.assign(new Error(said), { code: "E" }),
    });
    const [closed, broken] = ends;
    assert.ok(closed?.kind === "closed" && broken?.kind === "broken");
    assert.equal((broken.cause as { code?: string }).code, "E");
    seen.push(closed.reason, String(broken.cause));
    const upper = { push: (bytes: Uint8Array) => [bytes], flush: () => [] };
    const socket = network.connectTcp({ host: "127.0.0.1", port: 1, mask: () => upper });
    socket.on("error", (error) => seen.push(error.message));
    peer.emit("error", new Error(said));
    assert.equal(seen.length, 8);
    for (const text of seen) assert.ok(!text.includes(secret), `${said} became ${text}`);
  }
});

Deno.test("maskedNetwork passes what holds no secret as it came", async () => {
  const { network, sockets } = hostile("Invalid symbol.");
  const reply = await network.httpGet("answers", { timeoutMs: 1 });
  assert.equal(reply.text, '{"code":-1,"msg":"Invalid symbol."}');
  const seen: unknown[] = [];
  network.openWebSocket("ws://x", {
    onOpen: (opened) => seen.push(opened),
    onText: (text) => seen.push(text),
    onEnd: (end) => seen.push(end),
  });
  const end = { kind: "broken", fault: "lost", cause: new Error("reset") } as const;
  sockets[0]!.onOpen({ headers: { a: "b" } });
  sockets[0]!.onText('{"p":"94000.10"}');
  sockets[0]!.onEnd(end);
  assert.deepEqual(seen, [{ headers: { a: "b" } }, '{"p":"94000.10"}', end]);
});

Deno.test("maskedNetwork passes bytes through the mask of their connection, the rest at the end", () => {
  const { network, peer } = hostile("");
  const mask = () => ({
    push: (bytes: Uint8Array) => [bytes.map((byte) => byte & ~0x20)],
    flush: () => [Uint8Array.of(0x2e)],
  });
  const socket = network.connectTcp({ host: "127.0.0.1", port: 1, mask });
  const seen: string[] = [];
  socket.on("data", (bytes) => seen.push(new TextDecoder().decode(bytes)));
  socket.on("end", () => seen.push("end"));
  socket.on("close", () => seen.push("close"));
  peer.emit("data", new TextEncoder().encode("abc"));
  peer.emit("end");
  peer.emit("close");
  assert.deepEqual(seen, ["ABC", ".", "end", "close"]);
});
