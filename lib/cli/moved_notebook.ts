import { dirname, relative, resolve } from "node:path";
import type { Notebook } from "../kernel/notebook_file.ts";

/** How the notebooks import the library. */
const LIBRARY =
  /\bfrom\s+["'`]((?:\.{1,2}[\\/])+lib[\\/]mod\.ts)["'`]|\bimport\(\s*["'`]((?:\.{1,2}[\\/])+lib[\\/]mod\.ts)["'`]/;

/**
 * What to do with a notebook whose import of the library does not lead to it from where the notebook lies now; undefined
 * when it does, or there is none.
 *
 * @param file path of the notebook.
 * @param project the project's folder.
 * @returns a sentence without its full stop.
 */
export function movedHint(
  { cells }: Notebook,
  file: string,
  project: string,
): string | undefined {
  const code = cells.filter((cell) => cell.cell_type === "code").map(({ source }) => source);
  const [, fixed, lazy] = LIBRARY.exec(code.join("\n")) ?? [];
  const specifier = fixed ?? lazy;
  if (specifier === undefined) return undefined;
  const folder = resolve(dirname(file));
  const library = resolve(project, "lib/mod.ts");
  if (resolve(folder, specifier) === library) return undefined;
  const way = relative(folder, library).replaceAll("\\", "/");
  const isInside = !relative(resolve(project), folder).startsWith("..");
  return isInside
    ? `the notebook imports ${specifier}, which leads nowhere from its folder: import "${
      way.startsWith(".") ? way : `./${way}`
    }" there, or move it back to notebooks/`
    : `the notebook was moved out of the project, whose library it imports as ${specifier}: copy it to ` +
      `${resolve(project, "notebooks")} and run it there`;
}
