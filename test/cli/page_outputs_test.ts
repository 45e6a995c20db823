import assert from "node:assert/strict";
import { PageMarkdown } from "../../lib/cli/page_markdown.ts";
import { mergedStreams, outputHtml } from "../../lib/cli/page_outputs.ts";
import type { CellOutput, MimeBundle } from "../../lib/kernel/notebook_file.ts";
import { shown } from "./page_notebook.ts";

const htmlOf = (data: MimeBundle, metadata = {}) =>
  outputHtml(shown(data, metadata), new PageMarkdown());

const SVG = '<svg width="9" height="9"><rect/></svg>';

/** Every kind, the best first. */
const KINDS: readonly (readonly [type: string, data: unknown, expected: RegExp])[] = [
  ["text/html", "<b>html</b>", /^<div class="output html"><b>html<\/b><\/div>$/],
  ["text/markdown", "**md** | é", /class="output prose"><p><strong>md<\/strong> \| é<\/p>/],
  ["image/svg+xml", SVG, /<img alt="plain &lt;t&gt;" src="data:image\/svg\+xml;base64,[\w+/=]+">/],
  ["image/png", "iVBO\nRw0=\n", /<img alt="[^"]+" src="data:image\/png;base64,iVBORw0=">/],
  ["image/jpeg", "/9j/", /src="data:image\/jpeg;base64,\/9j\/">/],
  ["image/gif", "R0lG", /src="data:image\/gif;base64,R0lG">/],
  ["application/json", { a: "<b>" }, /class="output json" tabindex="0"><pre><code>[^]*&lt;b&gt;/],
  ["application/vnd.x+json", [1], /class="output json" tabindex="0"/],
  ["text/latex", "$x<y$", /class="output text latex" tabindex="0"><pre>\$x&lt;y\$<\/pre>/],
  [
    "text/plain",
    "plain <t>",
    /class="output text result" tabindex="0"><pre>plain &lt;t&gt;<\/pre>/,
  ],
];

Deno.test("outputHtml shows the richest kind that a bundle holds", () => {
  for (let best = 0; best < KINDS.length; best++) {
    // Written in the opposite order, so that only the ranking decides.
    const bundle = Object.fromEntries(KINDS.slice(best).toReversed());
    assert.match(htmlOf(bundle), KINDS[best]![2], KINDS[best]![0]);
  }
});

Deno.test("outputHtml shows an SVG as a picture that stands alone", () => {
  const data = /base64,([^"]+)"/.exec(htmlOf({ "image/svg+xml": SVG }))![1]!;
  assert.equal(atob(data), SVG.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"'));
  const whole = '<svg xmlns="http://www.w3.org/2000/svg"><text>σ</text></svg>';
  const kept = /base64,([^"]+)"/.exec(htmlOf({ "image/svg+xml": whole }))![1]!;
  assert.equal(
    new TextDecoder().decode(Uint8Array.from(atob(kept), (sign) => sign.charCodeAt(0))),
    whole,
  );
});

Deno.test("outputHtml gives a picture its size and its words", () => {
  const html = htmlOf(
    { "image/png": "AAAA", "text/plain": `"quoted" ${"x".repeat(400)}` },
    { "image/png": { width: 320, height: 'x" onload="bad()' } },
  );
  assert.match(html, /<img alt="&quot;quoted&quot; x{291}…" width="320" src=/);
  assert.doesNotMatch(html, /onload/);
});

Deno.test("outputHtml lets no picture end its own address", () => {
  const html = htmlOf({ "image/png": 'AA"><script>f()</script>' });
  assert.doesNotMatch(html, /<script/);
  assert.match(
    html,
    /src="data:image\/png;base64,AA&quot;&gt;&lt;script&gt;f\(\)&lt;\/script&gt;">/,
  );
});

Deno.test("outputHtml says so where JSON is nested deeper than it can be written", () => {
  const depth = 200_000;
  const deep = JSON.parse("[".repeat(depth) + "]".repeat(depth));
  assert.match(htmlOf({ "application/json": deep }), /holds application\/json, nested too deeply/);
});

Deno.test("outputHtml takes from HTML and Markdown what can only be looked at", () => {
  assert.equal(
    htmlOf({ "text/html": "<b onclick=f()>x</b><script>f()</script>" }),
    '<div class="output html"><b>x</b></div>',
  );
  assert.doesNotMatch(htmlOf({ "text/markdown": "x <script>f()</script>" }), /<script/);
});

Deno.test("outputHtml says so when there is nothing it can show, and shows nothing of an empty output", () => {
  assert.match(
    htmlOf({ "application/x-<y>": "?" }),
    /holds application\/x-&lt;y&gt;, which a page/,
  );
  assert.equal(htmlOf({}), "");
});

Deno.test("outputHtml shows streams and errors in the colours of a terminal", () => {
  const markdown = new PageMarkdown();
  const stderr: CellOutput = {
    output_type: "stream",
    name: "stderr",
    text: "\x1b[33mold\x1b[0m\n",
  };
  assert.equal(
    outputHtml(stderr, markdown),
    '<div class="output text stderr" tabindex="0"><pre><span class="ansi-yellow">old</span></pre></div>',
  );
  const error: CellOutput = {
    ...{ output_type: "error", ename: "TypeError", evalue: "no" },
    traceback: ["\x1b[31mTypeError\x1b[39m: no", "    at <anonymous>:1:2", ""],
  };
  assert.equal(
    outputHtml(error, markdown),
    '<div class="output error" role="note" aria-label="Error"><pre>' +
      '<span class="ansi-red">TypeError</span>: no\n    at &lt;anonymous&gt;:1:2</pre></div>',
  );
});

Deno.test("mergedStreams joins what one stream wrote in pieces, and no more", () => {
  const piece = (name: string, text: string): CellOutput => ({ output_type: "stream", name, text });
  const picture = shown({ "text/plain": "x" });
  assert.deepEqual(
    mergedStreams([
      ...[piece("stdout", "a"), piece("stdout", "b"), piece("stderr", "c"), picture],
      ...[piece("stderr", "d")],
    ]),
    [piece("stdout", "ab"), piece("stderr", "c"), picture, piece("stderr", "d")],
  );
});
