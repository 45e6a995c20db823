import assert from "node:assert/strict";
import { pageOf } from "../../lib/cli/notebook_page.ts";
import { OWN_ELEMENTS } from "../../lib/cli/page_schema.ts";
import { sha256Base64 } from "../../lib/runtime/digest.ts";
import { THIRD_PARTY_NOTICES } from "../../lib/charts/third_party_notices.ts";
import { code, documentOf, notebookOf, prose, shown, textAt } from "./page_notebook.ts";

const times = (from: string, to: string) => ({
  execution: { "iopub.execute_input": from, "iopub.status.idle": to },
});

const NOTEBOOK = notebookOf(
  prose("# How *Bitcoin* moves\n\nWhat you see.\n\n## Connect"),
  code('let SOURCE = "live"; // or "simulated"', [], { tags: ["parameters"] }),
  code('SOURCE = "simulated";', [], { tags: ["injected-parameters"] }),
  code(
    "await connect();",
    [{ output_type: "stream", name: "stdout", text: "connected\n" }],
    times("2025-12-01T14:35:00.400Z", "2025-12-01T14:35:02.000Z"),
  ),
  prose("## Look\n\n### Closely\n\n## Look"),
  code("1 + 1", [], times("2025-12-01T14:35:03.000Z", "2025-12-01T14:37:05.400Z")),
);

Deno.test("pageOf heads the page with title, notebook, run and source", async () => {
  const page = await documentOf(NOTEBOOK, { name: "04_live" });
  assert.equal(page.title, "How Bitcoin moves");
  assert.equal(page.querySelector("h1")?.innerHTML, "How <em>Bitcoin</em> moves");
  assert.equal(page.querySelectorAll("h1").length, 1, "the title is not repeated in its cell");
  assert.equal(textAt(page, ".bar p"), "04_live");
  assert.deepEqual(
    [...page.querySelectorAll(".facts li")].map((item) => item.textContent),
    ["simulated data", "Run at 2025-12-01 14:35:00 UTC, in 2 min 05 s"],
  );
  assert.match(textAt(page, "footer")!, /Comove [\d.]+ from 04_live\.ipynb/);
  const style = [...page.querySelectorAll("style")].map((each) => each.textContent).join("");
  assert.match(style, /\.facts \.badge\.live\{/);
  assert.doesNotMatch(style, /\.facts[^{}]*\{[^}]*green/, "what a page holds is not of now");
});

Deno.test("pageOf takes the title from its options, the first heading or the name, in this order", async () => {
  const plain = notebookOf(prose("No heading here."));
  assert.equal((await documentOf(NOTEBOOK, { title: "Mine <b>" })).title, "Mine <b>");
  const named = await documentOf(plain, { name: "05_plain" });
  assert.deepEqual([named.title, textAt(named, "h1")], ["05_plain", "05_plain"]);
  assert.equal((await documentOf(plain, { title: "<i>T</i>" })).querySelector("h1 i"), null);
  assert.equal((await documentOf(plain)).title, "Notebook");
});

Deno.test("pageOf says when a notebook has not run, and when a cell failed", async () => {
  const fresh = notebookOf({ ...code("1"), execution_count: null });
  assert.match(textAt(await documentOf(fresh), ".facts")!, /Not run yet/);
  const failed = notebookOf(
    code("x", [{ output_type: "error", ename: "E", evalue: "v", traceback: [] }]),
  );
  assert.match(textAt(await documentOf(failed), ".facts .failed")!, /ended with an error/);
});

Deno.test("pageOf lists the headings, and every link in the list leads to one", async () => {
  const page = await documentOf(NOTEBOOK);
  const links = [...page.querySelectorAll(".contents a")];
  assert.deepEqual(links.map((link) => link.textContent), ["Connect", "Look", "Closely", "Look"]);
  const targets = links.map((link) => decodeURIComponent(link.getAttribute("href")!.slice(1)));
  assert.deepEqual(targets, ["Connect", "Look", "Closely", "Look-2"]);
  for (const id of targets) assert.ok(page.getElementById(id), id);
  const short = await documentOf(notebookOf(prose("## One\n\n## Two")));
  assert.equal(short.querySelector(".contents"), null, "two headings need no list");
});

Deno.test("pageOf shows code in colours, foldable, with its number and how long it took", async () => {
  const page = await documentOf(NOTEBOOK);
  const inputs = [...page.querySelectorAll("details.input")];
  assert.equal(inputs.length, 4);
  assert.ok(inputs.every((input) => input.hasAttribute("open")));
  assert.equal(textAt(page, ".hljs-keyword"), "let");
  assert.equal(textAt(page, ".hljs-comment"), '// or "simulated"');
  assert.equal(inputs[2]!.querySelector("summary .count")?.textContent, "[1]");
  assert.match(inputs[2]!.querySelector("summary")!.textContent!, /1\.6 s/);
  assert.match(inputs[1]!.querySelector("summary")!.textContent!, /parameters set for this run/);
});

Deno.test("pageOf keeps folded what the reader's notebook has folded", async () => {
  const output = shown({ "text/plain": "x" });
  const page = await documentOf(notebookOf(
    code("a", [output], { jupyter: { source_hidden: true, outputs_hidden: true } }),
    code("b", [output], { collapsed: true }),
  ));
  const [first, second] = [...page.querySelectorAll("details.input")];
  assert.deepEqual([first!.hasAttribute("open"), second!.hasAttribute("open")], [false, true]);
  assert.equal(page.querySelectorAll("details.closed:not([open]) .output").length, 2);
});

Deno.test("pageOf can switch theme and code without any script", async () => {
  const text = await pageOf(NOTEBOOK);
  const page = await documentOf(NOTEBOOK, { theme: "light" });
  for (const id of ["page-hide-code", "page-light", "page-auto"]) {
    assert.ok(page.getElementById(id), id);
    assert.ok(text.includes(`:root:has(#${id}:checked)`), `a rule for ${id}`);
  }
  const checked = async (theme?: "light" | "auto") =>
    [...(await documentOf(NOTEBOOK, theme === undefined ? {} : { theme }))
      .querySelectorAll("[checked]")].map(({ id }) => id);
  assert.deepEqual(await checked(), ["page-dark"]);
  assert.deepEqual(await checked("light"), ["page-light"]);
  assert.deepEqual(await checked("auto"), ["page-auto"]);
});

/** The content of the page's policy. */
function policyOf(page: Document): string {
  return page.querySelector('meta[http-equiv="Content-Security-Policy"]')!.getAttribute("content")!;
}

Deno.test("pageOf prints name, source and the newest data's time at the foot of each page", async () => {
  const status = (text: string) => shown({ "text/html": "<b>x</b>", "text/plain": text });
  const notebook = notebookOf(
    // As configured.
    code('var SOURCE = "";', [], { tags: ["parameters"] }),
    code("x", [
      status("stopped · stored data · newest data 2025-12-03 14:05:00 UTC"),
      status("stopped · simulated data · newest data 2025-12-03 14:06:00 UTC"),
      status("stopped · simulated data · newest data 2025-12-03 14:08:00 UTC"),
      status(
        "was live at 2025-12-03 14:09:25 UTC · newest data 2025-12-03 14:07:00 UTC, ES 14:02:00 UTC",
      ),
    ]),
  );
  const page = await documentOf(notebook, { name: 'a"; } b' });
  const style = page.querySelector("style")!.textContent!;
  const [, line] = /@bottom-left\{content:"([^"]*)"/.exec(style)!;
  const read = line!.replace(
    /\\([0-9a-f]+) /g,
    (_, hex) => String.fromCodePoint(parseInt(hex, 16)),
  );
  assert.equal(read, 'a"; } b · stored and simulated data · up to 2025-12-03 14:08:00 UTC');
  assert.equal(textAt(page, ".facts .badge"), "stored and simulated data");
  assert.match(textAt(page, ".facts")!, /Data up to 2025-12-03 14:08:00 UTC/);
  assert.match(style, /counter\(page\)/);
});

Deno.test("pageOf forbids every connection before anything else is read", async () => {
  for (const isTrusted of [false, true]) {
    const text = await pageOf(NOTEBOOK, { isTrusted });
    const policy = policyOf(await documentOf(NOTEBOOK, { isTrusted }));
    assert.equal(policy.split("; ")[0], "default-src 'none'");
    assert.doesNotMatch(policy, /https?:|\*|'self'|connect-src|ws:/);
    for (const tag of ["<script", "<style", "<link", "<title"]) {
      assert.ok(text.indexOf("Content-Security-Policy") < text.indexOf(tag), tag);
    }
  }
});

const CHART =
  '<comove-trading-view data-id="a" data-setting="{}"><img alt="c"></comove-trading-view>';
const LIBRARY = "globalThis.comove = {};";

Deno.test("pageOf allows its own scripts by their hashes, and brings the charts' code itself", async () => {
  const foreign = "<script>foreign()</script>";
  const notebook = notebookOf(code("x", [shown({ "text/html": CHART + foreign })]), prose(foreign));
  const page = await documentOf(notebook, { library: () => Promise.resolve(LIBRARY) });
  const scripts = [...page.querySelectorAll("script")].map((script) => script.textContent!);
  assert.equal(
    scripts.length,
    3,
    "the charts' starter, the switches' memory and the one for print",
  );
  const policy = policyOf(page);
  assert.doesNotMatch(policy, /script-src[^;]*unsafe/);
  for (const script of [...scripts, `${LIBRARY}\n//# sourceURL=comove-charts.js`]) {
    assert.ok(policy.includes(`'sha256-${sha256Base64(script)}'`), script.slice(0, 40));
  }
  assert.equal(policy.match(/sha256/g)!.length, 4);
  assert.match(
    textAt(page, "footer")!,
    /Scripts .+ were left out; deno task render --trust keeps them/,
  );
  assert.ok(
    (await pageOf(notebook, { library: () => Promise.resolve("") })).includes("TradingView"),
  );
});

Deno.test("pageOf brings the code of an element that few notebooks show where it stands, and nowhere else", async () => {
  const asked: string[] = [];
  const sources = {
    library: () => Promise.resolve(LIBRARY),
    extension: (name: string) => {
      asked.push(name);
      return Promise.resolve("globalThis.strategyRan = 1;");
    },
  };
  await documentOf(notebookOf(code("x", [shown({ "text/html": CHART })])), sources);
  assert.deepEqual(asked, []);
  const element = '<comove-strategy data-id="a" data-setting="{}">fields</comove-strategy>';
  const notebook = notebookOf(code("x", [shown({ "text/html": element })]));
  const page = await documentOf(notebook, sources);
  assert.deepEqual(asked, ["comove-strategy"]);
  const scripts = [...page.querySelectorAll("script")].map((script) => script.textContent!);
  assert.equal(scripts.length, 4);
  const policy = policyOf(page);
  const ran = "globalThis.strategyRan = 1;\n//# sourceURL=comove-strategy.js";
  for (const script of [...scripts, ran]) {
    assert.ok(policy.includes(`'sha256-${sha256Base64(script)}'`), script.slice(0, 40));
  }
});

Deno.test("pageOf asks for the charts' code only where there are charts, and says why they are pictures", async () => {
  const library = () => Promise.reject(new Error("no bundler."));
  const plain = await documentOf(NOTEBOOK, { library });
  assert.doesNotMatch(textAt(plain, "footer")!, /pictures|left out/);
  const charts = notebookOf(code("x", [shown({ "text/html": CHART })]));
  const page = await documentOf(charts, { library });
  assert.match(textAt(page, "footer")!, /The charts are pictures here: no bundler\./);
  assert.equal(page.querySelectorAll("script").length, 2);
  assert.ok(page.querySelector("comove-trading-view > img"));
});

Deno.test("pageOf brings the code for each element that is drawn by it, and none for panels of tables", async () => {
  const library = () => Promise.resolve(LIBRARY);
  const scriptsOf = async (name: string) => {
    const html = `<${name} data-id="a"></${name}>`;
    const notebook = notebookOf(code("x", [shown({ "text/html": html })]));
    return (await documentOf(notebook, { library })).querySelectorAll("script").length;
  };
  const plain = ["comove-alerts", "comove-feed", "comove-hb", "comove-panel", "comove-state"];
  for (const name of OWN_ELEMENTS) {
    assert.equal(await scriptsOf(name), plain.includes(name) ? 2 : 3, name);
  }
});

Deno.test("pageOf holds nothing that would be loaded; links in prose stay", async () => {
  const page = await documentOf(notebookOf(
    prose("[site](https://a.example/) ![chart](https://a.example/c.png) ![near](c.png)"),
    code("x", [shown({ "image/svg+xml": "<svg/>" }), shown({ "image/png": "AAAA" })]),
  ));
  for (const name of ["src", "srcset", "poster", "data", "background"]) {
    for (const node of page.querySelectorAll(`[${name}]`)) {
      assert.match(node.getAttribute(name)!, /^data:/, node.outerHTML.slice(0, 200));
    }
  }
  for (const link of page.querySelectorAll("link")) assert.match(link.href, /^data:/);
  for (const style of page.querySelectorAll("style")) {
    assert.doesNotMatch(style.textContent!, /url\(|@import/);
  }
  const links = [...page.querySelectorAll("main a")].map((a) => a.getAttribute("href"));
  assert.deepEqual(links, ["https://a.example/", "https://a.example/c.png", "c.png"]);
});

Deno.test("pageOf shows source, raw cells and names as text, whatever they hold", async () => {
  const nasty = `</code></pre></details><script>bad()</script><img src=x onerror=bad()>"'&`;
  const page = await documentOf(
    notebookOf(
      code(nasty),
      { id: "raw", cell_type: "raw", metadata: {}, source: nasty },
      code("x", [{ output_type: "stream", name: nasty, text: nasty }]),
      code("x", [{ output_type: "error", ename: nasty, evalue: nasty, traceback: [] }]),
      prose(`\`${nasty}\``),
    ),
    { name: nasty, title: nasty },
  );
  assert.equal(page.querySelectorAll("script").length, 2, "the page's own");
  assert.equal(page.querySelectorAll("img").length, 0);
  assert.equal(textAt(page, "details.input code"), nasty);
  assert.equal(textAt(page, ".raw pre"), nasty);
  assert.equal(textAt(page, ".output.stdout pre"), nasty);
  assert.equal(textAt(page, ".output.error pre"), `${nasty}: ${nasty}`);
  assert.equal(textAt(page, ".prose code"), nasty);
  assert.equal(page.title, nasty);
});

Deno.test("pageOf keeps each output in its own box, however broken its HTML", async () => {
  const broken = ["<div><b>open", "</div></section></main>", "<!-- no end", "<script>var a = 1;"];
  const more = ["<table><tr><td>x", '<a title="', "<style>b{}", "<textarea>", "<svg><g>"];
  const html = [...broken, ...more, "<html><body class=x>whole</body></html>"];
  const page = await documentOf(notebookOf(
    ...html.map((text) => code("x", [shown({ "text/html": text })])),
    prose("The end."),
  ));
  assert.equal(page.querySelectorAll("main > section.cell").length, html.length);
  assert.equal(textAt(page, "main > section.prose"), "The end.");
  assert.equal(textAt(page, "body > .page > footer p:last-child")?.slice(0, 8), "The page");
  assert.equal(page.querySelectorAll("body").length, 1);
});

Deno.test("pageOf keeps the scripts and notices of a trusted notebook whole", async () => {
  const setting = JSON.stringify({ text: "a > b </div>" }).replaceAll("'", "&#39;");
  const html = `<!--\n${THIRD_PARTY_NOTICES}--><x-chart data-setting='${setting}'></x-chart>` +
    `<script>if (1 < 2 && "</div>") { window.packed = "${"A".repeat(1_200_000)}"; }</script>`;
  const notebook = notebookOf(code("x", [shown({ "text/html": html })]));
  const text = await pageOf(notebook, { isTrusted: true });
  assert.ok(text.includes(html), "to the letter");
  assert.match(text, /script-src 'unsafe-inline' 'unsafe-eval'/);
  assert.doesNotMatch(text, /left out/);
});

Deno.test("pageOf gives the same page for the same notebook", async () => {
  assert.equal(await pageOf(NOTEBOOK), await pageOf(structuredClone(NOTEBOOK)));
});

Deno.test("pageOf leaves empty cells out, and the value of parameters that were set", async () => {
  const value = {
    output_type: "execute_result",
    data: { "text/plain": "5" },
    metadata: {},
    execution_count: 1,
  } as const;
  const page = await documentOf(
    notebookOf(
      code(" \n"),
      prose("\n"),
      code("A = 5;", [value], { tags: ["injected-parameters"] }),
    ),
  );
  assert.equal(page.querySelectorAll("main > section").length, 1);
  assert.equal(page.querySelector(".output"), null);
});
