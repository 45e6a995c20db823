import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Filtered,
  FrameFilter,
  isRead,
  withCutFields,
  withoutOrderJson,
} from "../../../lib/feeds/ibkr/frame_filter.ts";
import { encodeFrame } from "../../../lib/wire/tws_frame.ts";

function frame(text: string): Uint8Array {
  const body = new TextEncoder().encode(text);
  return new Uint8Array([0, 0, body.length >> 8, body.length & 255, ...body]);
}

const HELLO = frame("193\0now\0");

function textOf(filtered: Filtered): string {
  return filtered.kind === "frame"
    ? new TextDecoder().decode(filtered.bytes.subarray(4))
    : filtered.kind;
}

Deno.test("FrameFilter gives the same frames however the bytes are cut", () => {
  const messages = ["15\x001\x00DU1\0", "9\x001\x001\0", "49\x001\x001764772200\0"];
  const all = new Uint8Array([HELLO, ...messages.map(frame)].flatMap((bytes) => [...bytes]));
  fc.assert(fc.property(fc.array(fc.nat(all.length), { maxLength: 20 }), (cuts) => {
    const filter = new FrameFilter();
    const edges = [0, ...cuts.sort((a, b) => a - b), all.length];
    const found = edges.slice(1).flatMap((to, i) => filter.push(all.slice(edges[i], to)));
    assert.deepEqual(found.map(textOf), ["193\0now\0", ...messages]);
  }));
});

Deno.test("FrameFilter drops a frame without its end mark and keeps the next", () => {
  const filter = new FrameFilter();
  filter.push(HELLO);
  const found = filter.push(new Uint8Array([...frame("50\x003\x001"), ...frame("9\x001\x001\0")]));
  assert.deepEqual(found.map(({ kind }) => kind), ["dropped", "frame"]);
});

Deno.test("FrameFilter ends at a length that cannot be", () => {
  for (const header of [[0xff, 0xff, 0xff, 0xfc], [0x7f, 0xff, 0xff, 0xff], [0, 0, 0, 0]]) {
    const filter = new FrameFilter();
    filter.push(HELLO);
    assert.deepEqual(filter.push(new Uint8Array(header)).map(({ kind }) => kind), ["broken"]);
    assert.deepEqual(filter.push(HELLO), []);
  }
});

Deno.test("FrameFilter quotes the first line of a server that is not TWS", () => {
  const filter = new FrameFilter();
  const [found] = filter.push(new TextEncoder().encode("SSH-2.0-OpenSSH_9.2\r\nmore"));
  assert.deepEqual(found, { kind: "not-tws", said: "SSH-2.0-OpenSSH_9.2" });
});

Deno.test("FrameFilter never throws and never keeps more than one frame, whatever comes", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => {
    const filter = new FrameFilter();
    filter.push(HELLO);
    for (const chunk of chunks) filter.push(chunk);
  }));
});

Deno.test("isRead knows the messages worth decoding by their number", () => {
  assert.equal(isRead(encodeFrame([50, 3, 1])), true);
  assert.equal(isRead(encodeFrame([4, 2, -1, 2104, "farm"])), true);
  assert.equal(isRead(encodeFrame([97, 4, 20_251_203])), false);
  assert.equal(isRead(encodeFrame(["", 1])), false);
  assert.equal(isRead(encodeFrame(["x".repeat(1_000)])), false);
});

Deno.test("withoutOrderJson empties the one field that nobody needs and leaves the rest alone", () => {
  const notice = (json: string) => encodeFrame([4, 2, -1, 2104, "farm é", json]);
  assert.deepEqual(withoutOrderJson(notice("{broken")), notice(""));
  assert.deepEqual(withoutOrderJson(notice('{"rejects":[]}')), notice(""));
  const others = [
    notice(""),
    encodeFrame([4, 2, -1, 2104, "old"]),
    encodeFrame([4]),
    encodeFrame([50, 3, 7, 1, 2, "{x"]),
    encodeFrame([45, 2, 3, 4, 5, "{x"]),
  ];
  for (const frame of others) assert.equal(withoutOrderJson(frame), frame);
});

Deno.test("withoutOrderJson gives a whole frame, whatever comes", () => {
  fc.assert(fc.property(fc.array(fc.string({ maxLength: 9 }), { maxLength: 9 }), (texts) => {
    const fields = ["4", ...texts.map((text) => text.replaceAll("\0", ""))];
    const kept = new TextDecoder().decode(withoutOrderJson(encodeFrame(fields)).subarray(4));
    const want = fields.map((field, i) => i === 5 ? "" : field);
    assert.equal(kept, new TextDecoder().decode(encodeFrame(want).subarray(4)));
  }));
});

Deno.test("FrameFilter lets no message through that is longer or has more fields than its kind", () => {
  const long = [
    encodeFrame([15, 1, "D".repeat(20_000)]),
    encodeFrame([4, 2, -1, 2104, "A".repeat(10_000_000), ""]),
    encodeFrame([15, 1, ...new Array(8_000).fill("")]),
    encodeFrame([49, 1, "9".repeat(100)]),
    encodeFrame([17, 1, ...new Array(120_000).fill("")]),
  ];
  for (const message of long) {
    for (const piece of [message.length, 65_536, 1_000]) {
      const filter = new FrameFilter();
      filter.push(HELLO);
      const found: Filtered[] = [];
      for (let at = 0; at < message.length; at += piece) {
        found.push(...filter.push(message.slice(at, at + piece)));
      }
      found.push(...filter.push(frame("9\x001\x001\0")));
      assert.deepEqual(found.map(({ kind }) => kind), ["dropped", "frame"]);
    }
  }
  const filter = new FrameFilter();
  filter.push(HELLO);
  const unread = filter.push(encodeFrame([19, 1, "<xml>".repeat(100_000)]));
  assert.deepEqual(unread, [], "what nobody reads is no fault");
});

Deno.test("withCutFields cuts a field where it is longer than anybody reads, and nothing else", () => {
  const notice = (text: string) => encodeFrame([4, 2, -1, 2104, text, ""]);
  assert.deepEqual(withCutFields(notice("A".repeat(60_000))), notice("A".repeat(3_000)));
  for (
    const same of [notice("farm"), notice("A".repeat(3_000)), encodeFrame([10, "h".repeat(8_000)])]
  ) {
    assert.equal(withCutFields(same), same);
  }
  const both = (a: number, b: number) => encodeFrame([4, "A".repeat(a), 1, "B".repeat(b), 2]);
  assert.deepEqual(withCutFields(both(5_000, 9_000)), both(3_000, 3_000));
});
