import { basename, dirname, join } from "node:path";
import { formatNotebook, type Notebook, parseNotebook } from "../kernel/notebook_file.ts";
import { notebookProblems } from "../kernel/notebook_rules.ts";
import type { CellFailure, CellProgress, runNotebook } from "../kernel/run_notebook.ts";
import { MarketError } from "../model/errors.ts";
import type { Clock } from "../runtime/clock.ts";
import { diskPath, diskReason, isDiskError } from "../runtime/disk_error.ts";
import type { FilePlaces } from "../runtime/file_places.ts";
import { type Files, projectPath } from "../runtime/files.ts";
import type { OutputFolder } from "../runtime/output_folder.ts";
import { usageError } from "./arguments.ts";
import { movedHint } from "./moved_notebook.ts";
import { refuseUnknown, SettingMask, type Settings, withSettings } from "./render_settings.ts";

/** The outside world of {@link renderNotebooks}. */
export interface RenderPorts {
  readonly clock: Clock;
  readonly files: Files;
  /** Makes the folder, tries it, and keeps a second render out of it. */
  readonly claimFolder: (path: string, asked: string) => Promise<Pick<OutputFolder, "release">>;
  readonly places: FilePlaces;
  readonly runNotebook: typeof runNotebook;
  /** One self-contained HTML page of a notebook. */
  readonly pageOf: (
    notebook: Notebook,
    options: { readonly name: string; readonly isTrusted: boolean },
  ) => Promise<string>;
  /** Prints a page to a PDF file, both named by path, where there is a browser to do it. */
  readonly printPdf: (
    options: {
      readonly page: string;
      readonly pdf: string;
      readonly hasSandbox: boolean;
      readonly signal?: AbortSignal;
    },
  ) => Promise<{ readonly kind: "printed" | "no-browser" | "no-sandbox" }>;
}

export interface RenderOptions {
  /** Folder of what is made. */
  readonly outDir: string;
  /** Values of parameters. Those with a secret name are in nothing that is written. */
  readonly set?: Settings;
  /** A cell that takes longer is interrupted. @default 120000 */
  readonly cellTimeoutMs?: number;
  /** Makes the page of the file as it is, without running it. @default false */
  readonly asSaved?: boolean;
  /** Runs notebooks from outside the project's `notebooks/` too; else their page is made as saved. @default false */
  readonly runsOutside?: boolean;
  /** Keeps the scripts that a notebook brings in its page. @default false */
  readonly isTrusted?: boolean;
  /** `"auto"` makes a PDF where there is a browser, `"always"` fails without one. @default "auto" */
  readonly pdf?: "auto" | "always" | "never";
  /** False lets the browser print without its sandbox. @default true */
  readonly hasSandbox?: boolean;
  /** Variables added to the environment of each kernel. @default none */
  readonly env?: Readonly<Record<string, string>>;
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
  /** What the user should know, in sentences without their full stops. */
  readonly notes: readonly string[];
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

const DEFAULT_JOBS = 2;

/** A notebook read, and how to go on with it. */
type Job =
  | {
    readonly file: string;
    readonly notebook: Notebook;
    readonly how: "run" | "saved" | "outside";
  }
  | { readonly file: string; readonly failure: Error };

/**
 * Runs notebooks and makes a page of each. One that fails does not stop the others; its page shows how far it came. The
 * code of one that lies outside the project's `notebooks/` runs only where that is asked for.
 *
 * @returns one entry a notebook, in the order given.
 * @throws {MarketError} `unknown-parameter`, `usage` or `folder-in-use` before anything runs; the signal's reason when that is aborted.
 */
export async function renderNotebooks(
  files: readonly string[],
  options: RenderOptions,
  ports: RenderPorts,
): Promise<RenderedNotebook[]> {
  refuseSameNames(files);
  const jobs = await Promise.all(files.map((file) => read(file, options, ports)));
  const claim = await ports.claimFolder(options.outDir, "--out");
  try {
    await refuseOverwriting(jobs, options, ports.places);
    return await renderAll(jobs, options, ports);
  } finally {
    await claim.release();
  }
}

async function renderAll(
  jobs: readonly Job[],
  options: RenderOptions,
  ports: RenderPorts,
): Promise<RenderedNotebook[]> {
  const ready = withSettingsOf(jobs, options.set ?? {});
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

async function read(file: string, options: RenderOptions, ports: RenderPorts): Promise<Job> {
  const { files, places } = ports;
  try {
    if (!await files.exists(file)) {
      const isKnown = await files.exists(join(NOTEBOOKS, basename(file)));
      const hint = isKnown ? ` One of that name is in ${NOTEBOOKS}/: name it ${nameOf(file)}.` : "";
      throw new MarketError(
        "no-notebook-file",
        "configure",
        `There is no notebook ${file}.${hint}`,
      );
    }
    const notebook = parseNotebook(await files.readText(file), { name: file });
    if (options.asSaved) return { file, notebook, how: "saved" };
    const isOurs = options.runsOutside || await places.isWithin(file, projectPath(NOTEBOOKS));
    return { file, notebook, how: isOurs ? "run" : "outside" };
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
  const notes: string[] = [];
  const mask = new SettingMask(options.set ?? {});
  let failure: string | undefined;
  let traceback: readonly string[] = [];
  try {
    if ("failure" in job) throw job.failure;
    if (job.how === "outside") notes.push(NOT_RUN);
    const cellFailure = await make(job, made, notes, options, ports);
    if (cellFailure !== undefined) {
      ({ message: failure, traceback } = cellFailure);
      const hint = movedHint(job.notebook, file, projectPath(""));
      if (hint !== undefined) failure = `${failure.replace(/\.$/, "")}; ${hint}`;
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    failure = isDiskError(error)
      ? unsaved(made, error)
      : (error as Error).message.replace(/\.$/, "");
  }
  return {
    file,
    ...made,
    notes,
    failure: failure === undefined ? undefined : mask.text(failure).replace(/\.$/, ""),
    traceback: traceback.map((line) => mask.text(line)),
    tookMs: ports.clock.monotonic() - since,
  };
}

const NOT_RUN =
  `its code was not run, because it lies outside ${NOTEBOOKS}/: the page shows it as it ` +
  "was saved; --run runs it";

const NO_SANDBOX =
  "there is no PDF, because Chromium cannot use its sandbox here (it runs as root, or in a " +
  "container): run this as an ordinary user, or add --no-sandbox if you trust the notebook";

/** What the disk took, and why not the rest; without its full stop. */
function unsaved(made: Made, error: Error): string {
  const path = diskPath(error);
  const where = path === undefined ? "" : ` (${path})`;
  const saved = Object.values(made).filter((one) => one !== undefined).join(" and ");
  const rest = saved === "" ? "nothing of it was saved" : `only ${saved} was saved`;
  return `${diskReason(error)}${where}; ${rest}`;
}

/** Paths of what was made so far. */
type Made = { -readonly [name in "notebook" | "page" | "pdf"]: string | undefined };

async function make(
  job: Extract<Job, { notebook: Notebook }>,
  made: Made,
  notes: string[],
  options: RenderOptions,
  ports: RenderPorts,
): Promise<CellFailure | undefined> {
  const { file, how } = job;
  const path = (ending: Ending) => pathOf(file, ending, options);
  let { notebook } = job;
  let failure: CellFailure | undefined;
  if (how === "run") {
    const run = await ports.runNotebook(notebook, {
      cwd: dirname(file),
      ...(options.cellTimeoutMs === undefined ? {} : { cellTimeoutMs: options.cellTimeoutMs }),
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onProgress: (progress) => options.onProgress?.(file, progress),
    });
    failure = run.failure;
    notebook = new SettingMask(options.set ?? {}).notebook(run.notebook);
    const text = formatNotebook(notebook);
    refuseInvalid(text);
    await ports.files.writeText(path(".ipynb"), text);
    made.notebook = path(".ipynb");
  }
  const { isTrusted = false } = options;
  const page = await ports.pageOf(notebook, { name: nameOf(file), isTrusted });
  await ports.files.writeText(path(".html"), page);
  made.page = path(".html");
  if (options.pdf !== "never") await print(path, made, notes, options, ports);
  return failure;
}

async function print(
  path: (ending: Ending) => string,
  made: Made,
  notes: string[],
  options: RenderOptions,
  ports: RenderPorts,
): Promise<void> {
  const { kind } = await ports.printPdf({
    page: path(".html"),
    pdf: path(".pdf"),
    hasSandbox: options.hasSandbox ?? true,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (kind === "printed") made.pdf = path(".pdf");
  else if (options.pdf === "always") {
    throw new MarketError(
      kind,
      "configure",
      kind === "no-sandbox"
        ? `${NO_SANDBOX}.`
        : "There is no PDF, because no Chromium or Chrome was found. Install one, or leave out --pdf.",
    );
  } else if (kind === "no-sandbox") notes.push(NO_SANDBOX);
}

/** What is made of a notebook; the first only where it is run. */
const ENDINGS = [".ipynb", ".html", ".pdf"] as const;
type Ending = typeof ENDINGS[number];

function pathOf(file: string, ending: Ending, { outDir }: RenderOptions): string {
  return join(outDir, nameOf(file) + ending);
}

/**
 * What is made may lie where a notebook is only if that is no notebook given: neither by its own path nor through links.
 */
async function refuseOverwriting(
  jobs: readonly Job[],
  options: RenderOptions,
  places: FilePlaces,
): Promise<void> {
  const inputs = new Map<string, string>();
  for (const { file } of jobs) {
    const identity = await places.identity(file);
    if (identity !== undefined) inputs.set(identity, file);
  }
  for (const job of jobs) {
    const isExecuted = "how" in job && job.how === "run";
    for (const ending of isExecuted ? ENDINGS : ENDINGS.slice(1)) {
      const made = pathOf(job.file, ending, options);
      const input = inputs.get(await places.identity(made) ?? "");
      if (input === undefined) continue;
      throw usageError(
        `--out ${options.outDir} would overwrite ${input}: ${made} is the same file. Name another folder`,
      );
    }
  }
}

function nameOf(file: string): string {
  return basename(file, ".ipynb");
}

function refuseSameNames(files: readonly string[]): void {
  // Some disks do not distinguish the case of letters.
  const names = files.map((file) => nameOf(file).toLowerCase());
  const twice = files.find((_, i) => names.indexOf(names[i]!) < i);
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

/** Sets the parameters of what will run. Each must be declared somewhere. */
function withSettingsOf(jobs: readonly Job[], set: Settings): Job[] {
  const running = jobs.flatMap((job) => "notebook" in job && job.how === "run" ? [job] : []);
  const outside = jobs.find((job) => "notebook" in job && job.how === "outside");
  if (running.length === 0 && outside !== undefined && Object.keys(set).length > 0) {
    throw usageError(
      `--set changes nothing: ${outside.file} lies outside ${NOTEBOOKS}/, so that its code runs only with --run`,
    );
  }
  refuseUnknown(running, set);
  return jobs.map((job) =>
    "notebook" in job && job.how === "run" ? { ...job, notebook: withSettings(job, set) } : job
  );
}
