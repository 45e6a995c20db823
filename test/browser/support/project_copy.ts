/** A folder with the notebooks to write to, over this checkout's library. */
export interface ProjectCopy extends AsyncDisposable {
  readonly notebooks: string;
}

const ROOT = new URL("../../../", import.meta.url).pathname;

/** Copies the notebooks to a temporary folder; everything else is linked. */
export async function copyProject(): Promise<ProjectCopy> {
  const folder = await Deno.makeTempDir({ prefix: "comove-project-" });
  for (const name of ["lib", "data-samples", "deno.json", "deno.lock"]) {
    await Deno.symlink(`${ROOT}${name}`, `${folder}/${name}`);
  }
  const notebooks = `${folder}/notebooks`;
  await Deno.mkdir(notebooks);
  for await (const { name } of Deno.readDir(`${ROOT}notebooks`)) {
    if (name.endsWith(".ipynb")) {
      await Deno.copyFile(`${ROOT}notebooks/${name}`, `${notebooks}/${name}`);
    }
  }
  return {
    notebooks,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
