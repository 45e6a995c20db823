import assert from "node:assert/strict";
import { systemFilePlaces } from "../../lib/runtime/file_places.ts";

const { identity, isWithin } = systemFilePlaces;

Deno.test("identity is the same for a file, its links of both kinds and other spellings of its path", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/a`);
    await Deno.writeTextFile(`${folder}/a/x.ipynb`, "x");
    await Deno.writeTextFile(`${folder}/a/y.ipynb`, "x");
    await Deno.link(`${folder}/a/x.ipynb`, `${folder}/hard`);
    await Deno.symlink(`${folder}/a/x.ipynb`, `${folder}/soft`);
    await Deno.symlink(`${folder}/a`, `${folder}/b`);
    const own = await identity(`${folder}/a/x.ipynb`);
    assert.ok(own !== undefined);
    for (const path of ["hard", "soft", "b/x.ipynb", "a/../b/./x.ipynb"]) {
      assert.equal(await identity(`${folder}/${path}`), own, path);
    }
    assert.notEqual(await identity(`${folder}/a/y.ipynb`), own);
    assert.equal(await identity(`${folder}/none`), undefined);
    assert.equal(await identity(`${folder}/hard/none`), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("isWithin follows links, and takes no name that only begins alike for the folder", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["in/deep", "in2", "out"]) {
      await Deno.mkdir(`${folder}/${name}`, { recursive: true });
    }
    for (const name of ["in/deep/x", "in/..y", "in2/x", "out/x"]) {
      await Deno.writeTextFile(`${folder}/${name}`, "");
    }
    await Deno.symlink(`${folder}/out/x`, `${folder}/in/link`);
    await Deno.symlink(`${folder}/in/deep/x`, `${folder}/out/link`);
    const within = (path: string) => isWithin(`${folder}/${path}`, `${folder}/in`);
    for (const path of ["in/deep/x", "in/..y", "out/link"]) {
      assert.equal(await within(path), true, path);
    }
    for (const path of ["in2/x", "out/x", "in/link", "in/../out/x", "in/none"]) {
      assert.equal(await within(path), false, path);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
