/**
 * Jupyter's own tools run and read our notebooks. Part of `deno task strangers`; needs a Python with
 * `test/browser/requirements.txt`.
 */
import assert from "node:assert/strict";
import { parseNotebook } from "../../lib/kernel/notebook_file.ts";
import { leastOutputs } from "../support/expected_outputs.ts";
import { say } from "../support/say.ts";

const NOTEBOOKS = new URL("../../notebooks/", import.meta.url).pathname;
const SCRIPT = new URL("run_notebook.py", import.meta.url).pathname;

/** A folder with the kernelspec of this very Deno. */
async function kernelspec(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/kernels/deno`, { recursive: true });
  const argv = [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"];
  const spec = { argv, display_name: "Deno", language: "typescript" };
  await Deno.writeTextFile(`${folder}/kernels/deno/kernel.json`, JSON.stringify(spec));
}

const python = Deno.env.get("PYTHON");
if (python === undefined) say("PYTHON names no interpreter: nbclient's check is skipped.");

for await (const { name } of Deno.readDir(NOTEBOOKS)) {
  if (!name.endsWith(".ipynb")) continue;
  Deno.test({
    name: `nbclient runs ${name} with every output, and nbformat finds it valid`,
    ignore: python === undefined,
  }, async () => {
    const folder = await Deno.makeTempDir({ prefix: "comove-nbclient-" });
    try {
      await kernelspec(folder);
      const executed = `${folder}/${name}`;
      const { success, stderr } = await new Deno.Command(python!, {
        args: [SCRIPT, NOTEBOOKS + name, executed],
        env: { JUPYTER_PATH: folder, JUPYTER_RUNTIME_DIR: folder, DENO_NO_UPDATE_CHECK: "1" },
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      const notebook = parseNotebook(await Deno.readTextFile(executed), { name });
      for (const cell of notebook.cells) {
        if (cell.cell_type !== "code") continue;
        const firstLine = cell.source.split("\n")[0];
        assert.ok(
          cell.outputs.length >= leastOutputs(cell),
          `${firstLine}: ${cell.outputs.length} of ${leastOutputs(cell)} outputs`,
        );
        const kinds = new Set(cell.outputs.map((output) => output.output_type));
        assert.ok(!kinds.has("error") && !kinds.has("stream"), `${firstLine}: ${[...kinds]}`);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
