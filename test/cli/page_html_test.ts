import assert from "node:assert/strict";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import { closedHtml, enclosed } from "../../lib/cli/page_html.ts";

/** With whether something was left out. */
function read(html: string, isTrusted = false) {
  let hasLeftOut = false;
  const written = closedHtml(html, { isTrusted, onLeftOut: () => hasLeftOut = true });
  return { written, hasLeftOut };
}

Deno.test("closedHtml keeps what can only be looked at", () => {
  const kept = [
    '<div class="a>b" title="&lt;/div>"><p>one</p><p>two<br>three</p></div>',
    '<table><tbody><tr><td colspan="2">1</td><td>2</td></tr></tbody></table>',
    "<style>a>b{content:'x'}</style>",
    '<svg viewBox="0 0 1 1"><g stroke-width="1.5"><path d="M0 0"></path><title>x</title></g></svg>',
    "<details open><summary>More</summary>x</details>",
    '<comove-feed style="color:red" data-id="a" data-packet=\'{"a":"<b>"}\'>x</comove-feed>',
    '<img alt="x" src="data:image/png;base64,AAAA">',
    '<a href="05_next.html#x">a</a><a href="https://a.example/">b</a><a href="mailto:x@a.example">c</a>',
    '<svg><defs><linearGradient id="g"></linearGradient></defs><use href="#g"></use></svg>',
  ];
  for (const html of kept) {
    const { written, hasLeftOut } = read(html);
    assert.equal(written.replace('title="</div>"', 'title="&lt;/div>"'), html);
    assert.equal(hasLeftOut, false, html);
  }
});

Deno.test("closedHtml closes what is open, and drops what it cannot close", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["<div><b>x", "<div><b>x</b></div>"],
    ["<div><b>x</div>", "<div><b>x</b></div>"],
    ["</div></section>x", "x"],
    ["<b>x</i></b>", "<b>x</b>"],
    ["<style>a{}</style x", "<style>a{}</style>"],
    ["<!-- never", ""],
    ["x <a title='y", "x "],
    ["<!doctype html><html lang=en><body class=x>x</body></html>", "x"],
    ["<plaintext>x", ""],
    // A button within a button ends the outer one, and what stands between them.
    [
      "<button><div><button>x</button></div></button>",
      "<button><div></div></button><button>x</button>",
    ],
  ];
  for (const [html, closed] of cases) assert.equal(closedHtml(html), closed, html);
});

Deno.test("closedHtml drops what runs, loads, leads away or takes a name of the page", () => {
  const dropped = [
    "<script>f()</script>",
    "<SCRIPT src=x></SCRIPT>",
    '<script type="speculationrules">{}</script>',
    "<svg><script>f()</script></svg>",
    '<meta http-equiv="refresh" content="0;url=x">',
    '<base href="https://a.example/">',
    '<link rel="preconnect" href="https://a.example">',
    '<iframe srcdoc="x"></iframe>',
    '<object data="x"></object><embed src="x">',
    "<template><img src=x></template>",
    "<noscript><img src=x></noscript>",
    "<math><mtext>x</mtext></math>",
  ];
  for (const html of dropped) {
    assert.equal(closedHtml(html).replace(/<svg><\/svg>/, ""), "", html);
  }
  const bare: readonly (readonly [string, string])[] = [
    ["<b onclick=f() ONLOAD=f()>x</b>", "<b>x</b>"],
    ["<form action=x><p>y</p></form>", "<p>y</p>"],
    ['<img src="https://a.example/x.png" srcset="y" alt="a">', '<img alt="a">'],
    ['<img src="data:text/html,x">', "<img>"],
    ["<video poster=x src=y autoplay>z</video>", "z"],
    ['<a href="javascript:f()" ping="x" download>x</a>', "<a>x</a>"],
    ['<a href="java&#10;script:f()">x</a>', "<a>x</a>"],
    ['<a href=" data:text/html,x">x</a>', "<a>x</a>"],
    ['<a href="data:text/html,x">x</a>', "<a>x</a>"],
    ['<a href="file:///etc/passwd">x</a>', "<a>x</a>"],
    ['<svg><a xlink:href="javascript:f()"></a></svg>', "<svg><a></a></svg>"],
    ['<svg><use href="https://a.example/x#a"></use></svg>', "<svg><use></use></svg>"],
    ['<svg><image href="https://a.example/x"></image></svg>', "<svg><image></image></svg>"],
    [
      '<svg><a><animate attributeName="href" to="javascript:f()"></animate></a></svg>',
      "<svg><a></a></svg>",
    ],
    [
      '<p id="page-light">x</p><p id="comove">x</p><p name="comove">x</p>',
      "<p>x</p><p>x</p><p>x</p>",
    ],
    ['<style>a{content:"</sty<b>le>"}</style>', '<style>a{content:"\\3c /sty\\3c b>le>"}</style>'],
  ];
  for (const [html, left] of bare) assert.equal(closedHtml(html), left, html);
});

Deno.test("closedHtml says when it left out what may run, and not for the charts' own code", () => {
  for (const html of ["<script>f()</script>", "<b onclick=f()>x</b>", "<iframe></iframe>"]) {
    assert.equal(read(html).hasLeftOut, true, html);
    assert.equal(read(html, true).hasLeftOut, false, html);
  }
  assert.equal(read("<script>w.comoveStarting=true</script>").hasLeftOut, false);
});

Deno.test("closedHtml keeps the scripts of a trusted notebook, and nothing that leads away", () => {
  const trusted = (html: string) => closedHtml(html, { isTrusted: true });
  const script = `<b onclick="f()">x</b><script>if (1 < 2 && "</div>") f("a")</script>`;
  assert.equal(trusted(script), script);
  assert.equal(trusted("<!-- a notice -->"), "<!-- a notice -->");
  assert.equal(trusted("<meta http-equiv=refresh><base href=x><link rel=preload>"), "");
  assert.equal(trusted('<script type="SpeculationRules">{}</script>'), "");
});

Deno.test("closedHtml is not passed by what turns into other elements when it is read again", () => {
  const turning = [
    "<svg><style><!--</style><img src=x onerror=f()>--></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=f()&gt;">',
    '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=f() src>">',
    '<svg></p><style><a id="</style><meta http-equiv=refresh content=0>">',
    "<a><table><a>x</a></table></a>",
    '<noscript><p title="</noscript><img src=x onerror=f()>">',
    "<svg><title><style><img src=x onerror=f()></style></title></svg>",
    '<xmp><p title="</xmp><meta http-equiv=refresh>">',
    "<table><svg><tr><td><style></table><meta http-equiv=refresh>",
  ];
  for (const html of turning) {
    const written = closedHtml(html);
    assert.doesNotMatch(written, /<meta|<[^>]*onerror|<script/, html);
    assert.equal(closedHtml(written), written, html);
  }
});

const TAGS = ["a", "b", "p", "div", "table", "tr", "td", "svg", "title", "style", "desc", "math"];
const MORE = [
  "mtext",
  "foreignObject",
  "select",
  "option",
  "button",
  "form",
  "noscript",
  "template",
];
const NASTY = ["textarea", "xmp", "iframe", "script", "meta", "base", "link", "h1", "li", "mglyph"];
const PIECES = [
  ...[...TAGS, ...MORE, ...NASTY].flatMap((tag) => [`<${tag}>`, `</${tag}>`]),
  ...["<!--", "-->", '<a title="', '">', "x", " ", "<img onerror=f() src=x>", "<![CDATA[", "]]>"],
  ...['<meta http-equiv="refresh" content="0">', "<b onclick=f()>", "&lt;script&gt;", "&#x3c;"],
];

Deno.test("closedHtml leaves only allowed elements and attributes of any mixture", () => {
  const mixture = fc.array(fc.constantFrom(...PIECES), { maxLength: 25 });
  fc.assert(fc.property(mixture, (pieces) => {
    const written = closedHtml(pieces.join(""));
    assert.equal(closedHtml(written), written);
    const { document } = parseHTML(`<body><div id="box">${written}</div><i id="after"></i></body>`);
    assert.equal(
      document.querySelector("script,meta,base,link,iframe,form,template"),
      null,
      written,
    );
    for (const node of document.querySelectorAll("*")) {
      for (const { name } of node.attributes) assert.doesNotMatch(name, /^on/, written);
    }
  }));
});

Deno.test("closedHtml takes big and hostile outputs in its stride", () => {
  const big = `<b data-a="${"a > b ".repeat(500_000)}"></b><i>${"x".repeat(1_000_000)}</i>`;
  assert.equal(closedHtml(big), big);
  for (const tag of ["<div>", "<b>", "<svg>", "<table><tr><td>", "<template>"]) {
    assert.match(
      closedHtml(tag.repeat(50_000)),
      /larger or nested deeper than a page can show/,
      tag,
    );
  }
  assert.match(closedHtml("<x>" + "a<br>".repeat(400_000)), /larger or nested deeper/);
  for (const piece of ["<a ", "<!--", `<a x='"`, "<title>", "</i>", "&", "<p", "<![CDATA["]) {
    assert.ok(closedHtml(piece.repeat(1_000_000 / piece.length)).length < 6_000_000, piece);
  }
});

Deno.test("closedHtml drops style sheets where they would reach the whole page", () => {
  for (
    const html of [
      "<style>.badge{display:none}</style><b>x</b>",
      "<b>x</b><svg><style>*{opacity:0}</style></svg>",
      "<div><STYLE>*{}</STYLE></div><b>x</b>",
    ]
  ) {
    const written = closedHtml(html, { keepsStyle: false });
    assert.ok(!/style|display|opacity/i.test(written) && written.includes("<b>x</b>"), written);
  }
});

Deno.test("enclosed gives HTML with a style sheet a tree of its own, which no sheet can end", () => {
  assert.equal(enclosed("<b>x</b>"), "<b>x</b>");
  const tables = '<style>.t td{color:red}</style><table class="t"></table>';
  const [before, after] = enclosed(tables).split(tables);
  assert.match(
    before!,
    /^<div class="enclosed"><template shadowrootmode="open"><style>[^<]*<.style>$/,
  );
  assert.equal(after, "</template></div>");
  for (
    const html of [
      "<style>a{}</template></div><style>.badge{display:none}</style>",
      "<style>a{content:'</style></template><style>*{}'}</style>",
      "<template><style>a{}</style></template></template><style>*{}</style>",
    ]
  ) {
    const written = enclosed(closedHtml(html));
    assert.equal(written.match(/<\/template>/g)?.length ?? 0, written.includes("<style") ? 1 : 0);
    assert.ok(!written.includes("<style") || written.endsWith("</template></div>"), written);
  }
});
