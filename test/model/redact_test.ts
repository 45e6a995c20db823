import assert from "node:assert/strict";
import { isSecretName, redact, secretsIn } from "../../lib/model/redact.ts";

Deno.test("redact masks what is secret by its place, and leaves the rest of the sentence", () => {
  const cases = [
    ["wss://user:hunter2@stream.example:9443/ws closed", "wss://***@stream.example:9443/ws closed"],
    ["https://token@host/path?x=1", "https://***@host/path?x=1"],
    [
      "GET /klines?symbol=BTCUSDT&apiKey=abc123&limit=5",
      "GET /klines?symbol=BTCUSDT&apiKey=***&limit=5",
    ],
    ["signature=9f8e7d and listenKey is no key", "signature=*** and listenKey is no key"],
    ['{"api_key": "abc123", "symbol": "ES"}', '{"api_key": "***", "symbol": "ES"}'],
    ["X-Api-Key: abc123", "X-Api-Key: ***"],
    ["Authorization: Bearer abc.def-1", "Authorization: Bearer ***"],
    ["authorization=abcdef, retry", "authorization=***, retry"],
    ["password: hunter2; port 4002", "password: ***; port 4002"],
    ["https://api.example/bot123456789:AAabcdefghijk/send", "https://api.example/bot***/send"],
    [
      "https://chat.example/api/webhooks/1/abcDEF failed",
      "https://chat.example/api/webhooks/*** failed",
    ],
    ["account DU1234567 is not allowed", "account DU*** is not allowed"],
    ["account U7654321,", "account U***,"],
  ];
  for (const [text, clean] of cases) assert.equal(redact(text!), clean);
});

Deno.test("redact leaves ordinary sentences as they are", () => {
  const sentences = [
    "The Binance stream wss://stream.binance.com:9443 ended (1006): connecting again.",
    "gap 2025-12-03 12:00:00 UTC to 2025-12-03 12:02:00 UTC: no connection",
    "ESU6, ESZ5 and MESH24 roll on 20251214; U6 and F24 are no accounts",
    "client id 17 is in use by another program; the token bucket is empty",
    "BTCUSDT live: 305 minutes, 1 gap, offset −1,234 ms",
  ];
  for (const sentence of sentences) assert.equal(redact(sentence), sentence);
});

Deno.test("redact masks known values wherever they stand, but no scraps of words", () => {
  assert.equal(redact("xx5ecretyy and 5ecret", ["5ecret"]), "xx***yy and ***");
  assert.equal(redact("a cat", ["a"]), "a cat");
});

Deno.test("secretsIn finds every secret of a configuration, by key and in addresses", () => {
  const config = {
    binance: { streamUrl: "wss://me:p%40ss1@host", restUrl: "https://host/?token=t0ken1&x=plain" },
    alerts: [{ botToken: "b0ttoken" }, { webhook: { secret: { value: "deep1" } } }],
    log: { level: "info", dir: null },
  };
  assert.deepEqual(secretsIn(config), ["p%40ss1", "p@ss1", "t0ken1", "b0ttoken", "deep1"]);
  assert.equal(isSecretName("clientId"), false);
  assert.equal(isSecretName("X-API-KEY"), true);
});
