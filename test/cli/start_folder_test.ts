import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { formatNotebook } from "../../lib/kernel/notebook_file.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { notebookOf, prose } from "../kernel/notebooks.ts";

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** Runs a task as a user does who stands in this folder. */
async function task(cwd: string, ...args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "--config", CONFIG, ...args],
    cwd,
    stdin: "null",
    // Noted by npx where there is one, else by the task itself; the tests may run under another npx.
    env: { NO_COLOR: "1", INIT_CWD: cwd },
  }).output();
  const text = new TextDecoder();
  return { code, said: text.decode(stdout) + text.decode(stderr) };
}

Deno.test("tasks read and write where the user stands", async () => {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/mine.ipynb`, formatNotebook(notebookOf(prose("# Mine"))));
    const rendered = await task(
      dir,
      "render",
      "--as-saved",
      "--no-pdf",
      "--out",
      "o",
      "mine.ipynb",
    );
    assert.equal(rendered.code, 0, rendered.said);
    assert.match(await Deno.readTextFile(`${dir}/o/mine.html`), /<h1>Mine<\/h1>/);
    await Deno.writeTextFile(`${dir}/bad.yaml`, "clock: { speed: -1 }\n");
    for (const command of ["stream", "record", "simulate"]) {
      const { code, said } = await task(dir, command, "--config", "bad.yaml");
      assert.equal(code, 2, said);
      assert.match(said, /clock\.speed/, command);
    }
    for (
      const args of [["replay", "none"], ["cells", "none.ipynb"], ["doctor", "--bars", "none.csv"]]
    ) {
      const { code, said } = await task(dir, ...args);
      assert.notEqual(code, 0);
      assert.ok(said.includes(`${dir.split("/").at(-1)}/none`), said);
    }
  });
});
