import assert from "node:assert/strict";
import { systemFiles } from "../../lib/runtime/files.ts";

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
