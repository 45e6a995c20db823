import assert from "node:assert/strict";
import { delimiter, join, resolve } from "node:path";
import { kernelSpec, lab, type LabPorts } from "../../lib/cli/lab.ts";
import { projectPath } from "../../lib/runtime/files.ts";
import type { ForegroundOptions } from "../../lib/runtime/foreground.ts";
import type { Terminal } from "../../lib/runtime/terminal.ts";

const DENO = "/npx/cache/deno";

/** A machine on which these commands are JupyterLab. */
class Machine {
  readonly said = { out: "", err: "" };
  readonly asked: string[] = [];
  readonly files = new Map<string, string>();
  readonly started: ForegroundOptions[] = [];
  readonly #stopping = new AbortController();
  folders = 0;

  constructor(
    readonly programs: Readonly<Record<string, { code?: number; out?: string }>>,
    readonly variables: Readonly<Record<string, string>> = {},
    readonly run: (options: ForegroundOptions) => Promise<number> = () => Promise.resolve(0),
  ) {}

  get terminal(): Terminal {
    return {
      out: (text) => this.said.out += text,
      err: (text) => this.said.err += text,
      clearLine: () => {},
      isInteractive: false,
      stop: this.#stopping.signal,
      env: {},
      from: "data-samples",
    };
  }

  get ports(): LabPorts {
    return {
      deno: DENO,
      denoVersion: "2.9.6",
      variable: (name) => this.variables[name],
      files: {
        writeText: (path, text) => Promise.resolve(void this.files.set(path, text)),
        exists: (path) => Promise.resolve(path.endsWith(".ipynb")),
      },
      runProgram: (command, args) => {
        this.asked.push([command, ...args].join(" "));
        const found = this.programs[[command, ...args.slice(0, -1)].join(" ")];
        if (found === undefined) return Promise.reject(new Deno.errors.NotFound(command));
        return Promise.resolve({ code: 0, out: "", err: "", ...found });
      },
      makeTempFolder: () => {
        this.folders++;
        return Promise.resolve({
          path: "/tmp/lab",
          remove: () => Promise.resolve(void this.folders--),
        });
      },
      runInForeground: (options) => {
        assert.equal(this.folders, 1, "the kernel is there while it runs");
        this.started.push(options);
        return this.run(options);
      },
    };
  }

  open(...args: string[]): Promise<number> {
    return lab(args, this.terminal, this.ports);
  }
}

const VERSION = { out: "4.6.6\n" };

Deno.test("lab opens JupyterLab in notebooks/ with this Deno as kernel, and passes the rest on", async () => {
  const machine = new Machine({ "jupyter lab": VERSION }, {}, () => Promise.resolve(7));
  assert.equal(await machine.open("--no-browser", "--port", "8890"), 7, "its exit code");
  assert.deepEqual(machine.asked, ["jupyter-lab --version", "jupyter lab --version"]);
  const [{ stop, ...started }] = machine.started as [ForegroundOptions];
  assert.equal(stop, machine.terminal.stop);
  assert.deepEqual(started, {
    command: "jupyter",
    args: ["lab", "--no-browser", "--port", "8890"],
    cwd: projectPath("notebooks"),
    env: { JUPYTER_PATH: "/tmp/lab", DENO_NO_UPDATE_CHECK: "1" },
  });
  assert.deepEqual([...machine.files.keys()], [join("/tmp/lab", "kernels", "deno", "kernel.json")]);
  assert.match(machine.said.out, /JupyterLab 4\.6\.6 .* Deno 2\.9\.6/);
  assert.equal(machine.folders, 0, "nothing is left");
});

Deno.test("lab opens a notebook named from where the user stands", async () => {
  const machine = new Machine({ "jupyter-lab": VERSION });
  await machine.open("mine.ipynb", "../notebooks/04.ipynb", "--port=8890", "elsewhere");
  assert.deepEqual(machine.started[0]!.args, [
    resolve("data-samples/mine.ipynb"),
    resolve("notebooks/04.ipynb"),
    "--port=8890",
    "elsewhere",
  ]);
});

Deno.test("lab's kernel goes before kernels that are installed, and keeps the folders of the user", async () => {
  const machine = new Machine({ "jupyter-lab": VERSION }, { JUPYTER_PATH: "/mine" });
  await machine.open();
  assert.equal(machine.started[0]?.env.JUPYTER_PATH, `/tmp/lab${delimiter}/mine`);
  const [text] = machine.files.values();
  assert.equal(text, kernelSpec(DENO));
});

Deno.test("kernelSpec names this Deno, as Jupyter wants it", () => {
  const spec = JSON.parse(kernelSpec(DENO));
  assert.deepEqual(spec.argv, [DENO, "jupyter", "--kernel", "--conn", "{connection_file}"]);
  assert.deepEqual(
    [spec.display_name, spec.language, spec.interrupt_mode],
    ["Deno", "typescript", "signal"],
  );
});

Deno.test("lab says in one sentence how to get JupyterLab, and gives 2", async () => {
  const broken = { code: 1, out: "" }, silent = { out: "usage: jupyter" };
  const machine = new Machine({ "jupyter lab": broken, "python3 -m jupyterlab": silent });
  assert.equal(await machine.open(), 2);
  assert.equal(
    machine.said.err,
    "JupyterLab was not found: install it with `python3 -m pip install jupyterlab`, " +
      "or open notebooks/ in VS Code with its Deno and Jupyter extensions.\n",
  );
  assert.deepEqual([machine.started, machine.folders, machine.said.out], [[], 0, ""]);
});

Deno.test("lab takes the program that JUPYTER names, and no other", async () => {
  const programs = {
    "/v/bin/jupyter lab": VERSION,
    "/v/bin/jupyter-lab": VERSION,
    "/v/bin/python3.12 -m jupyterlab": VERSION,
    "jupyter-lab": VERSION,
  };
  for (const launch of Object.keys(programs).slice(0, 3)) {
    const [command, ...args] = launch.split(" ");
    const machine = new Machine(programs, { JUPYTER: command! });
    assert.equal(await machine.open(), 0);
    assert.deepEqual([machine.started[0]?.command, machine.started[0]?.args], [command, args]);
  }
  const wrong = new Machine(programs, { JUPYTER: "/v/bin/gone" });
  assert.equal(await wrong.open(), 2);
  assert.match(wrong.said.err, /^The variable JUPYTER names \/v\/bin\/gone, which does not start/);
});

Deno.test("lab leaves nothing behind when JupyterLab cannot be started", async () => {
  const failing = () => Promise.reject(new Error("no such file"));
  const machine = new Machine({ "jupyter-lab": VERSION }, {}, failing);
  await assert.rejects(machine.open(), /no such file/);
  assert.equal(machine.folders, 0);
});

Deno.test("lab --help tells what it does and starts nothing", async () => {
  const machine = new Machine({ "jupyter-lab": VERSION });
  assert.equal(await machine.open("--help"), 0);
  assert.match(machine.said.out, /Usage: deno task lab/);
  assert.deepEqual(machine.asked, []);
});
