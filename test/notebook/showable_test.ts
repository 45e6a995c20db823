import assert from "node:assert/strict";
import { dataFrameOf } from "../../lib/market/frame.ts";
import { frameOf } from "../../lib/notebook/showable.ts";
import { barAt } from "../support/bars.ts";
import { THEME } from "./fake_kernel.ts";

const MINUTE_MS = 60_000;
const START = Date.UTC(2025, 11, 1, 14, 0);

Deno.test("frameOf shows a danfojs DataFrame by its first and last rows, and says how many there are", async () => {
  const bars = Array.from({ length: 1_440 }, (_, i) => barAt(START + i * MINUTE_MS, 6_000.25 + i));
  const { html, text } = frameOf(await dataFrameOf(bars), THEME);
  assert.match(html, /1,440 rows × 9 columns; the first and the last 5 are shown/);
  const lines = text.split("\n");
  assert.equal(lines.length, 1 + 1 + 5 + 1 + 5);
  assert.match(lines[1]!, /openTime +utc +open +high +low +close +volume +revision +source/);
  assert.match(lines[2]!, /^ *0 +1764597600000 +2025-12-01 14:00:00 UTC +6,000\.25 /);
  assert.match(lines[7]!, /…/);
  assert.match(lines[12]!, /^ *1439 .* 7,439\.25 /);
  assert.equal(html.match(/<tr/g)!.length, 1 + 5 + 1 + 5);
  assert.ok(html.length < 20_000, `${html.length} characters`);
});

Deno.test("frameOf shows a short DataFrame whole, an empty one as such, and escapes what it holds", async () => {
  const ten = Array.from({ length: 10 }, (_, i) => barAt(START + i * MINUTE_MS, 100));
  const whole = frameOf(await dataFrameOf(ten), THEME);
  assert.equal(whole.html.match(/<tr/g)!.length, 11);
  assert.match(whole.text, /^10 rows × 9 columns\n/);
  assert.match(frameOf(await dataFrameOf([]), THEME).text, /^0 rows × 9 columns\n/);
  const odd = { columns: ["a", "b", "c"], values: [["<i>", NaN, 0.123456789]], shape: [1, 3] };
  const { html } = frameOf(odd, THEME);
  assert.match(html, /&lt;i&gt;/);
  assert.match(html, />–</);
  assert.match(html, />0\.123457</);
});

Deno.test("frameOf shows a figure as an image with its sentence, and a frame as it is", () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"></svg>`;
  const figure = { svg, alt: "Two lines rise", width: 4, height: 3, theme: THEME };
  const { html, text } = frameOf(figure, THEME);
  assert.equal(text, "Two lines rise");
  assert.ok(html.includes(`data:image/svg+xml;base64,${btoa(svg)}`));
  const frame = { html: "<b>1</b>", text: "1" };
  assert.equal(frameOf(frame, THEME), frame);
});

Deno.test("frameOf says what can be shown when it is given something else", () => {
  for (const value of [null, undefined, 42, Promise.resolve("x"), { html: "x" }, []]) {
    assert.throws(
      () => frameOf(value as never, THEME),
      /show takes text, \{ html, text \}, a figure or a DataFrame, got \w+; a promise must be awaited first/,
    );
  }
});
