import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { words } from "../model/words.ts";
import { environmentVariable } from "./environment.ts";
import { type MakeTempFolder, makeTempFolder, type TempFolder } from "./temp_folder.ts";

/** What a browser answers. */
export type BrowserAnswer = Readonly<Record<string, unknown>>;

/** A browser without a window that is driven from here. It ends with this process at the latest. */
export interface Browser {
  /**
   * Calls a method of the DevTools protocol.
   *
   * @param sessionId of the page it is for; left out for the browser itself.
   * @throws when the browser refuses, or has ended.
   */
  call(
    method: string,
    params?: Readonly<Record<string, unknown>>,
    sessionId?: string,
  ): Promise<BrowserAnswer>;
  /** Resolves at the next event of this name from the page; rejects when the browser ends. */
  next(event: string, sessionId: string): Promise<BrowserAnswer>;
  /** Calls back at each event of this name from the page. */
  on(event: string, sessionId: string, listener: (event: BrowserAnswer) => void): void;
  /** Ends the browser and removes all it has written. Safe to call twice. */
  close(): Promise<void>;
}

export interface StartBrowserOptions {
  /** The program. */
  readonly command: string;
  /** False opens what it opens without the sandbox that keeps a page from the machine. @default true */
  readonly hasSandbox?: boolean;
  /** Ends the browser when aborted. */
  readonly signal?: AbortSignal;
  /** Makes the folder of all it writes. @default in the machine's folder of temporary files */
  readonly makeFolder?: MakeTempFolder;
}

/**
 * Starts a browser.
 *
 * @throws {BrowserFailure} when it does not start, or ends before it answers; {@link SandboxMissing} where it has no
 * sandbox and was not asked to do without.
 */
export type StartBrowser = (options: StartBrowserOptions) => Promise<Browser>;

/** A browser that did not start, or ended too early. */
export class BrowserFailure extends Error {
  override readonly name = "BrowserFailure";
}

/** Neither root nor some containers can have the browser's sandbox. */
export class SandboxMissing extends BrowserFailure {}

/**
 * Nothing of the user's own browser is read or written, and nothing is asked of the network: by itself, or by what it
 * opens. No name resolves, addresses of this machine included, and no window is opened.
 */
const FLAGS = [
  "--host-resolver-rules=MAP * ~NOTFOUND",
  "--block-new-web-contents",
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
  "--deny-permission-prompts",
  "--headless",
  "--remote-debugging-pipe",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--disable-extensions",
  "--mute-audio",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-service-autorun",
  "--disable-dev-shm-usage",
  "--metrics-recording-only",
  "--password-store=basic",
  "--use-mock-keychain",
  "--hide-scrollbars",
];
/** What a browser needs of the environment; the rest, secrets among it, is no business of a page. */
const VARIABLES = words(`
  HOME LANG PATH TMPDIR XDG_CONFIG_HOME XDG_RUNTIME_DIR APPDATA LOCALAPPDATA SystemRoot TEMP TMP
  USERPROFILE
`);
const END_MS = 2_000;
const LAST_WORDS_MS = 200;
const TAIL = 4_000;

/** {@link StartBrowser} by the system. */
export const startBrowser: StartBrowser = async ({ hasSandbox = true, ...options }) => {
  if (!hasSandbox) return await started(options, ["--no-sandbox"]);
  try {
    return await started(options, []);
  } catch (error) {
    if (!(error instanceof BrowserFailure) || !/sandbox/i.test(error.message)) throw error;
    throw new SandboxMissing(error.message, { cause: error });
  }
};

function environment(): Record<string, string> {
  return Object.fromEntries(
    VARIABLES.flatMap((name) => {
      const value = environmentVariable(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

async function started(
  { command, signal, makeFolder = makeTempFolder }: Omit<StartBrowserOptions, "hasSandbox">,
  flags: readonly string[],
): Promise<Browser> {
  signal?.throwIfAborted();
  const browser = new PipedBrowser(command, [...FLAGS, ...flags], await makeFolder(), signal);
  try {
    await browser.call("Browser.getVersion");
    return browser;
  } catch (error) {
    await browser.close();
    signal?.throwIfAborted();
    throw error;
  }
}

/** Standard input, output and error; then where it takes commands and where it answers. */
type Pipes = [null, null, Readable, Writable, Readable];

interface Waiting {
  readonly resolve: (answer: BrowserAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: BrowserAnswer;
  readonly result?: BrowserAnswer;
  readonly error?: { readonly message: string };
}

/** Speaks through two pipes: no port is open to others, and a browser whose pipe breaks ends itself. */
class PipedBrowser implements Browser {
  readonly #child: ChildProcess;
  readonly #profile: TempFolder;
  readonly #calls = new Map<number, Waiting>();
  readonly #events = new Map<string, Waiting[]>();
  readonly #listeners = new Map<string, ((event: BrowserAnswer) => void)[]>();
  readonly #exit: Promise<void>;
  readonly #off: () => void;
  #words = "";
  #failure: BrowserFailure | undefined;
  #count = 0;
  #closing: Promise<void> | undefined;

  constructor(command: string, flags: string[], profile: TempFolder, signal?: AbortSignal) {
    this.#profile = profile;
    this.#child = spawn(command, [...flags, `--user-data-dir=${profile.path}`, "about:blank"], {
      stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
      env: environment(),
    });
    this.#exit = this.#watch();
    // Without a process there are no pipes.
    if (this.#child.pid !== undefined) this.#listen();
    const onAbort = () => void this.#child.kill("SIGKILL");
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#off = () => signal?.removeEventListener("abort", onAbort);
  }

  call(method: string, params: BrowserAnswer = {}, sessionId?: string): Promise<BrowserAnswer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = ++this.#count;
    const input = this.#child.stdio[3] as Writable | undefined;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      const session = sessionId === undefined ? {} : { sessionId };
      input?.write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    });
  }

  next(event: string, sessionId: string): Promise<BrowserAnswer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const key = `${sessionId} ${event}`;
    return new Promise((resolve, reject) => {
      this.#events.set(key, [...this.#events.get(key) ?? [], { resolve, reject }]);
    });
  }

  on(event: string, sessionId: string, listener: (event: BrowserAnswer) => void): void {
    const key = `${sessionId} ${event}`;
    this.#listeners.set(key, [...this.#listeners.get(key) ?? [], listener]);
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#off();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), END_MS);
    this.call("Browser.close").catch(() => {});
    await this.#exit;
    clearTimeout(timer);
    await this.#profile.remove();
  }

  /** Resolves when the process is over, or was never there. */
  #watch(): Promise<void> {
    return new Promise((resolve) => {
      const end = (why: string) => {
        this.#fail(why);
        resolve();
      };
      const ended = (code: number | null, killer: string | null) =>
        end(`it ended with ${killer ?? `exit code ${code}`}${lastWords(this.#words)}`);
      this.#child.on("error", (error) => end(`it could not be started (${error.message})`));
      // A process that it has left behind may hold its pipes open.
      this.#child.on("exit", (...how) => {
        const timer = setTimeout(() => ended(...how), LAST_WORDS_MS);
        this.#child.on("close", () => {
          clearTimeout(timer);
          ended(...how);
        });
      });
    });
  }

  /** Messages end with a zero byte. */
  #listen(): void {
    const [, , words, input, output] = this.#child.stdio as unknown as Pipes;
    // Broken pipes show by the end of the process.
    for (const stream of [words, input, output]) stream.on("error", () => {});
    words.on("data", (bytes) => this.#words = (this.#words + bytes).slice(-TAIL));
    const decoder = new TextDecoder();
    let pending: string[] = [];
    output.on("data", (bytes: Uint8Array) => {
      const [first = "", ...more] = decoder.decode(bytes, { stream: true }).split("\0");
      pending.push(first);
      for (const next of more) {
        this.#take(JSON.parse(pending.join("")));
        pending = [next];
      }
    });
  }

  #take({ id, method, sessionId, params, result, error }: Message): void {
    if (id === undefined) {
      const key = `${sessionId ?? ""} ${method}`;
      const waiting = this.#events.get(key) ?? [];
      this.#events.delete(key);
      for (const { resolve } of waiting) resolve(params ?? {});
      for (const listener of this.#listeners.get(key) ?? []) listener(params ?? {});
      return;
    }
    const waiting = this.#calls.get(id);
    this.#calls.delete(id);
    if (error === undefined) waiting?.resolve(result ?? {});
    else waiting?.reject(new BrowserFailure(`it refused: ${error.message}`));
  }

  #fail(why: string): void {
    this.#failure ??= new BrowserFailure(why);
    const waiting = [...this.#calls.values(), ...[...this.#events.values()].flat()];
    this.#calls.clear();
    this.#events.clear();
    for (const { reject } of waiting) reject(this.#failure);
  }
}

/** What it complained about last, on one line. */
function lastWords(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/^\[[^\]]*\]\s*/, "").trim());
  const last = lines.filter((line) => line !== "" && !/dbus/i.test(line)).at(-1);
  return last === undefined ? "" : `: ${last.replace(/\.$/, "")}`;
}
