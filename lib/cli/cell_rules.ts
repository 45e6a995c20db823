import { turnsOf } from "../kernel/cell_turn.ts";
import {
  type CodeCell,
  type Notebook,
  type NotebookCell,
  tagsOf,
  withoutOutputs,
} from "../kernel/notebook_file.ts";

/** One thing to mend in a notebook. */
export interface CellFinding {
  /** Number of the code cell, from 1, as its `[n]` after Run All; undefined when it is about the whole notebook. */
  readonly cell: number | undefined;
  readonly message: string;
}

/** A code cell has at most so many lines that say something. */
const MAX_LINES = 8;
/** One with the tag `long` may have more, up to here: a list, say, that would not gain by being cut. */
const MAX_LONG_LINES = 15;
const LONG = "long";

/** What the style of our notebooks asks for and this one lacks; see {@link CellFinding}. */
export function cellFindings(notebook: Notebook): CellFinding[] {
  return [
    ...titleFindings(notebook),
    ...parameterFindings(notebook),
    ...savedFindings(notebook),
    ...numbered(notebook).flatMap(({ cell, number, before }) => [
      ...sizeFindings(cell, number),
      ...proseFindings(before, number),
    ]),
    ...endFindings(notebook),
  ];
}

function titleFindings({ cells }: Notebook): CellFinding[] {
  const [first] = cells;
  const isTitle = first?.cell_type === "markdown" && /^#\s+\S/.test(first.source);
  return isTitle
    ? []
    : [whole(`must begin with a markdown cell whose first line is a title: "# …"`)];
}

function parameterFindings({ cells }: Notebook): CellFinding[] {
  const count = cells.filter((cell) => tagsOf(cell).includes("parameters")).length;
  if (count === 1) return [];
  const got = count === 0 ? "it has none" : `it has ${count}`;
  return [whole(`needs one cell with the tag parameters; ${got}`)];
}

/** What Jupyter writes into a file that was run, which is committed without. */
function savedFindings(notebook: Notebook): CellFinding[] {
  const clean = withoutOutputs(notebook);
  return numbered(notebook).flatMap(({ cell, number, at }) =>
    JSON.stringify(cell) === JSON.stringify(clean.cells[at]) ? [] : [{
      cell: number,
      message: "was saved with outputs or traces of a run; deno task cells --strip removes them",
    }]
  );
}

function sizeFindings(cell: CodeCell, number: number): CellFinding[] {
  const lines = cell.source.split("\n").filter((line) => line.trim() !== "").length;
  if (lines === 0) return [{ cell: number, message: "is empty" }];
  const most = tagsOf(cell).includes(LONG) ? MAX_LONG_LINES : MAX_LINES;
  return lines <= most ? [] : [{
    cell: number,
    message:
      `has ${lines} lines, and ${most} is the most: give its second idea a cell of its own, or lib a function`,
  }];
}

function proseFindings(before: NotebookCell | undefined, number: number): CellFinding[] {
  return before?.cell_type === "markdown" && hasSentence(before.source)
    ? []
    : [{ cell: number, message: "needs a markdown cell with a sentence right before it" }];
}

/** A heading alone is no sentence. */
function hasSentence(markdown: string): boolean {
  const prose = markdown.split("\n").filter((line) => !/^\s*#/.test(line)).join(" ");
  return /\p{L}\S*\s+\S+\s+\S+/u.test(prose) && /[.:!?](\s|[*_)"`]|$)/.test(prose);
}

function endFindings(notebook: Notebook): CellFinding[] {
  const last = turnsOf(notebook).at(-1);
  if (last === undefined) return [whole("has no code")];
  return /\b(finish|stopAll|stop|close)\s*\(/.test(last.cell.source) ? [] : [{
    cell: last.number,
    message: "is the last and must stop what runs: finish(), stopAll() or close()",
  }];
}

/** The code cells with their numbers, their places and the cell before each. */
function numbered({ cells }: Notebook) {
  let number = 0;
  return cells.flatMap((cell, at) => {
    if (cell.cell_type !== "code") return [];
    if (cell.source.trim() !== "") number++;
    return [{ cell, at, number: Math.max(number, 1), before: cells[at - 1] }];
  });
}

function whole(message: string): CellFinding {
  return { cell: undefined, message };
}
