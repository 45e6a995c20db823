import assert from "node:assert/strict";
import { basename } from "node:path";
import { demo } from "../../lib/cli/demo.ts";
import { systemRenderPorts } from "../../lib/cli/render.ts";
import { type Config, parseConfig } from "../../lib/feeds/config.ts";
import type { RenderPorts } from "../../lib/cli/render_notebooks.ts";
import type { RunOptions } from "../../lib/kernel/run_notebook.ts";
import { fakeTerminal } from "./fake_terminal.ts";

Deno.test("demo runs the first six notebooks on the simulated market, whatever the user configured", async () => {
  const { terminal, stop, out } = fakeTerminal();
  const ran: { readonly settings: string; readonly options: RunOptions }[] = [];
  const made: string[] = [];
  const ports: RenderPorts = {
    ...systemRenderPorts,
    files: {
      ...systemRenderPorts.files,
      writeText: (path) => Promise.resolve(void made.push(basename(path))),
    },
    claimFolder: () => Promise.resolve({ release: () => Promise.resolve() }),
    pageOf: () => Promise.resolve("a page"),
    runNotebook(notebook, options) {
      const injected = notebook.cells.find(({ id }) => id === "injected-parameters");
      ran.push({ settings: injected?.source ?? "", options });
      return Promise.resolve({ notebook, failure: undefined });
    },
  };
  const { out: print } = terminal;
  // The market that follows the notebooks has its own tests.
  const stopping = {
    ...terminal,
    out(text: string) {
      print(text);
      if (ran.length === 6) stop();
    },
  };
  assert.equal(await demo([], stopping, ports), 130);
  assert.deepEqual(made.filter((name) => name.endsWith(".html")).sort(), [
    "01_ibkr_streaming.html",
    "02_binance_streaming.html",
    "03_unified_streaming.html",
    "04_live_correlation.html",
    "05_desk.html",
    "06_evidence.html",
  ]);
  assert.match(out(), /^Running 6 notebooks in Deno kernels/);
  for (const { settings, options } of ran) {
    assert.match(settings, /^SOURCE = "simulated";$/m);
    assert.deepEqual(await configUnder({ ...USERS, ...options.env }), parseConfig());
  }
  assert.equal((await configUnder(USERS)).binance.symbols[0], "DOGEUSDT", "the variables do count");
});

/** What a user may have set in the shell that the demo is started from. */
const USERS = {
  COMOVE_SOURCE: "live",
  COMOVE_BINANCE_SYMBOLS: "[DOGEUSDT]",
  COMOVE_STORE_KIND: "sqlite",
};

/** The configuration that a process with every permission, as a kernel is, reads under these variables. */
async function configUnder(env: Readonly<Record<string, string>>): Promise<Config> {
  const config = new URL("../../lib/feeds/config.ts", import.meta.url);
  const code = `const { loadConfig } = await import("${config}");
console.log(JSON.stringify(await loadConfig()));`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", code],
    env: { COMOVE_CONFIG_FILE: "", ...env },
  }).output();
  const printed = new TextDecoder().decode(stdout);
  assert.notEqual(printed, "", new TextDecoder().decode(stderr));
  return JSON.parse(printed);
}
