import assert from "node:assert/strict";
import fc from "fast-check";
import { isSecretName, redact, secretsIn } from "../../lib/model/redact.ts";
import { MUST_KEEP, MUST_MASK } from "./secrets/texts.ts";

Deno.test("redact leaves nothing of the secret in any text that holds one", () => {
  assert.ok(MUST_MASK.length >= 100);
  for (const [text, secret] of MUST_MASK) {
    assert.ok(text.includes(secret), `the secret stands in ${text}`);
    const clean = redact(text);
    assert.ok(!clean.includes(secret), `${text} became ${clean}`);
    assert.ok(clean.includes("***"), clean);
  }
});

/** What a text may stand in. */
const AROUND: readonly ((text: string) => string)[] = [
  (text) => `It said: ${text}`,
  (text) => `${text} (-1000). It is tried again.`,
  (text) => `(${text})`,
  (text) => JSON.stringify({ msg: text }),
  (text) => JSON.stringify({ msg: JSON.stringify({ msg: text }) }),
  (text) => `said: ${JSON.stringify({ msg: text })}`,
  (text) => `said: ${JSON.stringify({ msg: JSON.stringify([text]) })}`,
  (text) => JSON.stringify({ msg: text }).slice(0, -1),
  (text) => `a\n${text}\nb`,
  (text) => `"${text}"`,
  (text) => `<p>${text}</p>`,
  (text) => text.replaceAll("/", "\\/"),
];

Deno.test("redact finds the same secrets and no others, whatever stands around the text", () => {
  for (const around of AROUND) {
    for (const [text, secret] of MUST_MASK) {
      const whole = around(text);
      const clean = redact(whole);
      const written = JSON.stringify(secret).slice(1, -1);
      if (whole.includes(secret)) assert.ok(!clean.includes(secret), `${whole} became ${clean}`);
      if (whole.includes(written)) assert.ok(!clean.includes(written), `${whole} became ${clean}`);
    }
    for (const text of MUST_KEEP) assert.equal(redact(around(text)), around(text));
  }
});

Deno.test("redact leaves prices, symbols, ids, addresses and ordinary sentences as they are", () => {
  assert.ok(MUST_KEEP.length >= 100);
  for (const text of MUST_KEEP) assert.equal(redact(text), text);
});

Deno.test("redact masks the secret and leaves the rest of the sentence", () => {
  const cases = [
    ["wss://user:hunter2@stream.example:9443/ws closed", "wss://***@stream.example:9443/ws closed"],
    ["https://token@host/path?x=1", "https://***@host/path?x=1"],
    [
      "GET /klines?symbol=BTCUSDT&apiKey=abc123&limit=5",
      "GET /klines?symbol=BTCUSDT&apiKey=***&limit=5",
    ],
    // The sentence goes on behind a header's value.
    [
      "Authorization: Bearer abcdef123456, price 6834.25",
      "Authorization: ***, price 6834.25",
    ],
    [
      "authorization: Bearer abcdef123456 after 3 tries at 6834.25",
      "authorization: *** after 3 tries at 6834.25",
    ],
    ["{x-api-key: abc123, price: 6834.25}", "{x-api-key: ***, price: 6834.25}"],
    ["x-mbx-apikey=abc123 price=6834.25", "x-mbx-apikey=*** price=6834.25"],
    ["signature=9f8e7d and listenKey is no key", "signature=*** and listenKey is no key"],
    ['{"api_key": "abc123", "symbol": "ES"}', '{"api_key": "***", "symbol": "ES"}'],
    ['{"auth_token":{"a":["b",{"c":1}]},"price":1.10}', '{"auth_token":"***","price":1.10}'],
    ['{"msg":"token=a1 b","price":1.10}', '{"msg":"token=*** b","price":1.10}'],
    ['Authorization: Digest a="b", c=d', "Authorization: ***"],
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

Deno.test("redact changes nothing that is masked already, also inside another sentence", () => {
  for (const [text] of MUST_MASK) {
    const once = redact(text);
    assert.equal(redact(once), once);
    const said = `The venue refused (${once}). Comove asks again in 5 s.`;
    if (!once.includes("\n")) assert.ok(redact(said).endsWith("Comove asks again in 5 s."), said);
  }
});

Deno.test("redact keeps what is JSON JSON, and its numbers to the digit", () => {
  const message = fc.constantFrom(...MUST_MASK);
  fc.assert(
    fc.property(fc.array(message, { maxLength: 4 }), fc.double({ noNaN: true }), (all, price) => {
      const text = JSON.stringify({ price, rows: all.map(([msg]) => ({ msg, symbol: "ES" })) });
      const clean = JSON.parse(redact(text));
      assert.equal(clean.price, JSON.parse(text).price);
      assert.equal(clean.rows.length, all.length);
      for (const [i, [, secret]] of all.entries()) {
        assert.equal(clean.rows[i].symbol, "ES");
        assert.ok(!clean.rows[i].msg.includes(secret), clean.rows[i].msg);
      }
    }),
  );
});

Deno.test("redact is total, and leaves text without names of secrets as it is", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
    assert.equal(typeof redact(text), "string");
  }));
  const word = fc.constantFrom(
    "ES",
    "94000.10",
    "live:",
    "code",
    "the",
    "F",
    "100.25",
    "@",
    "=",
    "{",
    '"',
  );
  fc.assert(fc.property(fc.array(word), (words) => {
    const text = words.join(" ");
    assert.equal(redact(text), text);
  }));
});

Deno.test("a masked text cut anywhere shows no part of the secret", () => {
  const filler = "market data ".repeat(40);
  for (const [text, secret] of MUST_MASK) {
    const clean = redact(`${filler.slice(0, 480)}${text}`).slice(0, 500);
    assert.ok(!clean.includes(secret.slice(0, 8)) || secret.length < 8, clean);
  }
});

Deno.test("redact takes time linear in hostile text", () => {
  const units = [
    "token",
    "token=",
    "://a:b@",
    '\\"',
    "eyJa.",
    "/bot1:",
    "U123456",
    "[",
    "key ",
    "a:",
    "Cookie: '",
  ];
  for (const unit of units) {
    const timeOf = (length: number) => {
      const text = unit.repeat(length / unit.length);
      const begin = performance.now();
      redact(text);
      return performance.now() - begin;
    };
    timeOf(50_000);
    const short = Math.min(timeOf(125_000), timeOf(125_000));
    const long = Math.min(timeOf(1_000_000), timeOf(1_000_000));
    // Eight times the text: 64 times the time if it were quadratic.
    assert.ok(long < 40 * short + 200, `${unit}: ${short} ms, then ${long} ms`);
  }
});

Deno.test("redact masks known values wherever they stand, but no scraps of words", () => {
  assert.equal(redact("xx5ecretyy and 5ecret", ["5ecret"]), "xx***yy and ***");
  assert.equal(redact("a cat", ["a"]), "a cat");
  assert.equal(redact('{"x":"q\\"w%er"} q%22w%25er', ['q"w%er']), '{"x":"***"} ***');
  assert.equal(redact("x \ud800abc x", ["\ud800abc"]), "x *** x");
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

Deno.test("secretsIn takes a password that cannot be decoded as it stands", () => {
  assert.deepEqual(secretsIn({ url: "postgres://me:100%zz@host/x" }), ["100%zz"]);
});

Deno.test("secretsIn counts the path of a hook as a secret, and a reference to a secret as none", () => {
  const channels = {
    desk: { kind: "webhook", url: "https://host.example/in/a1b2?x=1", secret: "env:DESK_SECRET" },
    mail: { kind: "email", url: "smtp://host/path" },
  };
  assert.deepEqual(secretsIn(channels), ["/in/a1b2?x=1", "/in/a1b2"]);
});
