import assert from "node:assert/strict";
import fc from "fast-check";
import {
  encodeFrame,
  type TwsFrame,
  TwsFrameDecoder,
  withLength,
} from "../../lib/wire/tws_frame.ts";
import { sharedBytes } from "../support/shared_data.ts";

const field = fc.oneof(
  fc.string({ maxLength: 12 }).map((text) => text.replaceAll("\0", "")),
  fc.constantFrom("", "ESZ5", "4028.75", "ä€😀"),
);
const message = fc.array(field, { minLength: 1, maxLength: 8 });

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function fieldsOf(frames: readonly TwsFrame[]): (readonly string[])[] {
  return frames.map((frame) => {
    assert.equal(frame.kind, "frame");
    return frame.kind === "frame" ? frame.fields : [];
  });
}

Deno.test("TwsFrameDecoder gives back what encodeFrame wrote, wherever the bytes are cut", () => {
  fc.assert(fc.property(
    fc.array(message, { minLength: 1, maxLength: 6 }),
    fc.array(fc.nat(400), { maxLength: 12 }),
    (messages, cuts) => {
      const bytes = concat(messages.map((fields) => encodeFrame(fields)));
      const decoder = new TwsFrameDecoder();
      const at = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) =>
        a - b
      );
      let from = 0;
      const frames = at.flatMap((to) => {
        const part = bytes.slice(from, to);
        from = to;
        return decoder.push(part);
      });
      assert.deepEqual(fieldsOf(frames), messages);
    },
  ));
});

Deno.test("TwsFrameDecoder takes one byte at a time and cuts at every place", () => {
  const messages = [["10", "1", "ES"], ["", ""], ["52", "1", "7"]];
  const bytes = concat(messages.map((fields) => encodeFrame(fields)));
  const single = new TwsFrameDecoder();
  assert.deepEqual(
    fieldsOf([...bytes].flatMap((byte) => single.push(new Uint8Array([byte])))),
    messages,
  );
  for (let cut = 0; cut <= bytes.length; cut++) {
    const decoder = new TwsFrameDecoder();
    const frames: TwsFrame[] = [
      ...decoder.push(bytes.slice(0, cut)),
      ...decoder.push(bytes.slice(cut)),
    ];
    assert.deepEqual(fieldsOf(frames), messages, `cut at ${cut}`);
  }
});

Deno.test("encodeFrame writes every number so that it reads back as the same number", () => {
  fc.assert(fc.property(fc.double({ noNaN: true }), (value) => {
    const [frame] = new TwsFrameDecoder().push(encodeFrame([value]));
    assert.equal(
      frame?.kind === "frame" && Object.is(Number(frame.fields[0]) + 0, value + 0),
      true,
    );
  }));
});

Deno.test("encodeFrame refuses a field that holds a NUL", () => {
  assert.throws(() => encodeFrame(["a\0b"]), RangeError);
});

Deno.test("TwsFrameDecoder stops at a length beyond its limit and stays stopped", () => {
  for (const length of [0, 101, 0x7fff_ffff, 0xffff_ffff]) {
    const decoder = new TwsFrameDecoder({ maxLength: 100 });
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, length);
    const frames = decoder.push(concat([encodeFrame(["49", "1"]), head]));
    assert.deepEqual(frames.map(({ kind }) => kind), ["frame", "broken"]);
    assert.deepEqual(decoder.push(encodeFrame(["49", "1"])), []);
  }
});

Deno.test("TwsFrameDecoder stops at a message without its end mark", () => {
  const bytes = concat([withLength(new TextEncoder().encode("49\x001")), encodeFrame(["49", "1"])]);
  const frames = new TwsFrameDecoder().push(bytes);
  assert.deepEqual(frames.map(({ kind }) => kind), ["broken"]);
});

Deno.test("TwsFrameDecoder refuses a limit that is no whole number above 0", () => {
  for (const maxLength of [0, -1, 1.5, NaN]) {
    assert.throws(() => new TwsFrameDecoder({ maxLength }), RangeError);
  }
});

Deno.test("TwsFrameDecoder reads frames captured from a real Gateway, cut at any byte", async () => {
  const bytes = await sharedBytes("tws/tws_frames_contractDetails_DC_20240326.bin");
  if (bytes === undefined) return;
  const whole = fieldsOf(new TwsFrameDecoder().push(bytes));
  assert.equal(whole.length, 10);
  assert.ok(whole.slice(0, 9).every((fields) => fields[0] === "10" && fields[2] === "DA"));
  assert.deepEqual(whole[9], ["52", "1", "-10"]);
  assert.deepEqual(concat(whole.map((fields) => encodeFrame(fields))), new Uint8Array(bytes));
  for (let cut = 0; cut <= bytes.length; cut += 7) {
    const decoder = new TwsFrameDecoder();
    const frames: TwsFrame[] = [
      ...decoder.push(bytes.slice(0, cut)),
      ...decoder.push(bytes.slice(cut)),
    ];
    assert.deepEqual(fieldsOf(frames), whole);
  }
});

Deno.test("encodeFrame and TwsFrameDecoder carry every captured message unchanged", async () => {
  const bytes = await sharedBytes("tws/tws_wire_messages.jsonl.gz");
  if (bytes === undefined) return;
  const stream = new Response(bytes).body!.pipeThrough(new DecompressionStream("gzip"));
  const lines = (await new Response(stream).text()).trim().split("\n");
  const captured = lines.map((line) => JSON.parse(line).fields as string[]);
  assert.equal(captured.length, 20);
  const sent = concat(captured.map((fields) => encodeFrame(fields)));
  assert.deepEqual(fieldsOf(new TwsFrameDecoder().push(sent)), captured);
});
