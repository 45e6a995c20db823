import assert from "node:assert/strict";
import fc from "fast-check";
import { TextMask } from "../../../lib/feeds/ibkr/text_mask.ts";
import { bytesOfText, textOfBytes } from "../../../lib/model/binary_text.ts";
import { MUST_KEEP, MUST_MASK } from "../../model/secrets/texts.ts";

function frame(text: string): Uint8Array {
  const body = new TextEncoder().encode(text);
  const bytes = new Uint8Array(4 + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length);
  bytes.set(body, 4);
  return bytes;
}

const FIRST = frame("193\x0020251203 14:00:00 UTC\0");

/** The messages that come out of a mask, each without its length. */
function through(pieces: readonly Uint8Array[]): string[] {
  const mask = new TextMask();
  const all = [...pieces.flatMap((piece) => mask.push(piece)), ...mask.flush()];
  return all.map((bytes) => {
    assert.equal(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), bytes.length - 4);
    return textOfBytes(bytes.subarray(4));
  });
}

Deno.test("TextMask takes the secrets out of TWS's notices, and leaves every message whole", () => {
  for (const [said, secret] of MUST_MASK) {
    const [, notice] = through([FIRST, frame(`4\x002\0-1\x002104\0${said}\0\0`)]);
    assert.ok(notice!.startsWith("4\x002\0-1\x002104\0") && notice!.endsWith("\0\0"), notice!);
    assert.equal(notice!.split("\0").length, 7);
    assert.ok(!notice!.includes(secret), notice!);
  }
});

Deno.test("TextMask passes prices and ordinary notices byte for byte, however they are cut", () => {
  const texts = MUST_KEEP.map((said) => `4\x002\0-1\x002104\0${said}\0\0`);
  const bytes = Uint8Array.of(...FIRST, ...texts.flatMap((text) => [...frame(text)]));
  const whole = texts.map((text) => textOfBytes(frame(text).subarray(4)));
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const pieces = edges.slice(1).map((to, i) => bytes.subarray(edges[i], to));
      assert.deepEqual(through(pieces).slice(1), whole);
    }),
    { numRuns: 20 },
  );
});

Deno.test("TextMask masks what is no TWS as a text", () => {
  const mask = new TextMask();
  const http = bytesOfText("HTTP/1.1 400 Bad Request\r\nSet-Cookie: sid=hunter2\r\n\r\n");
  const seen = [...mask.push(http), ...mask.flush()].map(textOfBytes).join("");
  assert.equal(seen, "HTTP/1.1 400 Bad Request\r\nSet-Cookie: ***\r\n\r\n");
});
