import assert from "node:assert/strict";
import fc from "fast-check";
import { redact } from "../../../lib/model/redact.ts";
import { isPlainFrame } from "../../../lib/model/secrets/plain.ts";
import { STREAM_FRAMES, USDM_FRAMES } from "../../simulation/fuzz/samples.ts";
import { MUST_MASK } from "./texts.ts";

/** Names and beginnings of secrets among symbols. */
const word = fc.oneof(
  fc.constantFrom(
    ..."BTCUSDT btcusdt aggTrade 1000PEPEUSDT token TOKEN apiKey pw pin secret account Bearer eyJabcdefghi AKIAABCDEFGH"
      .split(" "),
    ..."DU U F DUM 1234567 bot hook key code basic password sk ghp MNOMNOMNOMNO BBBBBBBB".split(
      " ",
    ),
  ),
  fc.stringMatching(/^\d{0,7}[A-Za-z]{1,12}$/),
);
const value = fc.oneof(
  fc.maxSafeInteger().map(String),
  fc.constantFrom("true", "false", "null"),
  fc.stringMatching(/^-?\d{1,20}(\.\d{1,20})?$/).map((text) => `"${text}"`),
  word.map((text) => `"${text}"`),
);
const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z]$/),
  fc.constantFrom("nq", "st", "ps"),
);
const field = fc.tuple(name, value).map(([name, value]) => `"${name}":${value}`);
const fields = fc.array(field, { minLength: 1, maxLength: 8 }).map((all) => all.join());
const frame = fc.oneof(
  fields.map((all) => `{${all}}`),
  fc.tuple(fields, name, fields).map(([all, name, inner]) => `{${all},"${name}":{${inner}}}`),
).chain((object) =>
  fc.oneof(
    fc.constant(object),
    fc.tuple(word, word).map(([symbol, kind]) => `{"stream":"${symbol}@${kind}","data":${object}}`),
  )
);

const RUNS = 500;

Deno.test("a plain frame holds nothing that would be masked, whatever its words and numbers", () => {
  let plain = 0;
  fc.assert(
    fc.property(frame, (text) => {
      if (!isPlainFrame(text)) return;
      plain++;
      // With a blank before it, it is looked through like any other document.
      assert.ok(!isPlainFrame(` ${text}`));
      assert.equal(redact(` ${text}`), ` ${text}`);
    }),
    { numRuns: RUNS },
  );
  assert.ok(plain > RUNS / 4, `${plain} of the frames were plain`);
});

Deno.test("bars and trades of Binance are plain frames", () => {
  const frames = [...STREAM_FRAMES, ...USDM_FRAMES]
    .filter((text) => /@kline|@trade|@aggTrade|^\{"e"/.test(text));
  assert.ok(frames.length >= 8);
  for (const text of frames) assert.ok(isPlainFrame(text), text);
  for (const symbol of ["1000PEPEUSDT", "C98USDT", "A2ZUSDT"]) {
    assert.ok(isPlainFrame(`{"e":"trade","s":"${symbol}","p":"1.5"}`), symbol);
  }
});

Deno.test("a secret makes a frame no plain one, wherever it stands", () => {
  for (const [text, secret] of MUST_MASK) {
    for (const value of [text, secret]) {
      const written = JSON.stringify(value);
      for (const frame of [`{"e":"trade","s":${written}}`, `{"e":"trade","k":{"s":${written}}}`]) {
        if (redact(` ${frame}`) !== ` ${frame}`) assert.ok(!isPlainFrame(frame), frame);
      }
      assert.ok(!isPlainFrame(value), value);
    }
  }
  assert.ok(!isPlainFrame('{"e":"trade","pw":"hunter"}'));
  assert.ok(!isPlainFrame('{"stream":"btcusdt@trade","data":{"s":"DU1234567"}}'));
});
