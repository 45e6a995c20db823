import { MarketError } from "../model/errors.ts";
import { notebookProblems } from "./notebook_rules.ts";

/** MIME types with what is shown; texts are joined, JSON types hold any value. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** JSON objects that are kept as they are. */
export type Metadata = Readonly<Record<string, unknown>>;

/** What a code cell showed. */
export type CellOutput =
  | { readonly output_type: "stream"; readonly name: string; readonly text: string }
  | {
    readonly output_type: "display_data";
    readonly data: MimeBundle;
    readonly metadata: Metadata;
  }
  | {
    readonly output_type: "execute_result";
    readonly execution_count: number | null;
    readonly data: MimeBundle;
    readonly metadata: Metadata;
  }
  | {
    readonly output_type: "error";
    readonly ename: string;
    readonly evalue: string;
    readonly traceback: readonly string[];
  };

interface AnyCell {
  /** Unique in the notebook: 1 to 64 letters, digits, `-` and `_`. */
  readonly id: string;
  readonly metadata: Metadata;
  /** The whole text of the cell. */
  readonly source: string;
}

/** A cell of prose, or one that is passed through as it is. */
export interface TextCell extends AnyCell {
  readonly cell_type: "markdown" | "raw";
  /** Pictures and the like that the text refers to, by name. */
  readonly attachments?: Readonly<Record<string, MimeBundle>>;
}

/** A cell that runs. */
export interface CodeCell extends AnyCell {
  readonly cell_type: "code";
  readonly execution_count: number | null;
  readonly outputs: readonly CellOutput[];
}

export type NotebookCell = TextCell | CodeCell;

/** A notebook in memory (nbformat 4.5 and later), every multi-line text joined to one string. */
export interface Notebook {
  readonly nbformat: 4;
  readonly nbformat_minor: number;
  readonly metadata: Metadata;
  readonly cells: readonly NotebookCell[];
}

/** The version written: the first with cell ids. */
const MINOR = 5;

/**
 * Reads the text of an `.ipynb` file. Files of nbformat 4.0 to 4.4 are taken too: their cells are given ids.
 *
 * @param options.name how messages call the file.
 * @throws {MarketError} `bad-notebook` with everything that is wrong with it.
 */
export function parseNotebook(text: string, options: { readonly name: string }): Notebook {
  const raw = withCellIds(jsonOf(text, options.name));
  const problems = notebookProblems(raw);
  if (problems.length > 0) throw notANotebook(options.name, problems.join("; "));
  const notebook = raw as Notebook;
  return { ...notebook, cells: notebook.cells.map((cell) => joinedCell(cell)) };
}

/** The text of an `.ipynb` file, as Jupyter writes it: texts as lists of lines, one space of indent. */
export function formatNotebook(notebook: Notebook): string {
  return JSON.stringify({ ...notebook, cells: notebook.cells.map(splitCell) }, null, 1) + "\n";
}

/** Tags of a cell; none when it has none. */
export function tagsOf(cell: NotebookCell): readonly string[] {
  const { tags } = cell.metadata;
  return Array.isArray(tags) ? tags : [];
}

/** Written by front ends and runners during a run; it is not content of the notebook. */
const VOLATILE_CELL_METADATA = ["ExecuteTime", "collapsed", "execution", "papermill", "scrolled"];
const VOLATILE_METADATA = ["papermill", "widgets"];

/** The notebook as it is committed: no outputs, no execution counts, no traces of a run. */
export function withoutOutputs(notebook: Notebook): Notebook {
  return {
    ...notebook,
    metadata: without(notebook.metadata, VOLATILE_METADATA),
    cells: notebook.cells.map((cell) => {
      const metadata = without(cell.metadata, VOLATILE_CELL_METADATA);
      return cell.cell_type === "code"
        ? { ...cell, metadata, execution_count: null, outputs: [] }
        : { ...cell, metadata };
    }),
  };
}

function without(metadata: Metadata, names: readonly string[]): Metadata {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !names.includes(name)));
}

function jsonOf(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notANotebook(name, `it is not JSON (${(cause as Error).message})`, cause);
  }
}

function notANotebook(name: string, why: string, cause?: unknown): MarketError {
  const message = `${name} cannot be read as a Jupyter notebook: ${why}. ` +
    `Open it in Jupyter and save it again, or take it from the repository anew.`;
  return new MarketError("bad-notebook", "configure", message, { cause });
}

/** Gives the cells of nbformat 4.0 to 4.4 the ids that 4.5 asks for; leaves anything else alone. */
function withCellIds(raw: unknown): unknown {
  if (!isObject(raw) || raw.nbformat !== 4 || !Array.isArray(raw.cells)) return raw;
  if (typeof raw.nbformat_minor !== "number" || raw.nbformat_minor >= MINOR) return raw;
  const cells = raw.cells.map((cell, i) =>
    isObject(cell) ? { id: `cell-${i + 1}`, ...cell } : cell
  );
  return { ...raw, nbformat_minor: MINOR, cells };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON types keep lists as lists: there they are data, not lines. */
function isJsonType(type: string): boolean {
  return /^application\/(.*\+)?json$/.test(type);
}

type Lines = string | readonly string[];

const joined = (text: Lines): string => typeof text === "string" ? text : text.join("");

function joinedCell(cell: NotebookCell): NotebookCell {
  const source = joined(cell.source);
  if (cell.cell_type === "code") {
    return { ...cell, source, outputs: cell.outputs.map(joinedOutput) };
  }
  if (cell.attachments === undefined) return { ...cell, source };
  return { ...cell, source, attachments: eachBundle(cell.attachments, joinedBundle) };
}

function joinedOutput(output: CellOutput): CellOutput {
  if (output.output_type === "stream") return { ...output, text: joined(output.text) };
  return "data" in output ? { ...output, data: joinedBundle(output.data) } : output;
}

function joinedBundle(data: MimeBundle): MimeBundle {
  return Object.fromEntries(
    Object.entries(data).map((
      [type, value],
    ) => [type, isJsonType(type) ? value : joined(value as Lines)]),
  );
}

/** Lines with their ends, as the format stores long texts. */
const split = (text: string): string[] => text === "" ? [] : text.split(/(?<=\n)/);

function splitCell(cell: NotebookCell): unknown {
  const source = split(cell.source);
  if (cell.cell_type === "code") return { ...cell, source, outputs: cell.outputs.map(splitOutput) };
  if (cell.attachments === undefined) return { ...cell, source };
  return { ...cell, source, attachments: eachBundle(cell.attachments, splitBundle) };
}

function splitOutput(output: CellOutput): unknown {
  if (output.output_type === "stream") return { ...output, text: split(output.text) };
  return "data" in output ? { ...output, data: splitBundle(output.data) } : output;
}

/** Texts are split; pictures in base64 stay one string. */
function splitBundle(data: MimeBundle): MimeBundle {
  const isText = /^text\/|^application\/javascript$|^image\/svg\+xml$/;
  return Object.fromEntries(
    Object.entries(data).map((
      [type, value],
    ) => [type, typeof value === "string" && isText.test(type) ? split(value) : value]),
  );
}

function eachBundle(
  bundles: Readonly<Record<string, MimeBundle>>,
  change: (bundle: MimeBundle) => MimeBundle,
): Record<string, MimeBundle> {
  return Object.fromEntries(Object.entries(bundles).map(([name, data]) => [name, change(data)]));
}
