import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeManifest, encodeManifest } from "../../../lib/feeds/recording/manifest.ts";
import { bytesOfText, textOfBytes } from "../../../lib/model/binary_text.ts";
import { decodeRow, encodeRow, type Row } from "../../../lib/feeds/recording/tape_row.ts";
import { MANIFEST } from "./tapes.ts";

const stamp = { at: 1_234.567_890_123, wall: 1_764_771_000_000 };
const ROWS: readonly Row[] = [
  { ...stamp, in: "start" },
  { ...stamp, in: "timer", id: 7, delayMs: 0.1 + 0.2 },
  { ...stamp, in: "socket-open", id: 1 },
  { ...stamp, in: "socket-text", id: 1, text: '{"a":"é\u2028\\n"}\n' },
  { ...stamp, in: "socket-end", id: 1, end: { kind: "closed", code: 1006, reason: "" } },
  { ...stamp, in: "socket-end", id: 1, end: { kind: "broken", fault: "tls", message: "x" } },
  { ...stamp, in: "socket-end", id: 1, end: { kind: "refused-upgrade", status: 429 } },
  { ...stamp, in: "socket-gone", id: 1 },
  { ...stamp, in: "http-answer", id: 1, status: 200, headers: { date: "now" }, text: "[]" },
  { ...stamp, in: "http-failure", id: 1, fault: "refused", message: "ECONNREFUSED" },
  { ...stamp, in: "tcp-open", id: 1 },
  { ...stamp, in: "tcp-data", id: 1, bytes: "\0\0\0\x05\xff" },
  { ...stamp, in: "tcp-end", id: 1 },
  { ...stamp, in: "tcp-error", id: 1, code: null, message: "gone" },
  { ...stamp, in: "tcp-close", id: 1 },
  { out: "random", value: 0.123_456_789_012_345_67 },
  { out: "socket-dial", id: 1, url: "wss://x/stream" },
  { out: "socket-send", id: 1, text: "{}" },
  { out: "socket-close", id: 1 },
  { out: "http-ask", id: 1, url: "https://x", limitMs: 8_000 },
  { out: "http-abandon", id: 1 },
  { out: "tcp-dial", id: 1, host: "127.0.0.1", port: 4002 },
  { out: "tcp-send", id: 1, bytes: "API\0" },
  { out: "tcp-close", id: 1 },
  { note: "lost", rows: 3 },
  { note: "end" },
];

Deno.test("decodeRow gives back every kind of row, in one line each", () => {
  for (const row of ROWS) {
    const line = encodeRow(row);
    assert.doesNotMatch(line, /\n/);
    assert.deepEqual(decodeRow(line), row);
  }
});

Deno.test("decodeRow takes an opened socket with headers, and refuses headers that are no texts", () => {
  const row = {
    ...stamp,
    in: "socket-open",
    id: 2,
    headers: { "x-comove-simulated": "1" },
  } as const;
  assert.deepEqual(decodeRow(encodeRow(row)), row);
  const damaged = JSON.stringify({ ...row, headers: { "x-comove-simulated": 1 } });
  assert.equal(decodeRow(damaged), undefined);
});

Deno.test("decodeRow refuses a row that lacks any of its parts, or has one of another type", () => {
  for (const row of ROWS) {
    for (const key of Object.keys(row)) {
      if (key === "retryAfterMs") continue;
      const { [key]: _, ...rest } = row as unknown as Record<string, unknown>;
      assert.equal(
        decodeRow(JSON.stringify(rest)),
        undefined,
        `${JSON.stringify(row)} less ${key}`,
      );
      const odd = JSON.stringify({ ...rest, [key]: [[]] });
      assert.equal(decodeRow(odd), undefined, `${odd} with a list as ${key}`);
    }
  }
});

Deno.test("decodeRow never throws", () => {
  const shape = fc.record({
    in: fc.string(),
    out: fc.string(),
    note: fc.string(),
    id: fc.anything(),
  }, {
    requiredKeys: [],
  });
  const text = fc.oneof(fc.string(), fc.json(), shape.map((value) => JSON.stringify(value)));
  fc.assert(fc.property(text, (line) => void decodeRow(line)));
  for (const name of ["__proto__", "constructor", "toString"]) {
    assert.equal(decodeRow(JSON.stringify({ in: name, at: 1, wall: 1, id: 1 })), undefined);
  }
});

Deno.test("textOfBytes and bytesOfText keep every byte", () => {
  const bytes = fc.uint8Array({ maxLength: 20_000 });
  fc.assert(fc.property(bytes, (some) => assert.deepEqual(bytesOfText(textOfBytes(some)), some)), {
    numRuns: 50,
  });
});

Deno.test("decodeManifest gives back the manifest, without passwords, and says what is wrong with others", () => {
  assert.deepEqual(decodeManifest(encodeManifest(MANIFEST)), MANIFEST);
  const text = encodeManifest({
    ...MANIFEST,
    settings: { binance: { streamUrl: "wss://me:secret@proxy:9443/x" } },
  });
  assert.doesNotMatch(text, /secret/);
  assert.match(text, /wss:\/\/proxy:9443\/x/);
  assert.match(String(decodeManifest("{")), /not JSON/);
  assert.match(String(decodeManifest("[]")), /not one of/);
  assert.match(String(decodeManifest("null")), /not one of/);
  assert.match(
    String(decodeManifest(encodeManifest(MANIFEST).replace('"version": 1', '"version": 2'))),
    /has version 2, and this program reads 1/,
  );
  assert.match(
    String(decodeManifest(encodeManifest(MANIFEST).replace("instruments", "things"))),
    /lacks/,
  );
});

Deno.test("decodeRow takes no time that no clock shows, and no line longer than any", () => {
  const line = (at: string, wall: string) =>
    `{"in":"timer","id":1,"delayMs":1,"at":${at},"wall":${wall}}`;
  assert.notEqual(decodeRow(line("0", "0")), undefined);
  for (const at of ["1e999", "-1e308", "1e308", "-1", "1e13", "null", '"1"']) {
    assert.equal(decodeRow(line(at, "1764771000000")), undefined, at);
  }
  for (const wall of ["1e999", "1e16", "-1", "9007199254740991", "null"]) {
    assert.equal(decodeRow(line("1", wall)), undefined, wall);
  }
  const text = (length: number) =>
    encodeRow({ ...stamp, in: "socket-text", id: 1, text: "A".repeat(length) });
  assert.notEqual(decodeRow(text(8_000_000)), undefined);
  assert.equal(decodeRow(text(60_000_000)), undefined);
});

Deno.test("decodeManifest takes no more instruments, settings, depth or length than any recording has", () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `S${i}`);
  const encoded = (change: object) => decodeManifest(encodeManifest({ ...MANIFEST, ...change }));
  assert.equal(typeof encoded({ instruments: names(200) }), "object");
  assert.match(encoded({ instruments: names(201) }) as string, /more than 200 instruments/);
  assert.match(encoded({ instruments: ["A".repeat(65)] }) as string, /lacks something/);
  const settings = { binance: { symbols: names(3_000) } };
  assert.match(encoded({ settings }) as string, /more than 200 instruments/);
  const raw = JSON.parse(encodeManifest(MANIFEST));
  for (const startedAt of [9_007_199_254_740_991, -1, 4.3e12, 0.5, "now"]) {
    assert.match(
      decodeManifest(JSON.stringify({ ...raw, startedAt })) as string,
      /lacks something/,
    );
  }
  assert.match(decodeManifest(`{"a":"${"x".repeat(1_000_000)}"}`) as string, /longer than any/);
  const deep = JSON.stringify(raw).replace(
    '"speed":1',
    `"speed":${"[".repeat(5_000)}${"]".repeat(5_000)}`,
  );
  assert.equal(typeof decodeManifest(deep), "string");
});
