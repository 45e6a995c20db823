import assert from "node:assert/strict";
import { fileUrl, systemFolders } from "../../lib/runtime/folders.ts";
import { writePrivateFile } from "../../lib/runtime/private_file.ts";

Deno.test("systemFolders lists files by their ending, in order, without hidden ones", async () => {
  const folder = await Deno.makeTempDir();
  for (const name of ["b.ipynb", "a.ipynb", ".hidden.ipynb", "c.txt"]) {
    await Deno.writeTextFile(`${folder}/${name}`, "");
  }
  await Deno.mkdir(`${folder}/folder.ipynb`);
  const list = () => systemFolders.files(folder, ".ipynb");
  assert.deepEqual(await list(), [`${folder}/a.ipynb`, `${folder}/b.ipynb`]);
  await systemFolders.removeFile(`${folder}/a.ipynb`);
  await systemFolders.removeFile(`${folder}/a.ipynb`);
  assert.deepEqual(await list(), [`${folder}/b.ipynb`]);
  await Deno.remove(folder, { recursive: true });
  assert.deepEqual(await list(), []);
});

Deno.test("fileUrl makes a URL of any path", () => {
  assert.equal(fileUrl("/a b/ü.ts"), "file:///a%20b/%C3%BC.ts");
  assert.equal(fileUrl("lib/x.ts"), new URL("lib/x.ts", `file://${Deno.cwd()}/`).href);
});

Deno.test("writePrivateFile shuts out others and leaves nothing", async () => {
  const file = await writePrivateFile("secret.json", "{}");
  assert.match(file.path, /\/secret\.json$/);
  assert.equal((await Deno.stat(file.path)).mode! & 0o777, 0o600);
  await file.remove();
  await file.remove();
  await assert.rejects(Deno.stat(file.path.replace(/\/[^/]+$/, "")), Deno.errors.NotFound);
});
