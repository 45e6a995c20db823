import { MarketError } from "../model/errors.ts";
import { type CodeCell, type Notebook, tagsOf } from "./notebook_file.ts";

/** A value that a notebook lets its user set. */
export interface Parameter {
  readonly name: string;
  /** Its default as written in the notebook: `30`, `"simulated"`. */
  readonly text: string;
  /** Its type, where the default shows it; undefined when any value is accepted. */
  readonly type: "number" | "string" | "boolean" | undefined;
  /** False when declared by `const`: then it cannot be set from outside. */
  readonly canBeSet: boolean;
}

/** Values that JSON can represent. */
export type ParameterValue =
  | string
  | number
  | boolean
  | null
  | readonly ParameterValue[]
  | { readonly [name: string]: ParameterValue };

/** Tag of the cell that declares the parameters, and of the one that sets them; the names papermill uses. */
const DECLARING = "parameters";
const SETTING = "injected-parameters";

/** What the cell tagged `parameters` declares, in order; none when there is no such cell. */
export function declaredParameters(notebook: Notebook): Parameter[] {
  const cell = declaringCell(notebook);
  if (cell === undefined) return [];
  const found: Parameter[] = [];
  for (const [, keyword, list] of statementsOf(cell.source)) {
    for (const declarator of splitTopLevel(list!, ",")) {
      const parameter = parameterOf(declarator, keyword !== "const");
      if (parameter !== undefined) found.push(parameter);
    }
  }
  return found;
}

/**
 * The notebook with other values of its parameters: a cell of plain assignments follows the one that declares them, as
 * papermill does it. An earlier such cell is replaced.
 *
 * @throws {MarketError} `unknown-parameter` when a name is not declared, or its value is of another type.
 *
 * ```ts
 * import { parseNotebook } from "./notebook_file.ts";
 * import { withParameters } from "./parameters.ts";
 * import assert from "node:assert/strict";
 * const file = `{ "nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{
 *   "cell_type": "code", "id": "a", "metadata": { "tags": ["parameters"] },
 *   "execution_count": null, "outputs": [], "source": ["let WINDOW = 60;"] }] }`;
 * const notebook = parseNotebook(file, { name: "04.ipynb" });
 * assert.equal(withParameters(notebook, { WINDOW: 30 }).cells[1]!.source, "WINDOW = 30;");
 * assert.throws(() => withParameters(notebook, { WIDTH: 1 }), /has no parameter WIDTH; it has WINDOW = 60/);
 * ```
 */
export function withParameters(
  notebook: Notebook,
  values: Readonly<Record<string, ParameterValue>>,
  options: {
    /** How messages call the notebook. @default "The notebook" */
    readonly name?: string;
  } = {},
): Notebook {
  const entries = Object.entries(values);
  if (entries.length === 0) return notebook;
  const declared = declaredParameters(notebook);
  for (const [name, value] of entries) checkValue(name, value, declared, options.name);
  const cells = notebook.cells.filter((cell) => !tagsOf(cell).includes(SETTING));
  const at = cells.findIndex((cell) => tagsOf(cell).includes(DECLARING)) + 1;
  const setting: CodeCell = {
    cell_type: "code",
    id: freeId(cells.map(({ id }) => id)),
    metadata: { tags: [SETTING] },
    execution_count: null,
    outputs: [],
    source: entries.map(([name, value]) => `${name} = ${JSON.stringify(value)};`).join("\n"),
  };
  return { ...notebook, cells: [...cells.slice(0, at), setting, ...cells.slice(at)] };
}

/** True for the cell that {@link withParameters} adds. */
export function isSettingCell(cell: Notebook["cells"][number]): boolean {
  return tagsOf(cell).includes(SETTING);
}

function declaringCell(notebook: Notebook): CodeCell | undefined {
  return notebook.cells.find((cell): cell is CodeCell =>
    cell.cell_type === "code" && tagsOf(cell).includes(DECLARING)
  );
}

function checkValue(
  name: string,
  value: ParameterValue,
  declared: readonly Parameter[],
  notebook = "The notebook",
): void {
  const parameter = declared.find((one) => one.name === name);
  if (parameter === undefined) {
    const known = declared.filter(({ canBeSet }) => canBeSet)
      .map((one) => `${one.name} = ${one.text}`).join(", ");
    throw unknown(
      `${notebook} has no parameter ${name}; ` +
        (known === "" ? "it declares none in a cell tagged parameters." : `it has ${known}.`),
    );
  }
  if (!parameter.canBeSet) {
    throw unknown(
      `${name} of ${notebook} is a const and cannot be set; declare it by let in the parameters cell.`,
    );
  }
  const { type, text } = parameter;
  if (type !== undefined && typeof value !== type) {
    throw unknown(
      `${name} of ${notebook} is a ${type} (${name} = ${text}), got ${JSON.stringify(value)}.`,
    );
  }
}

function unknown(message: string): MarketError {
  return new MarketError("unknown-parameter", "configure", message);
}

function freeId(ids: readonly string[]): string {
  for (let i = 1;; i++) {
    const id = i === 1 ? SETTING : `${SETTING}-${i}`;
    if (!ids.includes(id)) return id;
  }
}

/** `var`, `let` and `const` statements outside any bracket: keyword and what follows it. */
function statementsOf(source: string): RegExpExecArray[] {
  return splitTopLevel(source, ";\n").flatMap((statement) => {
    const found = /^\s*(?:export\s+)?(var|let|const)\s+([\s\S]+)$/.exec(statement);
    return found === null ? [] : [found];
  });
}

function parameterOf(declarator: string, canBeSet: boolean): Parameter | undefined {
  const [, name, annotated, given = ""] =
    /^\s*([A-Za-z_$][\w$]*)\s*(?::((?:[^=]|=>)*))?=(?!>)([^]*)$/.exec(declarator) ?? [];
  const text = given.trim();
  if (name === undefined || text === "") return undefined;
  return { name, text, type: typeOf(annotated?.trim(), text), canBeSet };
}

function typeOf(annotated: string | undefined, text: string): Parameter["type"] {
  const type = annotated ??
    (/^[-+]?[\d.][\w.]*$/.test(text)
      ? "number"
      : /^(true|false)$/.test(text)
      ? "boolean"
      : /^(["'`])(?:\\.|(?!\1)[^\\])*\1$/s.test(text)
      ? "string"
      : "");
  return type === "number" || type === "string" || type === "boolean" ? type : undefined;
}

const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Cuts code at any of the characters where they stand outside brackets, texts and comments; comments are dropped. */
function splitTopLevel(code: string, separators: string): string[] {
  const token =
    /\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\[^]|[^`\\])*`?|[^]/g;
  const pieces = [""];
  const open: string[] = [];
  for (const [part] of code.matchAll(token)) {
    if (/^\/[/*]/.test(part)) continue;
    if (part in CLOSERS) open.push(CLOSERS[part]!);
    else if (part === open.at(-1)) open.pop();
    if (open.length === 0 && separators.includes(part) && endsHere(pieces.at(-1)!, part)) {
      pieces.push("");
    } else pieces[pieces.length - 1] += part;
  }
  return pieces;
}

/** A line that ends in an operator continues on the next one. */
function endsHere(piece: string, separator: string): boolean {
  return separator !== "\n" || !/[=+\-*/%&|,?:<]\s*$/.test(piece);
}
