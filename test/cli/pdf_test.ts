import assert from "node:assert/strict";
import { type PdfPorts, type PrintOptions, printPdf } from "../../lib/cli/pdf.ts";
import { MarketError } from "../../lib/model/errors.ts";
import {
  type Browser,
  type BrowserAnswer,
  BrowserFailure,
  SandboxMissing,
} from "../../lib/runtime/browser.ts";
import { ManualClock, settle } from "../support/manual_clock.ts";

type Answers = Readonly<Record<string, (params: BrowserAnswer) => Promise<BrowserAnswer>>>;

const FILES: PrintOptions = { page: "/out/a b.html", pdf: "/out/a b.pdf" };

/** A browser that notes what it is told. */
class Rig {
  readonly clock = new ManualClock();
  readonly calls: string[] = [];
  readonly params = new Map<string, BrowserAnswer>();
  readonly written = new Map<string, string>();
  readonly started: string[] = [];
  readonly sandboxes: (boolean | undefined)[] = [];
  readonly listeners = new Map<string, (event: BrowserAnswer) => void>();
  open = 0;

  constructor(readonly answers: Answers = {}, readonly found: string | undefined = "/bin/found") {}

  get ports(): PdfPorts {
    return {
      clock: this.clock,
      findBrowser: () => Promise.resolve(this.found),
      writeBytes: (path, bytes) => {
        this.written.set(path, new TextDecoder().decode(bytes));
        return Promise.resolve();
      },
      readText: (path) => Promise.resolve(`<page ${path}>`),
      startBrowser: ({ command, hasSandbox, signal }) => {
        this.started.push(command);
        this.sandboxes.push(hasSandbox);
        this.open++;
        return Promise.resolve(this.#browser(signal));
      },
    };
  }

  print(options: Partial<PrintOptions> = {}) {
    return printPdf({ ...FILES, ...options }, this.ports);
  }

  #browser(signal: AbortSignal | undefined): Browser {
    const ended = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => reject(new BrowserFailure("it ended with SIGKILL")));
    });
    ended.catch(() => {});
    const usual: Record<string, BrowserAnswer> = {
      "Target.createTarget": { targetId: "T" },
      "Target.attachToTarget": { sessionId: "S" },
      "Page.getFrameTree": { frameTree: { frame: { id: "F" } } },
      "Page.printToPDF": { data: btoa("%PDF-1.4") },
    };
    return {
      call: (method, params = {}, session) => {
        this.calls.push(session === undefined ? method : `${session} ${method}`);
        this.params.set(method, params);
        const answer = this.answers[method]?.(params) ?? Promise.resolve(usual[method] ?? {});
        return Promise.race([answer, ended]);
      },
      next: (event) => Promise.race([this.answers[event]?.({}) ?? Promise.resolve({}), ended]),
      on: (event, session, listener) => void this.listeners.set(`${session} ${event}`, listener),
      close: () => Promise.resolve(void this.open--),
    };
  }
}

Deno.test("printPdf loads the page at the width of the paper, waits for its charts, and prints it", async () => {
  const rig = new Rig();
  assert.deepEqual(await rig.print(), { kind: "printed" });
  assert.deepEqual(rig.calls, [
    "Target.createTarget",
    "Target.attachToTarget",
    "S Page.enable",
    "S Emulation.setDeviceMetricsOverride",
    "S Emulation.setEmulatedMedia",
    "S Fetch.enable",
    "S Network.enable",
    "S Network.emulateNetworkConditions",
    "Browser.setDownloadBehavior",
    "S Page.getFrameTree",
    "S Page.setDocumentContent",
    "S Runtime.evaluate",
    "S Page.printToPDF",
  ]);
  assert.deepEqual(rig.params.get("Page.setDocumentContent"), {
    frameId: "F",
    html: "<page /out/a b.html>",
  });
  // The charts as wide as on paper (702 px), with 8 px at each side.
  // A sheet of A4 on its side, less its margins.
  assert.equal(rig.params.get("Emulation.setDeviceMetricsOverride")?.width, 1_031);
  assert.equal(rig.params.get("Runtime.evaluate")?.awaitPromise, true);
  assert.doesNotThrow(() =>
    new Function(`return ${rig.params.get("Runtime.evaluate")?.expression}`)
  );
  assert.equal(rig.params.get("Page.printToPDF")?.preferCSSPageSize, true);
  assert.deepEqual([...rig.written], [["/out/a b.pdf", "%PDF-1.4"]]);
  assert.deepEqual([rig.started, rig.open, rig.clock.pending], [["/bin/found"], 0, 0]);
});

Deno.test("printPdf refuses every request of the page, and goes on when one is gone already", async () => {
  const rig = new Rig({
    "Fetch.failRequest": () => Promise.reject(new BrowserFailure("it refused: no such request")),
  });
  await rig.print();
  rig.listeners.get("S Fetch.requestPaused")!({ requestId: "7" });
  await settle();
  assert.deepEqual(rig.params.get("Fetch.enable"), {}, "every request, not some");
  assert.deepEqual(rig.params.get("Fetch.failRequest"), { requestId: "7", errorReason: "Aborted" });
  assert.equal(rig.params.get("Network.emulateNetworkConditions")?.offline, true);
  assert.equal(rig.params.get("Browser.setDownloadBehavior")?.behavior, "deny");
});

Deno.test("printPdf keeps the browser's sandbox unless it is told to do without", async () => {
  const rig = new Rig();
  await rig.print();
  await rig.print({ hasSandbox: false });
  assert.deepEqual(rig.sandboxes, [true, false]);
  const without = new Rig();
  const startBrowser = () => Promise.reject(new SandboxMissing("it ended: no usable sandbox"));
  assert.deepEqual(await printPdf(FILES, { ...without.ports, startBrowser }), {
    kind: "no-sandbox",
  });
  assert.equal(without.written.size, 0);
});

Deno.test("printPdf without a browser says so and writes nothing", async () => {
  const rig = new Rig({}, undefined);
  assert.deepEqual(
    await printPdf(FILES, { ...rig.ports, findBrowser: async () => await undefined }),
    {
      kind: "no-browser",
    },
  );
  assert.deepEqual([rig.started, rig.written.size], [[], 0]);
});

Deno.test("printPdf takes the browser it is given before the one it finds", async () => {
  const rig = new Rig();
  await rig.print({ browser: "/bin/given" });
  assert.deepEqual(rig.started, ["/bin/given"]);
});

/** What it rejects with. */
async function failureOf(promise: Promise<unknown>): Promise<MarketError> {
  const error = await promise.then(() => undefined, (error) => error);
  assert.ok(error instanceof MarketError, String(error));
  assert.equal(error.code, "pdf-failed");
  return error;
}

Deno.test("printPdf ends a browser that takes too long", async () => {
  const never = () => new Promise<never>(() => {});
  for (
    const step of ["Page.setDocumentContent", "Runtime.evaluate", "Page.printToPDF"]
  ) {
    const rig = new Rig({ [step]: never });
    const printing = failureOf(rig.print({ timeoutMs: 5_000 }));
    await settle();
    await rig.clock.advance(4_999);
    assert.equal(rig.open, 1, `${step}: it still has a millisecond`);
    await rig.clock.advance(1);
    assert.match(
      (await printing).message,
      /was not printed by .* not done within 5 s\. Name another/,
    );
    assert.deepEqual([rig.open, rig.written.size], [0, 0], step);
  }
});

Deno.test("printPdf tells why a browser did not do it, and closes it", async () => {
  const crash = new Rig({
    "Page.printToPDF": () => Promise.reject(new BrowserFailure("it ended with SIGSEGV.")),
  });
  assert.match((await failureOf(crash.print())).message, /: it ended with SIGSEGV\. Name another/);
  assert.deepEqual([crash.open, crash.clock.pending], [0, 0]);
});

Deno.test("printPdf stops at its signal with the signal's reason", async () => {
  const stopping = new AbortController();
  const rig = new Rig({ "Runtime.evaluate": () => new Promise<never>(() => {}) });
  const printing = rig.print({ signal: stopping.signal });
  await settle();
  stopping.abort(new Error("stopped by the user"));
  await assert.rejects(printing, /^Error: stopped by the user$/);
  assert.deepEqual([rig.open, rig.clock.pending], [0, 0]);
});
