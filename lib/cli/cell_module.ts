import { turnsOf } from "../kernel/cell_turn.ts";
import { type Notebook, tagsOf } from "../kernel/notebook_file.ts";
import { declaredParameters } from "../kernel/parameters.ts";

/** The code cells of a notebook as one TypeScript module. */
export interface CellModule {
  readonly text: string;
  /** The cell that a line of the module (from 1) belongs to; undefined for lines of ours. */
  placeOf(line: number): CellPlace | undefined;
}

/** A line of a cell. */
export interface CellPlace {
  /** Number of the code cell, from 1. */
  readonly cell: number;
  /** Line in the cell, from 1. */
  readonly line: number;
  /** What stands there. */
  readonly text: string;
  /** True in the cell whose variables are set from outside. */
  readonly isParameters: boolean;
}

/** Types of what the kernel adds to Deno. */
const HEAD = `/// <reference lib="deno.unstable" />`;
/** A module may wait at its top level, as a cell may. */
const TAIL = "export {};";

/**
 * Joins the code cells to one module, so that the type checker and the linter can read them: neither reads notebooks.
 * A name declared in two cells is then an error. The kernel would take it, but a reader has lost the thread.
 */
export function cellModule(notebook: Notebook): CellModule {
  const lines: string[] = [HEAD];
  const places: (CellPlace | undefined)[] = [undefined];
  for (const { cell, number } of turnsOf(notebook)) {
    const isParameters = tagsOf(cell).includes("parameters");
    cell.source.split("\n").forEach((text, i) => {
      lines.push(text);
      places.push({ cell: number, line: i + 1, text, isParameters });
    });
    // A cell's last statement may lack its semicolon; without one, the next cell could be read as its end.
    lines.push(isParameters ? `;${settingLine(notebook)}` : ";");
    places.push(places.at(-1));
  }
  return { text: [...lines, TAIL, ""].join("\n"), placeOf: (line) => places[line - 1] };
}

/** Parameters are set from outside: to the type checker they may have any value of their types, not just their default. */
function settingLine(notebook: Notebook): string {
  return declaredParameters(notebook).filter(({ canBeSet }) => canBeSet)
    .map(({ name }) => ` ${name} = JSON.parse("");`).join("");
}
