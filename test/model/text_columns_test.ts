import assert from "node:assert/strict";
import { alignedLines, placesOf } from "../../lib/model/text_columns.ts";

Deno.test("placesOf counts what a terminal shows", () => {
  const places = [
    ["", 0],
    ["BTCUSDT/ES", 10],
    ["币安人生USDT", 12],
    ["カードUSDT", 10],
    ["비트USDT", 8],
    ["БТЦ", 3],
    ["é — σ ≥", 7],
    ["e\u0301", 1],
    ["𠀀", 2],
  ] as const;
  for (const [text, count] of places) assert.equal(placesOf(text), count, text);
});

Deno.test("alignedLines keeps columns below each other in any script, on either side, without blanks at the end", () => {
  const rows = [["", "r", "n"], ["币安人生USDT/ES", "+0.50", "60"], ["BTCUSDT/ES", "+0.123", "7"]];
  assert.deepEqual(alignedLines(rows, { sides: ["left", "right", "left"], gap: " | " }), [
    "                |      r | n",
    "币安人生USDT/ES |  +0.50 | 60",
    "BTCUSDT/ES      | +0.123 | 7",
  ]);
  assert.deepEqual(alignedLines([]), []);
  const many = Array.from({ length: 200_000 }, (_, i) => [`${i}`, "x"]);
  assert.equal(alignedLines(many).length, 200_000);
});

Deno.test("arrows and signs of mathematics have the place that they have beside a wide one", () => {
  for (let code = 0x2190; code < 0x2300; code++) {
    const sign = String.fromCharCode(code);
    assert.equal(placesOf(sign), placesOf(`${sign}币`) - 2, code.toString(16));
  }
  assert.equal(placesOf("−0.62 → [−0.70, +0.10]"), 22);
});
