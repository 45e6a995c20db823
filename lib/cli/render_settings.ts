import type { Notebook } from "../kernel/notebook_file.ts";
import {
  declaredParameters,
  isSettingCell,
  type Parameter,
  type ParameterValue,
  withParameters,
} from "../kernel/parameters.ts";
import { MarketError } from "../model/errors.ts";
import { escapeHtml } from "../charts/markup.ts";
import { MASK } from "../model/secrets/mask.ts";
import { rankOfName } from "../model/secrets/names.ts";

/** How long a live notebook runs when the user does not say. */
export const RUN_SECONDS = 5;

/** Values of parameters, as the user wrote them: JSON, else text. */
export type Settings = Readonly<Record<string, string>>;

/** A notebook and what it is called. */
export interface NamedNotebook {
  readonly file: string;
  readonly notebook: Notebook;
}

/**
 * Refuses a name that none of the notebooks declares.
 *
 * @throws {MarketError} `unknown-parameter`, naming those that there are.
 */
export function refuseUnknown(notebooks: readonly NamedNotebook[], set: Settings): void {
  if (notebooks.length === 0) return;
  const declared = notebooks.flatMap(({ notebook }) => declaredParameters(notebook));
  const names = [...new Set(declared.map(({ name }) => name))];
  for (const name of Object.keys(set)) {
    if (names.includes(name)) continue;
    throw new MarketError(
      "unknown-parameter",
      "configure",
      `None of these notebooks has a parameter ${name}; ` +
        (names.length === 0 ? "they declare none." : `they have ${names.join(", ")}.`),
    );
  }
}

/**
 * Sets the parameters that the notebook declares.
 *
 * @throws {MarketError} `unknown-parameter` for a value of another type; a secret one is not in its message.
 */
export function withSettings({ file, notebook }: NamedNotebook, set: Settings): Notebook {
  const values: Record<string, ParameterValue> = {};
  for (const parameter of declaredParameters(notebook)) {
    const { name, canBeSet } = parameter;
    const text = Object.hasOwn(set, name) ? set[name] : undefined;
    if (text !== undefined) values[name] = valueFor(parameter, text);
    else if (name === "RUN_SECONDS" && canBeSet) values[name] = RUN_SECONDS;
  }
  try {
    return withParameters(notebook, values, { name: file });
  } catch (error) {
    if (!(error instanceof MarketError)) throw error;
    const message = new SettingMask(set).text(error.message);
    throw new MarketError("unknown-parameter", "configure", message);
  }
}

function valueFor({ type }: Parameter, text: string): ParameterValue {
  const value = valueOf(text);
  // Where a text is wanted, `202512` is one; quotes around it may be given or left out.
  return type === "string" && typeof value !== "string" ? text : value;
}

function valueOf(text: string): ParameterValue {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Shorter values stand in ordinary text; the cell that sets them is masked all the same. */
const MIN_LENGTH = 4;

/** Takes the values of settings with a secret name, such as `API_TOKEN`, out of all that is written. */
export class SettingMask {
  readonly #names: readonly string[];
  /** The longest first, so that none leaves a rest of another. */
  readonly #forms: readonly string[];

  constructor(set: Settings) {
    this.#names = Object.keys(set).filter((name) => rankOfName(name) !== undefined);
    const values = this.#names.flatMap((name) => [set[name]!, ...textsIn(valueOf(set[name]!))]);
    const secrets = values.filter((value) => value.length >= MIN_LENGTH);
    this.#forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  }

  text(text: string): string {
    return this.#forms.reduce((clean, form) => clean.replaceAll(form, MASK), text);
  }

  /** The notebook with every text masked, and none of the secret values in the cell that sets parameters. */
  notebook(notebook: Notebook): Notebook {
    if (this.#names.length === 0) return notebook;
    const cells = notebook.cells.map((cell) =>
      isSettingCell(cell) ? { ...cell, source: this.#setting(cell.source) } : cell
    );
    return this.#deep({ ...notebook, cells }) as Notebook;
  }

  #setting(source: string): string {
    return source.split("\n").map((line) => {
      const name = this.#names.find((one) => line.startsWith(`${one} = `));
      return name === undefined ? line : `${name} = ${JSON.stringify(MASK)};`;
    }).join("\n");
  }

  #deep(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((one) => this.#deep(one));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [this.text(key), this.#deep(one)]),
    );
  }
}

/** Every text and number within a value. */
function textsIn(value: ParameterValue): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((one) => textsIn(one));
}

/** As outputs may hold it: as it is, in JSON, in HTML, in an address, in base64. */
function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const forms = [secret, json, JSON.stringify(json).slice(1, -1), escapeHtml(secret)];
  const bytes = new TextEncoder().encode(secret);
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  forms.push(base64, base64.replace(/=+$/, ""));
  // A lone surrogate cannot be encoded.
  if (secret.isWellFormed()) forms.push(encodeURIComponent(secret), encodeURI(secret));
  return forms;
}
