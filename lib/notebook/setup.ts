import { libraryCredit, libraryTag, PAGE_CODE } from "../charts/library_tag.ts";
import { pageTheme } from "../charts/page_theme.ts";
import { DARK, type Theme, THEME_NAMES, type ThemeName } from "../charts/theme.ts";
import { bundleForBrowser } from "../runtime/bundle.ts";
import { systemClock } from "../runtime/clock.ts";
import { variable } from "../runtime/environment.ts";
import { systemJupyter } from "../runtime/jupyter.ts";
import { denoVersion } from "../runtime/probe.ts";
import { systemProcessEvents } from "../runtime/process_events.ts";
import { systemRandom } from "../runtime/random.ts";
import { sentenceOf } from "../model/sentence_of.ts";
import { MarketError } from "../model/errors.ts";
import { type NotebookPorts, NotebookSession } from "./session.ts";
import { VERSION } from "../model/version.ts";

/** Options of {@link setup}. */
export interface SetupOptions {
  /** Name of the notebook, for its first line. @default none */
  readonly notebook?: string;
  /**
   * Colours of all that Comove shows: `"dark"`, `"light"`, `"auto"`, which follows JupyterLab, VS Code or the page, or
   * colours of your own. Exported pages let their reader choose, and print is always light. @default "dark"
   */
  readonly theme?: ThemeName | Theme;
}

/** The outside world; notebooks leave it out. */
export interface SetupPorts extends Partial<NotebookPorts> {
  /** HTML that brings the charts' page code, once for each page. */
  readonly library?: (signal: AbortSignal) => Promise<string>;
  readonly denoVersion?: string;
}

/** The one session of this kernel. */
let session: NotebookSession | undefined;
/** How it was set up, so that a reload can do it again. */
let setUpWith: readonly [options: SetupOptions, ports: SetupPorts] = [{}, {}];
let library: Promise<string> | undefined;

/** VS Code sets this variable in all that it starts, kernels too. */
function frontEnd(): "jupyter" | "vscode" {
  return variable("VSCODE_PID") === undefined ? "jupyter" : "vscode";
}

async function bundledLibrary(signal: AbortSignal): Promise<string> {
  return await libraryTag(await bundleForBrowser(PAGE_CODE, { signal }));
}

/**
 * First cell of every notebook. Keeps the kernel alive from then on (an error in the background no longer
 * freezes it, and the Stop button no longer kills it), brings the interactive charts into the page, and shows
 * one line with the versions, which also counts errors in the background. Running the cell again is safe.
 *
 * @throws {MarketError} `no-notebook` outside a Deno notebook.
 *
 * @example
 * ```ts ignore
 * await setup({ notebook: "04_live_correlation" });
 * ```
 */
export async function setup(options: SetupOptions = {}, ports: SetupPorts = {}): Promise<void> {
  const theme = themeOf(options.theme ?? "dark");
  const shownBy = ports.frontEnd ?? frontEnd();
  session ??= new NotebookSession({
    jupyter: ports.jupyter ?? systemJupyter(),
    events: ports.events ?? systemProcessEvents,
    clock: ports.clock ?? systemClock,
    random: ports.random ?? systemRandom,
    frontEnd: shownBy,
  }, theme);
  session.theme = theme;
  setUpWith = [options, ports];
  const head = [`Comove ${VERSION}`, `Deno ${ports.denoVersion ?? denoVersion()}`];
  if (options.notebook !== undefined) head.push(options.notebook);
  session.showHead(head.join(" · "));
  bringLibrary(session, ports.library ?? bundledLibrary);
  const { outputs, cellSignal } = session;
  // VS Code changes an output only while its cell is in sight; elsewhere the next cells run meanwhile.
  await (shownBy === "vscode" ? outputs.settle(cellSignal) : outputs.settleShown(cellSignal));
}

/** Shows the charts' page code as soon as it is bundled, which takes another process about half a second. */
function bringLibrary(
  session: NotebookSession,
  bundle: (signal: AbortSignal) => Promise<string>,
): void {
  const made = library ??= bundle(session.lifetime);
  const text = "The interactive charts' page code.";
  session.outputs.displayLater(
    { html: libraryCredit(), text },
    made.then((html) => ({ html, text }), (error) => {
      if (library === made) library = undefined;
      // Everything else works without: charts stay pictures.
      session.extendHead(`interactive charts are off: ${sentenceOf(error)}`);
      return { html: "", text: "Charts are pictures." };
    }),
  );
}

/** The notebook's session. @throws {MarketError} `no-setup` before {@link setup}. */
export function currentSession(): NotebookSession {
  if (session !== undefined) return session;
  throw new MarketError(
    "no-setup",
    "configure",
    "The notebook is not set up in this kernel. Run the cell with `await setup()` near the top, then this one again.",
  );
}

/** The notebook's session; undefined before {@link setup} and outside a notebook. */
export function openSession(): NotebookSession | undefined {
  return session;
}

/** What {@link setup} was last given. */
export function lastSetup(): readonly [options: SetupOptions, ports: SetupPorts] {
  return setUpWith;
}

/** Takes the guards off and stops the panels; {@link setup} may begin anew. What was kept stays open. */
export function endSession(): void {
  session?.dispose();
  session = undefined;
  library = undefined;
}

function themeOf(theme: ThemeName | Theme): Theme {
  if (typeof theme === "object" && theme !== null) return ownTheme(theme);
  if (THEME_NAMES.includes(theme)) return pageTheme(theme);
  const names = THEME_NAMES.map((name) => `"${name}"`).join(", ");
  throw new RangeError(`theme must be one of ${names}, or an object of colours, got ${theme}`);
}

/** Cells are not type-checked. */
function ownTheme(theme: Theme): Theme {
  const missing = Object.keys(DARK).filter((name) => !Object.hasOwn(theme, name));
  if (missing.length === 0) return theme;
  throw new TypeError(`theme must have every colour of a Theme; it lacks ${missing.join(", ")}`);
}
