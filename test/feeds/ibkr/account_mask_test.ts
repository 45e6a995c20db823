import assert from "node:assert/strict";
import fc from "fast-check";
import { AccountMask } from "../../../lib/feeds/ibkr/account_mask.ts";
import { textOfBytes } from "../../../lib/model/binary_text.ts";

const FIRST = frame("193\x0020251203 14:00:00 UTC\0");
const ACCOUNTS = frame("15\x001\0DU1234567,U7654321\0");
const LATER = frame("4\x002\0-1\x002104\0Account U7654321 is fine\0");

function frame(text: string): Uint8Array {
  const bytes = new Uint8Array(4 + text.length);
  new DataView(bytes.buffer).setUint32(0, text.length);
  for (let i = 0; i < text.length; i++) bytes[4 + i] = text.charCodeAt(i);
  return bytes;
}

function through(pieces: readonly Uint8Array[]): string {
  const mask = new AccountMask();
  const all = [...pieces.flatMap((piece) => mask.push(piece)), ...mask.flush()];
  return all.map(textOfBytes).join("");
}

Deno.test("AccountMask takes account numbers out, however the bytes are cut, and keeps every length", () => {
  const bytes = Uint8Array.of(...FIRST, ...ACCOUNTS, ...LATER);
  const masked = textOfBytes(bytes).replace("DU1234567", "DU0000000").replaceAll(
    "U7654321",
    "U0000000",
  );
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const pieces = edges.slice(1).map((to, i) => bytes.subarray(edges[i], to));
      assert.equal(through(pieces), masked);
    }),
  );
});

Deno.test("AccountMask lets pass at once what is not TWS, and what breaks off", () => {
  const http = new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n");
  assert.equal(textOfBytes(new AccountMask().push(http)[0]!), "HTTP/1.1 400 Bad Request\r\n\r\n");
  assert.equal(through([FIRST.subarray(0, 9)]), textOfBytes(FIRST.subarray(0, 9)));
  const negative = Uint8Array.of(...FIRST, 255, 255, 255, 255, 65);
  assert.equal(through([negative]), textOfBytes(negative));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
    assert.equal(through([noise]), textOfBytes(noise));
  }));
});

Deno.test("AccountMask lets nothing of a message through that is longer than its kind, and goes on after it", () => {
  const list = `15\x001\0${"DU1234567,".repeat(10_000)}\0`;
  const notice = `4\x002\0-1\x002104\0U7654321 ${"A".repeat(100_000)}\0`;
  const unread = `19\x001\0U7654321${"<xml>".repeat(1_000)}\0`;
  const pieces = [FIRST, ACCOUNTS, frame(list), frame(notice), frame(unread), LATER];
  const bytes = new Uint8Array(pieces.flatMap((piece) => [...piece]));
  for (const size of [bytes.length, 777]) {
    const cut = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, i) => bytes.slice(i * size, (i + 1) * size),
    );
    const passed = through(cut);
    assert.ok(passed.length < 300);
    assert.doesNotMatch(passed, /1234567|7654321/);
    assert.ok(passed.endsWith("Account U0000000 is fine\0"));
  }
});
