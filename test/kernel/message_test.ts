import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeMessage, encodeRequest } from "../../lib/kernel/message.ts";
import { hmacSigner } from "../../lib/runtime/signer.ts";

const KEY = "a-key";
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (part: Uint8Array | undefined) => new TextDecoder().decode(part);

function request() {
  return encodeRequest({
    type: "execute_request",
    content: { code: "1 + 1" },
    session: "session-1",
    signer: hmacSigner(KEY),
    uniqueId: () => "id-1",
    now: Date.UTC(2025, 11, 3, 14),
  });
}

/** A message as a kernel sends it. */
function sent(header: unknown, parent: unknown, content: unknown, key = KEY): Uint8Array[] {
  const signed = [header, parent, {}, content].map((part) => bytes(JSON.stringify(part)));
  return [bytes("topic"), bytes("<IDS|MSG>"), bytes(hmacSigner(key).sign(signed)), ...signed];
}

Deno.test("hmacSigner signs as RFC 4231 says, and knows a wrong signature", () => {
  const signer = hmacSigner("Jefe");
  const parts = [bytes("what do ya want "), bytes("for nothing?")];
  const right = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
  assert.equal(signer.sign(parts), right);
  assert.ok(signer.isSigned(parts, right));
  assert.ok(!signer.isSigned(parts, right.replace("5", "6")));
  assert.ok(!signer.isSigned(parts, ""));
});

Deno.test("encodeRequest makes the parts of the protocol, in order and signed", () => {
  const { id, parts } = request();
  assert.equal(id, "id-1");
  assert.equal(text(parts[0]), "<IDS|MSG>");
  assert.equal(text(parts[1]), hmacSigner(KEY).sign(parts.slice(2)));
  assert.deepEqual(JSON.parse(text(parts[2])), {
    msg_id: "id-1",
    msg_type: "execute_request",
    session: "session-1",
    username: "comove",
    date: "2025-12-03T14:00:00.000Z",
    version: "5.3",
  });
  assert.deepEqual(parts.slice(3).map((part) => JSON.parse(text(part))), [{}, {}, {
    code: "1 + 1",
  }]);
});

Deno.test("decodeMessage reads a signed message, with or without a topic before it", () => {
  const header = { msg_type: "stream", msg_id: "m", date: "2025-12-03T14:00:00Z" };
  const parts = sent(header, { msg_id: "p" }, { text: "hi" });
  const message = {
    type: "stream",
    id: "m",
    parentId: "p",
    date: "2025-12-03T14:00:00Z",
    content: { text: "hi" },
  };
  assert.deepEqual(decodeMessage(parts, hmacSigner(KEY)), { kind: "message", message });
  assert.deepEqual(decodeMessage(parts.slice(1), hmacSigner(KEY)), { kind: "message", message });
});

Deno.test("decodeMessage refuses what was signed by another or changed on its way", () => {
  const header = { msg_type: "stream", msg_id: "m" };
  const refusal = (parts: Uint8Array[]) => {
    const decoded = decodeMessage(parts, hmacSigner(KEY));
    return decoded.kind === "refused" ? decoded.reason : "taken";
  };
  const good = sent(header, {}, { text: "hi" });
  assert.equal(refusal(good), "taken");
  assert.match(refusal(sent(header, {}, { text: "hi" }, "other")), /signature/);
  assert.match(refusal(good.with(6, bytes(`{"text":"ho"}`))), /signature/);
  assert.match(refusal(good.slice(0, 5)), /parts are missing/);
  assert.match(refusal(good.slice(2)), /no delimiter/);
  assert.match(refusal(sent([], {}, {})), /not a JSON object/);
  assert.match(refusal(sent({}, {}, {})), /has no type/);
});

Deno.test("decodeMessage answers any parts with a value", () => {
  const part = fc.oneof(fc.uint8Array(), fc.constant(bytes("<IDS|MSG>")), fc.json().map(bytes));
  fc.assert(fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
    assert.equal(decodeMessage(parts, hmacSigner(KEY)).kind, "refused");
  }));
});
