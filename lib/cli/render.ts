import { PAGE_CODE } from "../charts/library_tag.ts";
import { PAGE_EXTENSIONS, type PageExtension } from "../charts/page_extensions.ts";
import { runNotebook } from "../kernel/run_notebook.ts";
import { MarketError } from "../model/errors.ts";
import { SECOND } from "../model/time.ts";
import { bundleForBrowser } from "../runtime/bundle.ts";
import { systemClock } from "../runtime/clock.ts";
import { systemFilePlaces } from "../runtime/file_places.ts";
import { systemFiles } from "../runtime/files.ts";
import { type Folders, systemFolders } from "../runtime/folders.ts";
import { claimFolder } from "../runtime/output_folder.ts";
import type { Terminal } from "../runtime/terminal.ts";
import {
  numberOption,
  type Options,
  type OptionSpec,
  parseCommandLine,
  usageError,
  usageOf,
} from "./arguments.ts";
import { NOTEBOOKS, RENDERED, renderNotebooks, type RenderPorts } from "./render_notebooks.ts";
import { givenPath } from "./given_path.ts";
import { RUN_SECONDS } from "./render_settings.ts";
import { RenderProgress } from "./render_progress.ts";
import { pageOf } from "./notebook_page.ts";
import { printPdf } from "./pdf.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  set: {
    value: "NAME=VALUE",
    isRepeated: true,
    help: "a parameter of the notebook, JSON or text; may be given again",
  },
  out: { value: "DIR", help: "write there; default notebooks/rendered" },
  timeout: {
    value: "SECONDS",
    help: "interrupt a cell that takes longer; default 120, and RUN_SECONDS more",
  },
  "as-saved": { help: "make the page of the file as it is, without running it" },
  run: { help: "run the code of a notebook from outside notebooks/ too" },
  pdf: { help: "insist on a PDF; by default one is made when Chromium is found" },
  "no-pdf": { help: "make no PDF" },
  "no-sandbox": {
    help: "print without Chromium's sandbox, which root and some containers cannot have",
  },
  trust: {
    help: "keep scripts that the notebook brings in its page; a page runs them when opened",
  },
  jobs: { value: "N", help: "notebooks that run at a time; default 2" },
  help: { help: "show this text" },
};

const SUMMARY =
  `Runs notebooks in a Deno kernel and writes each as an executed .ipynb and a page that needs no network.
Without names it takes all of notebooks/; a name such as 04_live_correlation is one of them. A notebook that declares RUN_SECONDS is run with ${RUN_SECONDS}, so that
it ends; --set RUN_SECONDS=60 lets it run longer. A notebook from elsewhere is not run without --run: its page shows it as it was saved.`;

const USUAL_TIMEOUT_S = 120;

/** The outside world of {@link render}: the machine, unless given. */
export interface RenderCommandPorts extends Partial<RenderPorts> {
  readonly folders?: Folders;
}

/** Runs notebooks on this machine. */
export const systemRenderPorts: RenderPorts = {
  clock: systemClock,
  files: systemFiles,
  claimFolder,
  places: systemFilePlaces,
  runNotebook,
  pageOf: (notebook, options) =>
    pageOf(notebook, { library: pageLibrary, extension: pageExtension, ...options }),
  printPdf,
};

let library: Promise<string> | undefined;

/** The charts' page code, bundled once. */
function pageLibrary(): Promise<string> {
  return library ??= bundleForBrowser(PAGE_CODE);
}

/** The code of an element that few notebooks show. */
function pageExtension(name: PageExtension): Promise<string> {
  return bundleForBrowser(PAGE_EXTENSIONS[name]);
}

/**
 * `deno task render`: runs notebooks and makes a page of each.
 *
 * @returns exit code: 0 when all were rendered, 1 when one failed or the user stopped it.
 * @throws {MarketError} for a bad command line.
 */
export async function render(
  args: readonly string[],
  terminal: Terminal,
  given: RenderCommandPorts = {},
): Promise<number> {
  const { options, positionals } = parseCommandLine(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(usageOf("render [notebook…]", SUMMARY, OPTIONS));
    return 0;
  }
  const { folders = systemFolders, ...ports } = given;
  const files = positionals.length > 0
    ? positionals.map((name) => fileOf(name, terminal.from))
    : await folders.files(NOTEBOOKS, ".ipynb");
  if (files.length === 0) {
    throw new MarketError(
      "usage",
      "configure",
      `There is no notebook in ${NOTEBOOKS}; run this from the project's folder, or name a notebook.`,
    );
  }
  const progress = new RenderProgress(terminal, files);
  try {
    const rendered = await renderNotebooks(files, {
      ...renderOptionsOf(options),
      signal: terminal.stop,
      onProgress: (file, cell) => progress.cell(file, cell),
      onRendered: (one) => progress.rendered(one),
    }, { ...systemRenderPorts, ...ports });
    return rendered.every(({ failure }) => failure === undefined) ? 0 : 1;
  } catch (error) {
    if (!terminal.stop.aborted) throw error;
    progress.end();
    terminal.err("Stopped before every notebook was rendered.\n");
    return 1;
  } finally {
    progress.end();
  }
}

/** `04_live_correlation` is the notebook of that name in `notebooks/`; anything else is a path. */
function fileOf(name: string, from: string | undefined): string {
  return /[\\/]|\.ipynb$/.test(name) ? givenPath(name, from) : `${NOTEBOOKS}/${name}.ipynb`;
}

function renderOptionsOf(options: Options) {
  if (options.has("pdf") && options.has("no-pdf")) {
    throw usageError("--pdf and --no-pdf exclude each other");
  }
  if (options.has("as-saved") && options.has("run")) {
    throw usageError("--as-saved and --run exclude each other");
  }
  if (options.has("as-saved") && options.has("set")) {
    throw usageError("--as-saved runs nothing, so that --set would change nothing");
  }
  const set = settingsOf(options.get("set") ?? []);
  const timeout = numberOption(options, "timeout", { min: 1 }) ?? timeoutFor(set);
  const jobs = numberOption(options, "jobs", { min: 1, isWhole: true });
  const pdf = options.has("pdf") ? "always" : options.has("no-pdf") ? "never" : "auto";
  return {
    outDir: options.get("out")?.[0] ?? RENDERED,
    set,
    asSaved: options.has("as-saved"),
    runsOutside: options.has("run"),
    isTrusted: options.has("trust"),
    hasSandbox: !options.has("no-sandbox"),
    pdf,
    ...(timeout === undefined ? {} : { cellTimeoutMs: timeout * SECOND }),
    ...(jobs === undefined ? {} : { jobs }),
  } as const;
}

/** The usual limit of a cell, seconds, where `--set` lets a notebook run for longer; else undefined. */
function timeoutFor({ RUN_SECONDS = "" }: Readonly<Record<string, string>>): number | undefined {
  const seconds = Number(RUN_SECONDS);
  return seconds > 0 && Number.isFinite(seconds) ? USUAL_TIMEOUT_S + seconds : undefined;
}

function settingsOf(texts: readonly string[]): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const text of texts) {
    const [, name, value] = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      throw usageError(`--set needs a name and a value such as --set RUN_SECONDS=60, got ${text}`);
    }
    if (Object.hasOwn(settings, name)) throw usageError(`--set ${name} is given twice`);
    settings[name] = value;
  }
  return settings;
}
