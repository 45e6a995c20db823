import assert from "node:assert/strict";
import { ANSI_COLOURS, ansiHtml } from "../../lib/cli/page_ansi.ts";

const E = "\x1b";

Deno.test("ansiHtml renders colours, weights and their ends", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["plain & <b>", "plain &amp; &lt;b&gt;"],
    [
      `${E}[1;32mok${E}[22m on${E}[39m.`,
      span("ansi-bold ansi-green", "ok") + span("ansi-green", " on") + ".",
    ],
    [`${E}[91;44mx${E}[m y`, span("ansi-bright-red ansi-on-blue", "x") + " y"],
    [`${E}[3;4;9mx${E}[23;24;29my`, span("ansi-italic ansi-underline ansi-strike", "x") + "y"],
    [`${E}[38;5;1mx`, span("ansi-red", "x")],
    [`${E}[38;5;208mx`, '<span style="color:rgb(255,135,0)">x</span>'],
    [`${E}[38;5;244mx`, '<span style="color:rgb(128,128,128)">x</span>'],
    [`${E}[38;2;1;2;3;1mx`, '<span class="ansi-bold" style="color:rgb(1,2,3)">x</span>'],
    [`${E}[7;31mx${E}[27my`, span("ansi-on-red ansi-reversed", "x") + span("ansi-red", "y")],
    [`${E}[7mx`, span("ansi-reversed ansi-on-text", "x")],
  ];
  for (const [text, html] of cases) assert.equal(ansiHtml(text), html, JSON.stringify(text));
});

function span(classes: string, text: string): string {
  return `<span class="${classes}">${text}</span>`;
}

Deno.test("ansiHtml knows all sixteen colours, in front and behind", () => {
  ANSI_COLOURS.forEach((name, i) => {
    const [front, back] = i < 8 ? [30 + i, 40 + i] : [82 + i, 92 + i];
    assert.equal(ansiHtml(`${E}[${front}mx`), span(`ansi-${name}`, "x"));
    assert.equal(ansiHtml(`${E}[${back}mx`), span(`ansi-on-${name} ansi-reversed`, "x"));
  });
});

Deno.test("ansiHtml drops what moves the cursor, links' addresses and broken sequences", () => {
  const link = `${E}]8;;https://a.example/${E}\\text${E}]8;;\x07`;
  assert.equal(ansiHtml(`${E}[2K${E}[1A${link}${E}[?25h${E}(Bend\x07${E}[`), "textend");
  assert.equal(ansiHtml(`${E}[38;5;999mx${E}[38;2;1mx${E}[38mx`), "xxx");
  assert.equal(ansiHtml(`a${E}[<31mb`), "ab", "nothing of it becomes markup");
});

Deno.test("ansiHtml shows the last state of a line that was written over", () => {
  assert.equal(ansiHtml("10 %\r50 %\rdone\nnext"), "done\nnext");
  assert.equal(ansiHtml("a\r\nb\r\n"), "a\nb\n");
  assert.equal(ansiHtml("abc\b\bX"), "aX");
  assert.equal(ansiHtml("half\r"), "half");
});

Deno.test("ansiHtml shows long text plainly, whatever it holds", () => {
  const long = "x".repeat(60_000);
  assert.equal(ansiHtml(`${E}[31m<${long}${E}[0m\n10 %\r20 %`), `&lt;${long}\n20 %`);
});

Deno.test("ansiHtml takes time in proportion to the text, whatever it holds", () => {
  const pieces = ["a", "a\r", "\r", "a\b", "\b", `${E}]`, `${E}[`, `${E}[1;`, `${E}[31mx`, "38;"];
  for (const piece of [...pieces, `${E}P`, `${E}]8;;x${E}`, `${E} `, "\x9b", "\x9d", " \n"]) {
    const many = piece.repeat(1_000_000 / piece.length);
    for (const text of [many, `${many}\r`, `a${many}`, `${E}[${many}`, `${E}]${many}`]) {
      assert.ok(ansiHtml(text).length <= text.length + 10, JSON.stringify(piece));
      // So many settings still are read where there are colours.
      ansiHtml(text.slice(0, 50_000));
    }
  }
});

Deno.test("ansiHtml drops the control characters of eight bits too", () => {
  assert.equal(ansiHtml("a\x9b31mb\x85c"), "a31mbc");
});
