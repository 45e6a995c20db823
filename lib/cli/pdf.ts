import { Buffer } from "node:buffer";
import { MarketError } from "../model/errors.ts";
import { SECOND } from "../model/time.ts";
import { type WriteBytes, writeBytes } from "../runtime/binary_file.ts";
import {
  type Browser,
  BrowserFailure,
  SandboxMissing,
  type StartBrowser,
  startBrowser,
} from "../runtime/browser.ts";
import { findBrowser } from "../runtime/browser_path.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { systemFiles } from "../runtime/files.ts";
import { PRINT_WIDTH } from "./page_style.ts";

/** The outside world of {@link printPdf}. */
export interface PdfPorts {
  readonly clock: Clock;
  /** The path of a Chromium; undefined when there is none. */
  readonly findBrowser: () => Promise<string | undefined>;
  readonly startBrowser: StartBrowser;
  readonly readText: (path: string) => Promise<string>;
  readonly writeBytes: WriteBytes;
}

export interface PrintOptions {
  /** Path of the page. */
  readonly page: string;
  /** Path of the PDF to write. */
  readonly pdf: string;
  /** The browser's program. @default what `CHROMIUM` names, else what is found */
  readonly browser?: string;
  /** False lets the browser do without its sandbox, which root and some containers cannot have. @default true */
  readonly hasSandbox?: boolean;
  /** For everything, local ms. @default 60000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What has become of it. */
export interface PrintResult {
  readonly kind: "printed" | "no-browser" | "no-sandbox";
}

const TIMEOUT_MS = 60 * SECOND;

/** So wide that charts have on the screen the width they have on paper, and sharp. */
const SCREEN = {
  width: PRINT_WIDTH,
  height: 1100,
  deviceScaleFactor: 2,
  mobile: false,
};

const OFFLINE = { offline: true, latency: 0, downloadThroughput: 0, uploadThroughput: 0 };

/** Charts that take longer than this stay the pictures they are, ms. */
const CHARTS_MS = 10 * SECOND;
/** Nothing on the page has changed for so long: it is done, ms. */
const QUIET_MS = 250;

/** Runs in the page: resolves when its charts are drawn and nothing moves any more. */
const PAGE_IS_DONE = "new Promise(function(done){" +
  "var limit=performance.now()+" + CHARTS_MS + ",changed=performance.now();" +
  "new MutationObserver(function(){changed=performance.now()})" +
  ".observe(document,{subtree:true,childList:true,attributes:true,characterData:true});" +
  "(function look(){" +
  "var now=performance.now(),waits=document.querySelector('[data-setting]:not([data-ready])');" +
  `if(now>limit||(!waits&&now-changed>${QUIET_MS}))` +
  "document.fonts.ready.then(function(){requestAnimationFrame(function(){" +
  "requestAnimationFrame(done)})});" +
  "else setTimeout(look,30)})()})";

/**
 * Prints a page of {@link pageOf} to a PDF on A4, with every chart as it is drawn, by a Chromium or Chrome of its own
 * that is gone afterwards. The page is put into an empty tab: it has no address, and whatever it asks for, files and
 * servers of this machine included, is refused.
 *
 * @returns `no-browser` when there is none, `no-sandbox` when it cannot have one: then nothing is written.
 * @throws {MarketError} `pdf-failed` when the browser does not do it; the signal's reason when that is aborted.
 */
export async function printPdf(
  options: PrintOptions,
  ports: PdfPorts = systemPdfPorts(),
): Promise<PrintResult> {
  const { page, pdf, hasSandbox = true, timeoutMs = TIMEOUT_MS, signal } = options;
  const command = options.browser ?? await ports.findBrowser();
  if (command === undefined) return { kind: "no-browser" };
  const limit = new AbortController();
  const timer = ports.clock.setTimer(() => limit.abort(), timeoutMs);
  const ended = signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]);
  try {
    const html = await ports.readText(page);
    const browser = await ports.startBrowser({ command, hasSandbox, signal: ended });
    try {
      await ports.writeBytes(pdf, await printed(browser, html));
    } finally {
      await browser.close();
    }
    return { kind: "printed" };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SandboxMissing) return { kind: "no-sandbox" };
    const isLate = limit.signal.aborted;
    if (!isLate && !(error instanceof BrowserFailure)) throw error;
    const why = isLate
      ? `it was not done within ${timeoutMs / SECOND} s`
      : (error as Error).message;
    throw failure(page, command, why, error);
  } finally {
    timer.cancel();
  }
}

async function printed(browser: Browser, html: string): Promise<Uint8Array> {
  const { targetId } = await browser.call("Target.createTarget", { url: "about:blank" });
  const attached = await browser.call("Target.attachToTarget", { targetId, flatten: true });
  const session = String(attached.sessionId);
  const call = (method: string, params = {}) => browser.call(method, params, session);
  await call("Page.enable");
  await call("Emulation.setDeviceMetricsOverride", SCREEN);
  // Charts are laid out for paper from the start: they do not change while it is printed.
  await call("Emulation.setEmulatedMedia", { media: "print" });
  await refuseRequests(browser, session);
  const { frameTree } = await call("Page.getFrameTree");
  const { frame } = frameTree as { frame: { id: string } };
  await call("Page.setDocumentContent", { frameId: frame.id, html });
  await call("Runtime.evaluate", { expression: PAGE_IS_DONE, awaitPromise: true });
  const { data } = await call("Page.printToPDF", {
    printBackground: true,
    preferCSSPageSize: true,
  });
  return Buffer.from(String(data), "base64");
}

/** Neither what the page holds nor where it tries to go is fetched; it stays as it is. */
async function refuseRequests(browser: Browser, session: string): Promise<void> {
  const call = (method: string, params = {}) => browser.call(method, params, session);
  browser.on("Fetch.requestPaused", session, ({ requestId }) => {
    // The request may be gone already, and the browser may end.
    call("Fetch.failRequest", { requestId, errorReason: "Aborted" }).catch(() => {});
  });
  await call("Fetch.enable");
  await call("Network.enable");
  await call("Network.emulateNetworkConditions", OFFLINE);
  await browser.call("Browser.setDownloadBehavior", { behavior: "deny" });
}

function failure(page: string, command: string, why: string, cause: unknown): MarketError {
  return new MarketError(
    "pdf-failed",
    "configure",
    `${page} was not printed by ${command}: ${
      why.replace(/\.$/, "")
    }. Name another Chromium or Chrome in the variable CHROMIUM, ` +
      `or open the page in a browser and print it there.`,
    { cause },
  );
}

/** The machine. */
function systemPdfPorts(): PdfPorts {
  const { readText } = systemFiles;
  return { clock: systemClock, findBrowser, startBrowser, readText, writeBytes };
}
