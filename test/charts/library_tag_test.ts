import assert from "node:assert/strict";
import { libraryScripts, libraryTag } from "../../lib/charts/library_tag.ts";

/** A page as far as the tag's script looks at it. */
function fakeWindow() {
  const credit = { textContent: "" };
  const events: string[] = [];
  const listeners = new Set<(event: { error: unknown }) => void>();
  const window = {
    comove: undefined as unknown,
    runs: 0,
    dispatchEvent: (event: Event) => void events.push(event.type),
    addEventListener: (_: string, listener: () => void) => void listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => void listeners.delete(listener),
  };
  const document = {
    querySelectorAll: () => [credit],
    createElement: () => ({ textContent: "" }),
    head: {
      append({ textContent }: { textContent: string }) {
        try {
          new Function(textContent)();
        } catch (error) {
          for (const listener of listeners) listener({ error });
        }
      },
    },
  };
  return { window, document, events, credit };
}

const SCRIPT = /<script>([^]*)<\/script>/;

/** Runs the tag's script as a page would, and waits until it is through. */
async function run(html: string, page: ReturnType<typeof fakeWindow>): Promise<void> {
  (globalThis as { libraryTagTest?: unknown }).libraryTagTest = page.window;
  const script = SCRIPT.exec(html)![1]!;
  new Function("window", "document", script)(page.window, page.document);
  for (let i = 0; i < 100 && page.events.length === 0 && page.credit.textContent === ""; i++) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const BUNDLE = "libraryTagTest.runs++;libraryTagTest.comove={};/* </script> \u2028 ü */";

Deno.test("libraryTag unpacks its code, runs it once, and tells the page", async () => {
  const html = await libraryTag(BUNDLE);
  const page = fakeWindow();
  await run(html, page);
  assert.equal(page.window.runs, 1);
  assert.deepEqual(page.events, ["comove:library"]);
  await run(html, page);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(page.window.runs, 1, "a second tag does nothing");
});

Deno.test("libraryTag runs once even when two tags start together", async () => {
  const html = await libraryTag(BUNDLE);
  const page = fakeWindow();
  await Promise.all([run(html, page), run(html, page)]);
  assert.equal(page.window.runs, 1);
});

Deno.test("libraryTag says so in the page when the code cannot run", async () => {
  const page = fakeWindow();
  await run(await libraryTag("throw new Error('no canvas')"), page);
  assert.match(page.credit.textContent, /^Interactive charts are off .+no canvas.+pictures/);
  assert.deepEqual(page.events, []);
});

Deno.test("libraryTag says so where a policy keeps its code from running", async () => {
  const page = fakeWindow();
  page.document.head.append = () => {};
  await run(await libraryTag(BUNDLE), page);
  assert.match(page.credit.textContent, /its code did not run/);
});

Deno.test("libraryScripts gives the two scripts that run, to the letter", async () => {
  const { starter, code } = await libraryScripts(BUNDLE);
  assert.ok((await libraryTag(BUNDLE)).includes(`<script>${starter}</script>`));
  const page = fakeWindow();
  const added: string[] = [];
  page.document.head.append = ({ textContent }) => void added.push(textContent);
  await run(`<script>${starter}</script>`, page);
  assert.deepEqual(added, [code]);
  assert.doesNotMatch(starter, /\beval\b|Function/);
});

Deno.test("libraryTag is one script that nothing ends early, smaller than its code", async () => {
  const html = await libraryTag(BUNDLE.repeat(500));
  assert.equal(html.match(/<script/g)!.length, 1);
  assert.equal(html.match(/<\/script/g)!.length, 1);
  assert.ok(html.length < BUNDLE.length * 500);
});

Deno.test("libraryTag gives credit in sight and carries the notices of what is inside", async () => {
  const html = await libraryTag("");
  const notices = /^<!--([^]*?)-->/.exec(html)![1]!;
  for (
    const name of ["Lightweight Charts", "Observable Plot", "D3", "fancy-canvas", "delaunator"]
  ) {
    assert.ok(notices.includes(name), name);
  }
  assert.match(
    notices,
    /Copyright \(c\) 2023 TradingView, Inc\. https:\/\/www\.tradingview\.com\//,
  );
  assert.match(notices, /Apache License, Version 2\.0/);
  assert.match(notices, /Permission to use, copy, modify, and\/or distribute/);
  assert.doesNotMatch(notices, /--/);
  const seen = html.slice(html.indexOf("-->")).replace(SCRIPT, "");
  assert.match(seen, /TradingView Lightweight Charts.+<a href="https:\/\/www\.tradingview\.com\/"/);
});
