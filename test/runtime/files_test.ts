import assert from "node:assert/strict";
import { projectPath, systemFiles } from "../../lib/runtime/files.ts";

Deno.test("systemFiles writes into new folders, reads back, and unpacks .gz", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/a/b/text.csv`;
  assert.equal(await systemFiles.exists(path), false);
  await systemFiles.writeText(path, "x,y\n1,2\n");
  assert.equal(await systemFiles.exists(path), true);
  assert.equal(await systemFiles.readText(path), "x,y\n1,2\n");
  const packed = new Blob(["packed\n"]).stream().pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(`${dir}/text.csv.gz`, packed);
  assert.equal(await systemFiles.readText(`${dir}/text.csv.gz`), "packed\n");
  await Deno.remove(dir, { recursive: true });
});

Deno.test("systemFiles writes beside the process when the path names no folder", async () => {
  const before = Deno.cwd();
  const dir = await Deno.makeTempDir();
  try {
    Deno.chdir(dir);
    await systemFiles.writeText("bare.txt", "x");
    assert.equal(await systemFiles.readText(`${dir}/bare.txt`), "x");
  } finally {
    Deno.chdir(before);
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("systemFiles rejects a file that is not there and a .gz that is damaged", async () => {
  const dir = await Deno.makeTempDir();
  await assert.rejects(systemFiles.readText(`${dir}/none`), Deno.errors.NotFound);
  await Deno.writeTextFile(`${dir}/bad.csv.gz`, "not packed");
  await assert.rejects(systemFiles.readText(`${dir}/bad.csv.gz`));
  await Deno.remove(dir, { recursive: true });
});

Deno.test("projectPath finds the checkout wherever the process was started", async () => {
  const before = Deno.cwd();
  try {
    Deno.chdir("/");
    assert.ok(await systemFiles.exists(projectPath("deno.json")));
  } finally {
    Deno.chdir(before);
  }
});
