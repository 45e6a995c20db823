/** A real JupyterLab server on loopback, with the Deno kernel of this very executable. */
export interface JupyterLab extends AsyncDisposable {
  /** Address of a notebook in the lab's single-document view. */
  urlOf(notebook: string): string;
  /** Kills every kernel's process, as the system does when memory is short. The server starts empty ones instead. */
  killKernels(): Promise<void>;
  /** Ends every kernel, as when the server was restarted. */
  stopKernels(): Promise<void>;
}

/**
 * Starts JupyterLab over a folder. Its settings, kernelspec and runtime files lie in a temporary folder, so that
 * nothing of the machine's own Jupyter is read or written.
 *
 * @param python an interpreter that has jupyterlab.
 */
export async function startJupyterLab(python: string, folder: string): Promise<JupyterLab> {
  const home = await Deno.makeTempDir({ prefix: "comove-lab-" });
  const kernel = `${home}/data/kernels/deno`;
  await Deno.mkdir(kernel, { recursive: true });
  const argv = [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"];
  const spec = { argv, display_name: "Deno", language: "typescript" };
  await Deno.writeTextFile(`${kernel}/kernel.json`, JSON.stringify(spec));
  const port = freePort();
  const server = new Deno.Command(python, {
    args: [
      ...["-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", `--port=${port}`],
      ...["--IdentityProvider.token=", "--ServerApp.port_retries=0", `--notebook-dir=${folder}`],
      ...["--LabApp.expose_app_in_browser=true", "--ServerApp.disable_check_xsrf=True"],
    ],
    env: {
      JUPYTER_PATH: `${home}/data`,
      JUPYTER_DATA_DIR: `${home}/data`,
      JUPYTER_CONFIG_DIR: `${home}/config`,
      JUPYTER_RUNTIME_DIR: `${home}/runtime`,
      JUPYTERLAB_SETTINGS_DIR: `${home}/settings`,
      JUPYTERLAB_WORKSPACES_DIR: `${home}/workspaces`,
      DENO_NO_UPDATE_CHECK: "1",
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const base = `http://127.0.0.1:${port}`;
  const lab: JupyterLab = {
    urlOf: (notebook) => `${base}/doc/tree/${notebook}`,
    async killKernels() {
      for (const id of await processesOf(`${home}/runtime/kernel-`)) Deno.kill(id, "SIGKILL");
    },
    async stopKernels() {
      for (const { id } of await kernelsOf(base)) {
        const answer = await fetch(`${base}/api/kernels/${id}`, { method: "DELETE" });
        await answer.body?.cancel();
        if (!answer.ok) throw new Error(`kernel ${id} was not ended: ${answer.status}`);
      }
    },
    async [Symbol.asyncDispose]() {
      await lab.stopKernels();
      server.kill("SIGTERM");
      await server.status;
      await Deno.remove(home, { recursive: true });
    },
  };
  for (let attempt = 0; attempt < 300; attempt++) {
    const isUp = await fetch(`${base}/api`).then(async (r) => (await r.text(), r.ok), () => false);
    if (isUp) return lab;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await lab[Symbol.asyncDispose]();
  throw new Error("JupyterLab did not answer within 30 seconds");
}

async function kernelsOf(base: string): Promise<{ id: string }[]> {
  return await fetch(`${base}/api/kernels`).then((r) => r.json(), () => []);
}

/** Processes that were started with an argument that begins so. */
async function processesOf(argument: string): Promise<number[]> {
  const found: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (line.split("\0").some((text) => text.startsWith(argument))) found.push(Number(name));
  }
  return found;
}

/** A port that was free a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
