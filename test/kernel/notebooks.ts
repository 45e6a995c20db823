import type { CodeCell, Notebook, NotebookCell, TextCell } from "../../lib/kernel/notebook_file.ts";

/** A code cell; its id is that of its place. */
export function code(source: string, ...tags: string[]): Omit<CodeCell, "id"> {
  const metadata = tags.length === 0 ? {} : { tags };
  return { cell_type: "code", metadata, execution_count: null, outputs: [], source };
}

/** A markdown cell. */
export function prose(source: string): Omit<TextCell, "id"> {
  return { cell_type: "markdown", metadata: {}, source };
}

/** A notebook of these cells; a string is a code cell. */
export function notebookOf(
  ...cells: readonly (string | Omit<CodeCell, "id"> | Omit<TextCell, "id">)[]
): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map((cell, i) => ({
      ...(typeof cell === "string" ? code(cell) : cell),
      id: `c${i + 1}`,
    } as NotebookCell)),
  };
}
