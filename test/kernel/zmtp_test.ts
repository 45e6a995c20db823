import assert from "node:assert/strict";
import fc from "fast-check";
import {
  ZmtpDecoder,
  type ZmtpEvent,
  zmtpGreeting,
  zmtpMessage,
  zmtpReady,
  zmtpSubscribeAll,
} from "../../lib/kernel/zmtp.ts";

const hex = (text: string) => Uint8Array.from(text.match(/../g)!, (byte) => parseInt(byte, 16));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** What a Deno 2.9.6 kernel says on its shell port, recorded: greeting, then READY as a ROUTER. */
const RECORDED = hex(
  "ff00000000000000007f03004e554c4c" + "00".repeat(48) +
    "041c0552454144590b536f636b65742d5479706500000006524f55544552",
);

const frame = (flags: number, body: Uint8Array) => Uint8Array.of(flags, body.length, ...body);
const greeted = () => {
  const decoder = new ZmtpDecoder({ maxMessageBytes: 1_000, maxParts: 4 });
  decoder.push(RECORDED);
  return decoder;
};

Deno.test("ZmtpDecoder reads what a real kernel says", () => {
  const [greeting, ready, ...rest] = new ZmtpDecoder().push(RECORDED);
  assert.deepEqual(greeting, { kind: "greeting", version: "3.0" });
  assert.ok(ready?.kind === "command");
  assert.equal(ready.name, "READY");
  assert.equal(text(ready.body), "\x0bSocket-Type\0\0\0\x06ROUTER");
  assert.deepEqual(rest, []);
});

Deno.test("zmtpGreeting and zmtpReady are the bytes of the specification", () => {
  assert.deepEqual(zmtpGreeting(), RECORDED.subarray(0, 64));
  const identity = "084964656e7469747900000000";
  assert.deepEqual(
    zmtpReady("SUB"),
    hex("04260552454144590b536f636b65742d5479706500000003535542" + identity),
  );
  const ready = greeted().push(zmtpReady("DEALER", "abc"))[0];
  assert.ok(ready?.kind === "command");
  assert.equal(text(ready.body), "\x0bSocket-Type\0\0\0\x06DEALER\x08Identity\0\0\0\x03abc");
  assert.deepEqual(zmtpSubscribeAll(), hex("000101"));
});

Deno.test("zmtpMessage takes the long form above 255 bytes, and every part but the last says that more follow", () => {
  const message = zmtpMessage([new Uint8Array(255), new Uint8Array(256)]);
  assert.deepEqual([...message.subarray(0, 2)], [1, 255]);
  assert.deepEqual([...message.subarray(257, 266)], [2, 0, 0, 0, 0, 0, 0, 1, 0]);
  assert.equal(message.length, 2 + 255 + 9 + 256);
});

Deno.test("ZmtpDecoder gives the same events however the bytes are cut", () => {
  const part = fc.uint8Array({ maxLength: 600 });
  const messages = fc.array(fc.array(part, { minLength: 1, maxLength: 6 }), { maxLength: 5 });
  fc.assert(fc.property(messages, fc.array(fc.nat()), (sent, cuts) => {
    const bytes = [...RECORDED, ...sent.flatMap((parts) => [...zmtpMessage(parts)])];
    const at = [...new Set([0, ...cuts.map((cut) => cut % bytes.length), bytes.length])]
      .sort((a, b) => a - b);
    const decoder = new ZmtpDecoder();
    const events = at.slice(1).flatMap((end, i) =>
      decoder.push(Uint8Array.from(bytes.slice(at[i], end)))
    );
    const read = events.flatMap((event) => event.kind === "message" ? [event.parts] : []);
    assert.deepEqual(read, sent);
    assert.equal(events.length, 2 + sent.length);
  }));
});

Deno.test("ZmtpDecoder answers any bytes with values, and nothing follows malformed", () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
  fc.assert(fc.property(fc.boolean(), chunks, (isGreeted, noise) => {
    const decoder = new ZmtpDecoder({ maxMessageBytes: 500 });
    if (isGreeted) decoder.push(RECORDED);
    const events = noise.flatMap((bytes) => decoder.push(bytes));
    const at = events.findIndex(({ kind }) => kind === "malformed");
    if (at < 0) return;
    assert.equal(at, events.length - 1);
    assert.deepEqual(decoder.push(RECORDED), []);
  }));
});

function reasonOf(events: readonly ZmtpEvent[]): string {
  const last = events.at(-1);
  return last?.kind === "malformed" ? last.reason : `no complaint but ${JSON.stringify(last)}`;
}

Deno.test("ZmtpDecoder says why it refuses a peer", () => {
  const http = new TextEncoder().encode("HTTP/1.1 400");
  assert.match(reasonOf(new ZmtpDecoder().push(http)), /does not greet/);
  const old = RECORDED.slice(0, 64);
  old[10] = 2;
  assert.match(reasonOf(new ZmtpDecoder().push(old)), /ZMTP 2\.0, and 3\.0 is needed/);
  const plain = RECORDED.slice(0, 64);
  plain.set(new TextEncoder().encode("PLAIN"), 12);
  assert.match(reasonOf(new ZmtpDecoder().push(plain)), /security mechanism PLAIN/);
});

Deno.test("ZmtpDecoder keeps to its bounds without waiting for what is beyond them", () => {
  // A frame that announces 2^60 bytes.
  assert.match(reasonOf(greeted().push(hex("021000000000000000"))), /at most 1000 are taken/);
  const big = new Uint8Array(600);
  assert.match(reasonOf(greeted().push(zmtpMessage([big, big]))), /1200 bytes/);
  const parts = Array.from({ length: 5 }, () => new Uint8Array(1));
  assert.match(reasonOf(greeted().push(zmtpMessage(parts))), /more than 4 parts/);
  assert.equal(greeted().push(zmtpMessage(parts.slice(1)))[0]?.kind, "message");
  assert.match(reasonOf(greeted().push(frame(8, big.subarray(0, 3)))), /flags 8/);
  assert.match(reasonOf(greeted().push(frame(5, big.subarray(0, 3)))), /cut into frames/);
  assert.match(reasonOf(greeted().push(frame(4, Uint8Array.of(9, 65)))), /has no name/);
});

Deno.test("ZmtpDecoder takes a large message in small pieces in linear time", () => {
  const body = new Uint8Array(8_000_000).fill(7);
  const bytes = zmtpMessage([body]);
  const decoder = new ZmtpDecoder();
  decoder.push(RECORDED);
  const events: ZmtpEvent[] = [];
  const since = performance.now();
  for (let at = 0; at < bytes.length; at += 4_096) {
    events.push(...decoder.push(bytes.slice(at, at + 4_096)));
  }
  assert.equal(events.length, 1);
  assert.ok(events[0]?.kind === "message" && events[0].parts[0]!.length === body.length);
  // Quadratic copying would move 8 GB.
  assert.ok(performance.now() - since < 1_500);
});
