import assert from "node:assert/strict";
import { PageMarkdown } from "../../lib/cli/page_markdown.ts";

const htmlOf = (source: string) => new PageMarkdown().html(source).trim();

Deno.test("PageMarkdown renders GitHub's dialect: tables, tasks, strikes, fences, bare links", () => {
  assert.match(
    htmlOf("| a | b |\n|---|--:|\n| 1 | **2** |"),
    /^<div class="wide"><table><thead><tr><th>a<\/th><th style="text-align:right">b<\/th>[^]*<td style="text-align:right"><strong>2<\/strong><\/td>/,
  );
  assert.match(htmlOf("- [x] done"), /<input checked disabled type="checkbox">/);
  assert.equal(htmlOf("~~old~~"), "<p><del>old</del></p>");
  assert.match(
    htmlOf("```ts\nconst a = '<b>';\n```"),
    /<span class="hljs-keyword">const<\/span>[^]*&lt;b>/,
  );
  assert.equal(
    htmlOf("```sh\nls <x>\n```"),
    '<pre class="fence" tabindex="0"><code>ls &lt;x></code></pre>',
  );
  assert.match(
    htmlOf("see https://a.example/x?a=1&b=2"),
    /href="https:\/\/a.example\/x\?a=1&amp;b=2"/,
  );
});

Deno.test("PageMarkdown keeps of HTML within prose what can only be looked at", () => {
  const markdown = new PageMarkdown();
  const nasty =
    "<b onclick=f()>x</b> <script>f()</script> [y](javascript:f()) <img src=x onerror=f()>";
  assert.equal(markdown.html(nasty), "<p><b>x</b>  y <img></p>\n");
  assert.equal(markdown.hasLeftOut, true);
  assert.equal(markdown.inlineHtml("T <script>f()</script>"), "T ");
  const trusted = new PageMarkdown({ isTrusted: true });
  assert.match(trusted.html("<script>f()</script>"), /<script>f\(\)<\/script>/);
  assert.equal(trusted.hasLeftOut, false);
});

Deno.test("PageMarkdown shows prose of extreme length, words or depth as plain text", () => {
  const extreme = [
    "a".repeat(40_000) + "@",
    "> ".repeat(20_000) + "x",
    "1. ".repeat(16_000),
    "word <b> ".repeat(8_000),
    "[".repeat(1_000_000),
  ];
  for (const source of extreme) {
    const markdown = new PageMarkdown();
    assert.match(markdown.html(source), /^<pre class="plain">/, source.slice(0, 9));
    assert.equal(markdown.lead(source), undefined);
  }
  assert.equal(
    new PageMarkdown().html("a".repeat(3_000)),
    `<pre class="plain">${"a".repeat(3_000)}</pre>\n`,
  );
});

Deno.test("PageMarkdown does not count the pictures in prose as its length", () => {
  const data = `data:image/png;base64,${"A".repeat(300_000)}`;
  const html = htmlOf(`![a](${data}) **b** <img src="${data}">`);
  assert.equal(html, `<p><img alt="a" src="${data}"> <strong>b</strong> <img src="${data}"></p>`);
  assert.equal(
    htmlOf("![a](data:image/apart;7)"),
    '<p><img alt="a"></p>',
    "no picture of that number",
  );
});

Deno.test("PageMarkdown keeps HTML within prose, and closes what it leaves open", () => {
  assert.equal(
    htmlOf("<details><summary>More</summary>\n\nx\n\n</details>").includes("<summary>"),
    true,
  );
  assert.equal(htmlOf('<div class="box">\n\nopen').endsWith("</div>"), true);
});

Deno.test("PageMarkdown names headings as Jupyter does, once each", () => {
  const markdown = new PageMarkdown();
  const html = markdown.html('## The *live* chart & `r`\n\n## The live chart & r\n\n# "x"');
  assert.deepEqual(markdown.headings, [
    { level: 2, id: "The-live-chart-&-r", text: "The live chart & r" },
    { level: 2, id: "The-live-chart-&-r-2", text: "The live chart & r" },
    { level: 1, id: '"x"', text: '"x"' },
  ]);
  assert.match(html, /<h2 id="The-live-chart-&amp;-r">.*href="#The-live-chart-%26-r"/);
});

Deno.test("PageMarkdown leads from notebook to page, and nowhere by script", () => {
  assert.match(htmlOf("[next](05_next.ipynb#Start)"), /href="05_next.html#Start"/);
  assert.match(htmlOf("[web](https://a.example/x.ipynb)"), /href="https:\/\/a.example\/x.ipynb"/);
  assert.equal(htmlOf("[x](javascript:alert(1))"), "<p>x</p>");
  assert.equal(htmlOf("![x](javascript:alert(1))"), "<p>Picture: x</p>");
});

Deno.test("PageMarkdown embeds attachments, and names the pictures that it does not load", () => {
  const attachments = { "a b.png": { "image/png": "AAAA" } };
  const html = new PageMarkdown().html(
    "![A](<attachment:a b.png>) ![B](attachment:gone.png)",
    attachments,
  );
  assert.match(html, /<img alt="A" src="data:image\/png;base64,AAAA">/);
  assert.match(html, /<a>Picture: B<\/a>/);
  assert.match(
    htmlOf("![C](data:image/png;base64,AA)"),
    /<img alt="C" src="data:image\/png;base64,AA">/,
  );
  assert.match(
    htmlOf("![D](https://a.example/d.png)"),
    /^<p><a href="[^"]+">Picture: D<\/a><\/p>$/,
  );
});

Deno.test("PageMarkdown.lead takes the title off only where it stands first", () => {
  const markdown = new PageMarkdown();
  assert.deepEqual(markdown.lead("\n# A *b*\n\ntext"), { title: "A *b*", rest: "text" });
  assert.deepEqual(markdown.lead("A\n=\n\nB"), { title: "A", rest: "B" });
  assert.deepEqual(markdown.lead("# A\r\n\r\nB"), { title: "A", rest: "B" });
  for (const source of ["text\n\n# A", "## A", "", "#hash"]) {
    assert.equal(markdown.lead(source), undefined, source);
  }
  assert.deepEqual(markdown.headings, [], "it is not listed twice");
});
