import { FILE_VARIABLE } from "../runtime/config_keys.ts";
import { LIST_VARIABLE } from "../runtime/environment.ts";
import { systemFolders } from "../runtime/folders.ts";
import { STOPPED, type Terminal } from "../runtime/terminal.ts";
import { numberOption, type OptionSpec, parseArguments, usageOf } from "./arguments.ts";
import { demoMarket } from "./demo_market.ts";
import { systemRenderPorts } from "./render.ts";
import {
  NOTEBOOKS,
  RENDERED,
  type RenderedNotebook,
  renderNotebooks,
  type RenderPorts,
} from "./render_notebooks.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  hours: { value: "N", help: "venue hours to stream after the notebooks; default 3" },
  speed: { value: "N", help: "venue seconds per second; default 900" },
  help: { help: "show this text" },
};

/** What the notebooks are run with: some venue minutes in few seconds, simulated whatever config.yaml says. */
export const NOTEBOOK_SETTINGS = { SOURCE: "simulated", SPEED: "120", RUN_SECONDS: "3" };

/**
 * Kernels read no configuration, neither a file nor the user's variables: what is set there for symbols, a store or
 * alerts belongs to the user's own markets.
 */
const NOTEBOOK_VARIABLES = { [FILE_VARIABLE]: "", [LIST_VARIABLE]: FILE_VARIABLE };

/** Streaming, correlation, the desk and the evidence, which take the demo less than a minute; the others are rendered by name. */
const SHOWN = /(?:^|[\\/])0[1-6]_[^\\/]*$/;

/**
 * `deno task demo`: renders the notebooks on the embedded market, then streams some venue hours at high speed,
 * prints the correlation table and compares every minute with what really happened.
 *
 * @returns 0 when all notebooks were rendered and every minute equals the truth, 130 when the user stopped it, else 1.
 */
export async function demo(
  args: readonly string[],
  terminal: Terminal,
  ports: RenderPorts = systemRenderPorts,
): Promise<number> {
  const { clock } = ports;
  const options = parseArguments(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(usageOf("demo", "Shows Comove on the embedded simulated market.", OPTIONS));
    return 0;
  }
  const hours = numberOption(options, "hours", { min: 0.1 }) ?? 3;
  const speed = numberOption(options, "speed", { min: 1 }) ?? 900;
  const rendered = await renderAll(terminal, ports);
  if (rendered === undefined) return 130;
  const code = await demoMarket({ hours, speed }, terminal, { clock });
  if (code === STOPPED) return code;
  const pages = rendered.flatMap(({ page }) => page ?? []);
  terminal.out(
    `\nPages to open in a browser, interactive and complete in themselves:\n${
      pages.map((page) => `  ${page}\n`).join("")
    }`,
  );
  return rendered.every(({ failure }) => failure === undefined) ? code : 1;
}

/** Every notebook as an executed file and a page; undefined when the user stopped it. */
async function renderAll(
  terminal: Terminal,
  ports: RenderPorts,
): Promise<readonly RenderedNotebook[] | undefined> {
  const files = (await systemFolders.files(NOTEBOOKS, ".ipynb")).filter((file) => SHOWN.test(file));
  terminal.out(`Running ${files.length} notebooks in Deno kernels, two at a time.\n`);
  try {
    return await renderNotebooks(files, {
      outDir: RENDERED,
      set: NOTEBOOK_SETTINGS,
      env: NOTEBOOK_VARIABLES,
      pdf: "never",
      signal: terminal.stop,
      onRendered: ({ file, failure, tookMs }) =>
        failure === undefined
          ? terminal.out(`  ${file}: done in ${(tookMs / 1_000).toFixed(1)} s\n`)
          : terminal.err(`  ${file}: ${failure.replace(/\.$/, "")}.\n`),
    }, ports);
  } catch (error) {
    if (terminal.stop.aborted) return undefined;
    throw error;
  }
}
