import assert from "node:assert/strict";
import fc from "fast-check";
import { visible, visibleJson } from "../../lib/model/visible.ts";

/** Characters that must never reach a terminal as they are. */
const HOSTILE = [
  ...range(0x00, 0x08),
  ...range(0x0b, 0x1f),
  ...range(0x7f, 0x9f),
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x2064),
  ...range(0x2066, 0x206f),
  0xad,
  0x61c,
  0x180e,
  0xfeff,
  0xfff9,
  0xd800,
  0xdfff,
  0x3164,
  0xe0041,
];

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

Deno.test("visible writes out every character that is obeyed or not seen", () => {
  for (const code of HOSTILE) {
    const character = String.fromCodePoint(code);
    const shown = visible(`a${character}b`);
    assert.ok(!shown.includes(character), code.toString(16));
    assert.match(shown, /^a(\\u[\da-f]{4}){1,2}b$/);
  }
});

Deno.test("visible leaves what is seen: tabs, lines, letters of any script, pictures, our own signs", () => {
  const text = "a\tb\n币安人生 עברית ‎".replace("\u200e", "") + "₿ σ ± · → ⚠️ █░ €";
  assert.equal(visible(text), text);
  assert.equal(visible("a\r\nb\rc"), "a\nb\\u000dc");
});

Deno.test("visibleJson says the same, in characters that are seen", () => {
  const hostile = fc.constantFrom(...HOSTILE).map((code) => String.fromCodePoint(code));
  const text = fc.array(fc.oneof(hostile, fc.string())).map((parts) => parts.join(""));
  fc.assert(fc.property(fc.dictionary(text, fc.oneof(text, fc.double())), (value) => {
    const json = JSON.stringify(value);
    const shown = visibleJson(json);
    assert.deepEqual(JSON.parse(shown), JSON.parse(json));
    const characters = new Set(Array.from(shown, (character) => character.codePointAt(0)));
    for (const code of HOSTILE) assert.ok(!characters.has(code), shown);
  }));
});
