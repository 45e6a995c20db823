import { basename, dirname, join } from "node:path";
import { formatNotebook, type Notebook, parseNotebook } from "../kernel/notebook_file.ts";
import { notebookProblems } from "../kernel/notebook_rules.ts";
import { declaredParameters, type ParameterValue, withParameters } from "../kernel/parameters.ts";
import type { CellFailure, CellProgress, runNotebook } from "../kernel/run_notebook.ts";
import { MarketError } from "../model/errors.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Files } from "../runtime/files.ts";

/** The outside world of {@link renderNotebooks}. */
export interface RenderPorts {
  readonly clock: Clock;
  readonly files: Files;
  readonly runNotebook: typeof runNotebook;
  /** One self-contained HTML page of a notebook. */
  readonly pageOf: (
    notebook: Notebook,
    options: { readonly name: string; readonly isTrusted: boolean },
  ) => Promise<string>;
  /** Prints a page to a PDF file, both named by path, where there is a browser to do it. */
  readonly printPdf: (
    options: { readonly page: string; readonly pdf: string; readonly signal?: AbortSignal },
  ) => Promise<{ readonly kind: "printed" | "no-browser" }>;
}

export interface RenderOptions {
  /** Folder of what is made. */
  readonly outDir: string;
  /** Values of parameters, as the user wrote them: JSON, else text. */
  readonly set?: Readonly<Record<string, string>>;
  /** A cell that takes longer is interrupted. @default 120000 */
  readonly cellTimeoutMs?: number;
  /** Makes the page of the file as it is, without running it. @default false */
  readonly asSaved?: boolean;
  /** Keeps the scripts that a notebook brings in its page. @default false */
  readonly isTrusted?: boolean;
  /** `"auto"` makes a PDF where there is a browser, `"always"` fails without one. @default "auto" */
  readonly pdf?: "auto" | "always" | "never";
  /** How many notebooks run at a time. @default 2 */
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  /** Called before and after each cell. */
  readonly onProgress?: (file: string, progress: CellProgress) => void;
  /** Called for each notebook when it is done. */
  readonly onRendered?: (rendered: RenderedNotebook) => void;
}

/** What has become of a notebook. */
export interface RenderedNotebook {
  /** The notebook rendered. */
  readonly file: string;
  /** Paths of what was made; undefined what was not. */
  readonly notebook: string | undefined;
  readonly page: string | undefined;
  readonly pdf: string | undefined;
  /** What went wrong, without its full stop; undefined when nothing did. */
  readonly failure: string | undefined;
  /** Of the cell that failed. */
  readonly traceback: readonly string[];
  /** Local ms. */
  readonly tookMs: number;
}

/** Where the notebooks are, and where what is made of them goes. */
export const NOTEBOOKS = "notebooks";
export const RENDERED = "notebooks/rendered";

/** How long a live notebook runs when the user does not say. */
export const RUN_SECONDS = 5;
const DEFAULT_JOBS = 2;

/** A notebook read and ready to run. */
type Job =
  | { readonly file: string; readonly notebook: Notebook }
  | { readonly file: string; readonly failure: Error };

/**
 * Runs notebooks and makes a page of each. One that fails does not stop the others; its page shows how far it came.
 *
 * @returns one entry a notebook, in the order given.
 * @throws {MarketError} `unknown-parameter` or `usage` before anything runs; the signal's reason when that is aborted.
 */
export async function renderNotebooks(
  files: readonly string[],
  options: RenderOptions,
  ports: RenderPorts,
): Promise<RenderedNotebook[]> {
  refuseSameNames(files);
  const jobs = await Promise.all(files.map((file) => read(file, ports.files)));
  const ready = options.asSaved ? jobs : parametrised(jobs, options.set ?? {});
  const rendered: RenderedNotebook[] = [];
  const queue = ready.entries();
  const worker = async () => {
    for (const [i, job] of queue) {
      options.signal?.throwIfAborted();
      const one = await render(job, options, ports);
      rendered[i] = one;
      options.onRendered?.(one);
    }
  };
  const workers = Array.from({ length: options.jobs ?? DEFAULT_JOBS }, worker);
  // All of them have ended before a failure is reported: no kernel is left behind.
  const ends = await Promise.allSettled(workers);
  options.signal?.throwIfAborted();
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return rendered;
}

async function read(file: string, files: Files): Promise<Job> {
  try {
    if (!await files.exists(file)) {
      throw new MarketError("no-notebook-file", "configure", `There is no notebook ${file}.`);
    }
    return { file, notebook: parseNotebook(await files.readText(file), { name: file }) };
  } catch (error) {
    return { file, failure: error as Error };
  }
}

async function render(
  job: Job,
  options: RenderOptions,
  ports: RenderPorts,
): Promise<RenderedNotebook> {
  const since = ports.clock.monotonic();
  const { file } = job;
  const made: Made = { notebook: undefined, page: undefined, pdf: undefined };
  let failure: string | undefined;
  let traceback: readonly string[] = [];
  try {
    if ("failure" in job) throw job.failure;
    const cellFailure = await make(job.file, job.notebook, made, options, ports);
    if (cellFailure !== undefined) ({ message: failure, traceback } = cellFailure);
  } catch (error) {
    options.signal?.throwIfAborted();
    failure = (error as Error).message.replace(/\.$/, "");
  }
  return { file, ...made, failure, traceback, tookMs: ports.clock.monotonic() - since };
}

/** Paths of what was made so far. */
type Made = { -readonly [name in "notebook" | "page" | "pdf"]: string | undefined };

async function make(
  file: string,
  source: Notebook,
  made: Made,
  options: RenderOptions,
  ports: RenderPorts,
): Promise<CellFailure | undefined> {
  const path = (ending: string) => join(options.outDir, nameOf(file) + ending);
  let notebook = source;
  let failure: CellFailure | undefined;
  if (!options.asSaved) {
    ({ notebook, failure } = await ports.runNotebook(source, {
      cwd: dirname(file),
      ...(options.cellTimeoutMs === undefined ? {} : { cellTimeoutMs: options.cellTimeoutMs }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onProgress: (progress) => options.onProgress?.(file, progress),
    }));
    const text = formatNotebook(notebook);
    refuseInvalid(text);
    await ports.files.writeText(path(".ipynb"), text);
    made.notebook = path(".ipynb");
  }
  const { isTrusted = false } = options;
  const page = await ports.pageOf(notebook, { name: nameOf(file), isTrusted });
  await ports.files.writeText(path(".html"), page);
  made.page = path(".html");
  if (options.pdf === "never") return failure;
  const { kind } = await ports.printPdf({
    page: path(".html"),
    pdf: path(".pdf"),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (kind === "printed") made.pdf = path(".pdf");
  else if (options.pdf === "always") {
    throw new MarketError(
      "no-browser",
      "configure",
      "There is no PDF, because no Chromium or Chrome was found. Install one, or leave out --pdf.",
    );
  }
  return failure;
}

function nameOf(file: string): string {
  return basename(file, ".ipynb");
}

function refuseSameNames(files: readonly string[]): void {
  const names = files.map(nameOf);
  const twice = files.find((file, i) => names.indexOf(nameOf(file)) < i);
  if (twice === undefined) return;
  throw new MarketError(
    "usage",
    "configure",
    `Two notebooks are called ${
      nameOf(twice)
    }, and one page would overwrite the other. Render them one at a time, ` +
      `each with its own --out.`,
  );
}

/** What we write is a notebook, or it is our mistake. */
function refuseInvalid(text: string): void {
  const problems = notebookProblems(JSON.parse(text));
  if (problems.length > 0) {
    throw new Error(`the executed notebook is not valid: ${problems.join("; ")}`);
  }
}

/** Sets the parameters where they are declared. Each must be declared somewhere. */
function parametrised(jobs: readonly Job[], set: Readonly<Record<string, string>>): Job[] {
  const readable = jobs.flatMap((job) => "notebook" in job ? [job] : []);
  const declared = new Map(
    readable.map(({ file, notebook }) => [file, declaredParameters(notebook)]),
  );
  for (const name of Object.keys(set)) {
    if (readable.length === 0) break;
    const isKnown = [...declared.values()].some((all) => all.some((one) => one.name === name));
    if (!isKnown) {
      throw unknownEverywhere(
        name,
        [...declared.values()].flat().map((one) => one.name),
      );
    }
  }
  return jobs.map((job) => {
    if (!("notebook" in job)) return job;
    const values: Record<string, ParameterValue> = {};
    for (const { name, type, canBeSet } of declared.get(job.file)!) {
      const text = set[name];
      if (text !== undefined) values[name] = type === "string" ? textValue(text) : valueOf(text);
      else if (name === "RUN_SECONDS" && canBeSet) values[name] = RUN_SECONDS;
    }
    return { ...job, notebook: withParameters(job.notebook, values, { name: job.file }) };
  });
}

function unknownEverywhere(name: string, known: readonly string[]): MarketError {
  const names = [...new Set(known)].join(", ");
  return new MarketError(
    "unknown-parameter",
    "configure",
    `None of these notebooks has a parameter ${name}; ` +
      (names === "" ? "they declare none." : `they have ${names}.`),
  );
}

function valueOf(text: string): ParameterValue {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Where a text is wanted, `202512` is one; quotes around it may be given or left out. */
function textValue(text: string): string {
  const value = valueOf(text);
  return typeof value === "string" ? value : text;
}
