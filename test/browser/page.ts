/**
 * Exported pages in a real browser, from disk. Not part of `deno task test`: run
 * `deno test -A test/browser/page.ts`. `CHROMIUM` names the browser, `SCREENSHOTS` a folder for pictures to
 * look at.
 */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { PAGE_CODE } from "../../lib/charts/library_tag.ts";
import { pageOf, type PageOptions } from "../../lib/cli/notebook_page.ts";
import { PRINT_WIDTH } from "../../lib/cli/page_style.ts";
import { printPdf } from "../../lib/cli/pdf.ts";
import { writeBytes } from "../../lib/runtime/binary_file.ts";
import { type StartBrowser, startBrowser } from "../../lib/runtime/browser.ts";
import { findBrowser } from "../../lib/runtime/browser_path.ts";
import { bundleForBrowser } from "../../lib/runtime/bundle.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { coverageStrip } from "../../lib/charts/coverage_strip.ts";
import { figureImage } from "../../lib/charts/figure.ts";
import { dressed, PAGE } from "../../lib/charts/page_theme.ts";
import { htmlTable } from "../../lib/charts/table.ts";
import { DARK } from "../../lib/charts/theme.ts";
import { START } from "./chart_data.ts";
import { staleFrame } from "../../lib/notebook/stale_frame.ts";
import type { NotebookCell } from "../../lib/kernel/notebook_file.ts";
import { code, notebookOf, prose, shown } from "../cli/page_notebook.ts";
import { say } from "../support/say.ts";
import { ChartSite } from "./chart_site.ts";
import { startChromium } from "./support/chromium.ts";
import { leftEdges } from "./support/look.ts";
import { pageTime } from "./support/page_time.ts";
import { quietMs } from "./support/quiet_ms.ts";

/** The least that a letter of a picture may measure on paper, pt. */
const LEAST_PT = 7;
/** A letter begins some px after its place. */
const LETTER_PX = 4;
/** Charts are drawn within this time, ms. */
const READY_MS = 2_000;

/** What an output of a trusted notebook may do: unpack and evaluate a library, draw on a canvas in a shadow root. */
const DRAWING = `<x-own id="own"></x-own><script>(function(){
var packed=new Blob(["window.libraryRan=6*7"]).stream().pipeThrough(new CompressionStream("gzip"));
new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text().then(function(text){
(0,eval)(text);
var root=document.getElementById("own").attachShadow({mode:"open"}),canvas=document.createElement("canvas");
canvas.width=1000;canvas.height=40;root.append(canvas);
var pen=canvas.getContext("2d");pen.fillStyle="#56b4e9";pen.fillRect(0,0,1000,40);
document.getElementById("own").dataset.pixel=String(pen.getImageData(990,20,1,1).data);
})})()</script>`;

/** What a page must not get through with. @param site where it asks */
const prying = (site: string) =>
  `<img src="${site}/i.png"><link rel="stylesheet" href="${site}/s.css">
<script src="${site}/s.js"></script><iframe src="${site}/"></iframe><style>@import "${site}/t.css";
body{background-image:url(${site}/b.png)}</style><script>window.refused=[];
addEventListener("securitypolicyviolation",function(event){refused.push(event.effectiveDirective)});
fetch("${site}/f").catch(function(){});
try{new WebSocket("${site.replace("http", "ws")}/w")}catch(_){}
navigator.sendBeacon("${site}/beacon","x");new Image().src="${site}/j.png"</script>`;

const WIDE = "<table><tr>" + "<td>a wide cell of a table</td>".repeat(40) + "</tr></table>";

function cellsOf(site: ChartSite): NotebookCell[] {
  return [
    prose(
      "# A page\n\nWith `code`, [a link](https://a.example/) and a table.\n\n| a | b |\n|--|--|\n" +
        `| ${"long ".repeat(60)} | ${"x".repeat(300)} |\n\n## Charts\n\n## Text\n\n## More`,
    ),
    code("await setup();", [shown({ "text/html": site.library })]),
    code("await live();", [
      shown({ "text/html": site.mount(DARK) }),
      shown({ "text/html": site.feed(1, DARK) }),
      shown({ "text/html": site.window(DARK) }),
    ]),
    code("const long = 1;" + " // and on".repeat(60), [
      shown({ "text/html": DRAWING }),
      shown({ "text/html": WIDE }),
      shown({
        "image/svg+xml": '<svg width="4000" height="30"><rect width="4000" height="30"/></svg>',
      }),
      {
        output_type: "stream",
        name: "stdout",
        text: `\x1b[32m${"word ".repeat(200)}\x1b[0m${"y".repeat(900)}`,
      },
      shown({ "application/json": { text: "z".repeat(900) } }),
    ]),
    code(
      "broken()",
      [
        ...[
          "<div><b>open",
          "</div></section></main>",
          "<table><tr><td>x",
          "<svg><g>",
          '<a title="',
        ],
        ...["<!-- no end", "<select><option>", "<style>i{}"],
      ].map((html) => shown({ "text/html": html })),
    ),
    prose("The end."),
  ];
}

let library: Promise<string> | undefined;
const pageLibrary = () => library ??= bundleForBrowser(PAGE_CODE);

class Rig implements AsyncDisposable {
  private constructor(
    readonly folder: string,
    readonly site: ChartSite,
    readonly browser: Browser,
  ) {}

  static async start(): Promise<Rig> {
    const folder = await Deno.makeTempDir({ prefix: "comove-page-" });
    return new Rig(folder, await ChartSite.make(), await startChromium());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    await this.site[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }

  write(name: string, ...cells: readonly NotebookCell[]): Promise<string> {
    return this.#write(name, cells, { library: pageLibrary });
  }

  writeTrusted(name: string, ...cells: readonly NotebookCell[]): Promise<string> {
    return this.#write(name, cells, { isTrusted: true });
  }

  async #write(name: string, cells: readonly NotebookCell[], options: PageOptions) {
    const path = `${this.folder}/${name}.html`;
    await Deno.writeTextFile(path, await pageOf(notebookOf(...cells), { ...options, name }));
    return path;
  }

  /** Opens a page; notes what it asks for and what goes wrong. */
  async open(path: string, width: number) {
    const url = pathToFileURL(path).href;
    const page = await this.browser.newPage({ viewport: { width, height: 1000 } });
    const errors: string[] = [], requests: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("request", (request) => {
      const asked = request.url();
      if (asked !== url && !/^(data|blob):/.test(asked)) requests.push(asked);
    });
    await page.goto(url);
    return { page, errors, requests };
  }
}

const drawn = () =>
  [...document.querySelectorAll<HTMLElement>("[data-setting]")]
    .every((chart) => chart.dataset.ready === "true");
const ownDrawn = () => document.getElementById("own")?.dataset.pixel !== undefined;

async function picture(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("SCREENSHOTS");
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

for (const isTrusted of [false, true]) {
  const whose = isTrusted ? "a trusted notebook's page" : "an exported page";
  Deno.test(`${whose} draws its charts offline at every width, and never scrolls sideways`, async () => {
    await using rig = await Rig.start();
    const cells = cellsOf(rig.site);
    const path = isTrusted
      ? await rig.writeTrusted("charts", ...cells)
      : await rig.write("charts", ...cells);
    for (const width of [1300, 700, 400, 1800]) {
      const { page, errors, requests } = await rig.open(path, width);
      const since = performance.now();
      await page.waitForFunction(drawn, undefined, { timeout: quietMs(READY_MS) });
      say(`page at ${width} px: drawn ${(performance.now() - since).toFixed(0)} ms after load`);
      const charts = await page.evaluate(() =>
        [...document.querySelectorAll("[data-setting]")].map((chart) =>
          chart.shadowRoot!.querySelectorAll("canvas,svg").length > 0
        )
      );
      assert.deepEqual(charts, [true, true]);
      if (isTrusted) {
        await page.waitForFunction(ownDrawn, undefined, { timeout: quietMs(READY_MS) });
      }
      const own = await page.evaluate(() => ({
        library: (globalThis as unknown as { libraryRan?: number }).libraryRan,
        pixel: document.getElementById("own")?.dataset.pixel,
      }));
      const foreign = isTrusted ? { library: 42, pixel: "86,180,233,255" } : {};
      assert.deepEqual(own, { library: undefined, pixel: undefined, ...foreign });
      const { scroll, client, sections, last } = await page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        client: document.documentElement.clientWidth,
        sections: document.querySelectorAll("main>section").length,
        last: document.querySelector("main>section:last-child")!.textContent!.trim(),
      }));
      assert.ok(scroll <= client, `at ${width} px the page is ${scroll} wide`);
      assert.deepEqual({ sections, last }, { sections: 6, last: "The end." });
      await picture(page, `page_${width}_${isTrusted}`);
      assert.deepEqual({ errors, requests }, { errors: [], requests: [] });
      await page.close();
    }
  });
}

Deno.test("a phone shows pictures at their own size and tables whole, each with a hint to scroll", async () => {
  await using rig = await Rig.start();
  const strip = coverageStrip([], { source: "simulated", theme: PAGE, updatedAt: START });
  const row = ["BTCUSDT", "live", "2025-12-03 14:08:00 UTC", "96,571.30", "2025-12-03 14:08 UTC"];
  const table = htmlTable({
    caption: "T",
    columns: ["", "", "", "", ""],
    rows: [row],
    theme: PAGE,
  });
  const path = await rig.write(
    "phone",
    code(
      "x",
      [figureImage(strip), table].map((html) => shown({ "text/html": dressed(html, PAGE) })),
    ),
  );
  for (const [width, isScrolled] of [[390, true], [1300, false]] as const) {
    const { page } = await rig.open(path, width);
    const found = await page.evaluate(() => {
      const image = document.querySelector("img")!;
      const hints = [...document.querySelectorAll<HTMLElement>(".output [aria-hidden]")];
      const scroller = image.parentElement!;
      return {
        scale: image.clientWidth / Number(image.getAttribute("width")),
        hints: hints.map((hint) => hint.clientHeight > 10),
        isAtTheRight:
          image.getBoundingClientRect().right <= scroller.getBoundingClientRect().right + 1,
        words: hints[0]!.textContent!,
      };
    });
    const { words, scale, ...rest } = found;
    assert.ok(scale > 0.99, `text of 11 px is ${(11 * scale).toFixed(1)} px at ${width} px`);
    assert.match(words, /Minutes on the UTC grid, SIMULATED · ← scroll sideways/);
    assert.deepEqual(rest, { hints: [isScrolled, isScrolled], isAtTheRight: true });
    await picture(page, `phone_${width}`);
    await page.setViewportSize({ width: PRINT_WIDTH, height: 1_000 });
    await page.emulateMedia({ media: "print" });
    // Of boxes on paper: what is inside a zoomed output counts its own width in other units.
    const paper = await page.evaluate(() => {
      const image = document.querySelector("img")!, { width } = image.getBoundingClientRect();
      const hints = [...document.querySelectorAll(".output [aria-hidden]")];
      return {
        beyond: width - document.querySelector("main")!.getBoundingClientRect().width,
        letterPt: 0.75 * 11 * width / Number(image.getAttribute("width")),
        isHinted: hints.some((hint) => hint.clientHeight > 0),
      };
    });
    assert.ok(paper.beyond <= 1 && !paper.isHinted, JSON.stringify(paper));
    assert.ok(paper.letterPt >= LEAST_PT, `letters of ${paper.letterPt} pt on paper`);
    await page.close();
  }
});

Deno.test("a panel whose data is stale begins at the page's left edge, as all does", async () => {
  await using rig = await Rig.start();
  const html = htmlTable({ caption: "T", columns: ["a"], rows: [["1"]], theme: PAGE });
  const freshness = { source: "live", dataTime: START, ageMs: 90_000, isStale: true } as const;
  const frame = staleFrame({ html, text: "T" }, { ...freshness, trouble: undefined }, PAGE);
  const path = await rig.write(
    "stale",
    prose("# T\n\nEverything begins where this does."),
    code("x", [shown({ "text/html": dressed(frame.html, PAGE) })]),
  );
  for (const width of [1300, 390]) {
    const { page } = await rig.open(path, width);
    const edges = await leftEdges(page, ".prose>p,.input,.output");
    assert.equal(edges.length, 3);
    const left = Math.min(...edges.map(({ x }) => x));
    assert.deepEqual(edges.filter(({ x }) => x > left + LETTER_PX), [], `from ${left} px on`);
    const edge = await page.locator(".prose").evaluate((node) => node.getBoundingClientRect().left);
    assert.ok(Math.abs(left - edge) <= 1, `painted from ${left} px on, not from ${edge}`);
    await picture(page, `stale_${width}`);
    await page.close();
  }
});

Deno.test("an exported page hides its code and turns light without a script", async () => {
  await using rig = await Rig.start();
  const path = await rig.write(
    "plain",
    prose("# T\n\nx"),
    code("1 + 1", [shown({ "text/plain": "2" })]),
  );
  const page = await rig.browser.newPage({ javaScriptEnabled: false });
  await page.goto(pathToFileURL(path).href);
  const input = page.locator("details.input pre");
  assert.equal(await input.isVisible(), true);
  await page.locator("details.input summary").click();
  assert.equal(await input.isVisible(), false, "one cell folds");
  await page.locator("details.input summary").click();
  await page.getByLabel("Hide code").check();
  assert.equal(await input.isVisible(), false, "all fold");
  assert.equal(await page.locator(".output").isVisible(), true);
  const body = page.locator("body");
  const colour = () => body.evaluate((node) => getComputedStyle(node).backgroundColor);
  assert.equal(await colour(), "rgb(19, 23, 34)");
  await page.getByText("Light").click();
  assert.equal(await colour(), "rgb(255, 255, 255)");
  await page.emulateMedia({ media: "print" });
  await page.getByText("Light").isHidden();
  assert.equal(await colour(), "rgb(255, 255, 255)");
});

Deno.test("a trusted notebook's page asks for nothing, whatever its outputs try", async () => {
  await using rig = await Rig.start();
  const asked: string[] = [];
  const site = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked.push(request.url);
    return new Response("", { headers: { "access-control-allow-origin": "*" } });
  });
  const html = prying(`http://127.0.0.1:${site.addr.port}`);
  const path = await rig.writeTrusted(
    "prying",
    code("x", [shown({ "text/html": html })]),
    prose("End."),
  );
  const { page } = await rig.open(path, 900);
  await pageTime(page, 300);
  const refused = await page.evaluate(() =>
    (globalThis as unknown as { refused: string[] }).refused
  );
  assert.ok(refused.includes("connect-src"), `refused: ${refused}`);
  assert.deepEqual(asked, []);
  // The same without the policy is heard: the site would have noticed.
  await Deno.writeTextFile(path, html);
  await page.goto(pathToFileURL(path).href);
  const heard = () => new Set(asked.map((url) => new URL(url).pathname));
  for (let i = 0; i < 50 && heard().size < 10; i++) await pageTime(page, 100);
  assert.deepEqual([...heard()].sort(), [
    ...["/", "/b.png", "/beacon", "/f", "/i.png", "/j.png", "/s.css", "/s.js", "/t.css", "/w"],
  ]);
  await page.close();
  await site.shutdown();
});

/** A chart that takes its time. */
const LATE = `<x-late data-setting="1"></x-late><script>setTimeout(function(){
document.querySelector("x-late").dataset.ready="true"},1200)</script>`;

/** What is on the page when it is printed. */
const STATE = `JSON.stringify({
ready: [...document.querySelectorAll("[data-setting]")].map((chart) => chart.dataset.ready === "true"),
right: Math.max(...[...document.querySelectorAll("*")].flatMap((host) => host.shadowRoot
  ? [...host.shadowRoot.querySelectorAll("canvas,svg")].map((chart) => chart.getBoundingClientRect().right) : [])),
width: innerWidth})`;

Deno.test("printPdf prints every chart as it is drawn, on A4, uncut", async () => {
  await using rig = await Rig.start();
  const cells = cellsOf(rig.site).filter(({ source }) => !source.startsWith("const long"));
  const path = await rig.writeTrusted(
    "printed",
    ...cells,
    code("late", [shown({ "text/html": LATE })]),
  );
  const pdf = `${rig.folder}/printed.pdf`;
  let state: string | undefined;
  const watched: StartBrowser = async (options) => {
    const browser = await startBrowser(options);
    return {
      async call(method, params, session) {
        if (method === "Page.printToPDF") {
          const asked = await browser.call("Runtime.evaluate", { expression: STATE }, session);
          state = (asked.result as { value: string }).value;
        }
        return await browser.call(method, params, session);
      },
      next: (event, session) => browser.next(event, session),
      on: (event, session, listener) => browser.on(event, session, listener),
      close: () => browser.close(),
    };
  };
  const since = performance.now();
  const { readText } = systemFiles;
  const ports = { clock: systemClock, findBrowser, startBrowser: watched, readText, writeBytes };
  const printed = await printPdf({ page: path, pdf, hasSandbox: false }, ports);
  assert.deepEqual(printed, { kind: "printed" });
  const { ready, right, width } = JSON.parse(state!);
  assert.deepEqual(ready, [true, true, true]);
  assert.ok(
    right > 500 && right <= width && width === PRINT_WIDTH,
    `charts end at ${right} of ${width}`,
  );
  const bytes = await Deno.readFile(pdf);
  const text = new TextDecoder("latin1").decode(bytes);
  const pages = [...text.matchAll(/\/Type\s*\/Page\b[^s]/g)].length;
  say(`PDF: ${pages} pages, ${bytes.length} bytes, ${(performance.now() - since).toFixed(0)} ms`);
  assert.ok(text.startsWith("%PDF-") && pages >= 2);
  for (const [, width, height] of text.matchAll(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/g)) {
    assert.ok(
      Math.abs(Number(width) - 842) < 2 && Math.abs(Number(height) - 595) < 2,
      "A4, on its side",
    );
  }
  const folder = Deno.env.get("SCREENSHOTS");
  if (folder) await Deno.copyFile(pdf, `${folder}/page.pdf`);
});

Deno.test("an exported page shrinks its charts to the paper when a reader prints it", async () => {
  await using rig = await Rig.start();
  const { page } = await rig.open(await rig.writeTrusted("own", ...cellsOf(rig.site)), 1300);
  await page.waitForFunction(drawn, undefined, { timeout: quietMs(READY_MS) });
  await page.waitForFunction(ownDrawn, undefined, { timeout: quietMs(READY_MS) });
  const zooms = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>(".output.html")].map((box) => box.style.zoom)
        .filter((zoom) => zoom !== "").map(Number)
    );
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  // The candles and the drawing; what reflows is left alone.
  assert.deepEqual((await zooms()).map((zoom) => zoom.toFixed(3)), ["0.859", "0.859"]);
  // Browsers print canvases as they were before this event: on paper a picture of each chart stands in its place.
  const onPaper = () =>
    page.evaluate(() =>
      [...document.querySelector("comove-trading-view")!.shadowRoot!
        .querySelectorAll<HTMLImageElement>("img.paper")].map((image) =>
          image.complete && image.naturalWidth > 300
        )
    );
  assert.deepEqual(await onPaper(), [true, true]);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.deepEqual(await zooms(), []);
  assert.deepEqual(await onPaper(), []);
});
