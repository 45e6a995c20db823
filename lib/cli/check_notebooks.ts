import { basename, dirname, join } from "node:path";
import { type Notebook, parseNotebook } from "../kernel/notebook_file.ts";
import { MarketError } from "../model/errors.ts";
import type { Files } from "../runtime/files.ts";
import { fileUrl, type Folders } from "../runtime/folders.ts";
import type { RunProgram } from "../runtime/run_program.ts";
import type { UniqueId } from "../runtime/signer.ts";
import { type CellModule, cellModule } from "./cell_module.ts";
import { type CellFinding, cellFindings } from "./cell_rules.ts";
import { type CodeComplaint, lintComplaints, typeComplaints } from "./code_complaints.ts";

/** The outside world of {@link checkNotebooks}. */
export interface CellsPorts {
  readonly files: Files;
  readonly folders: Folders;
  readonly runProgram: RunProgram;
  readonly uniqueId: UniqueId;
  /** The Deno that checks. */
  readonly deno: string;
}

/** A notebook with its code where Deno finds it. */
interface Extract {
  readonly file: string;
  readonly path: string;
  readonly module: CellModule;
}

/** A line to print, and where it belongs. */
interface Complaint {
  readonly file: string;
  readonly cell: number | undefined;
  readonly text: string;
}

/**
 * Everything to mend in these notebooks, a line each: `notebooks/04_live_correlation.ipynb cell 7: …`.
 *
 * @returns none when all is well; else in the order of the files and their cells.
 */
export async function checkNotebooks(
  files: readonly string[],
  ports: CellsPorts,
): Promise<string[]> {
  const all: Complaint[] = [];
  const extracts: Extract[] = [];
  for (const file of files) {
    const notebook = await readOrComplain(file, ports.files, all);
    if (notebook === undefined) continue;
    all.push(...cellFindings(notebook).map((finding) => complaintOf(file, finding)));
    // Beside the notebook, so that its relative imports and its deno.json hold.
    const name = `.cells-${ports.uniqueId()}-${basename(file, ".ipynb")}.ts`;
    extracts.push({ file, path: join(dirname(file), name), module: cellModule(notebook) });
  }
  try {
    await Promise.all(extracts.map(({ path, module }) => ports.files.writeText(path, module.text)));
    all.push(...await codeFindings(extracts, ports));
  } finally {
    await Promise.all(extracts.map(({ path }) => ports.folders.removeFile(path)));
  }
  const order = ({ file, cell }: Complaint) => files.indexOf(file) * 1e6 + (cell ?? 0);
  return all.sort((a, b) => order(a) - order(b)).map(({ text }) => text);
}

async function readOrComplain(
  file: string,
  files: Files,
  all: Complaint[],
): Promise<Notebook | undefined> {
  const complain = (text: string) => void all.push({ file, cell: undefined, text });
  try {
    const text = await files.readText(file);
    const notebook = parseNotebook(text, { name: file });
    const { nbformat_minor: minor } = JSON.parse(text);
    if (minor < 5) {
      complain(`${file}: is of nbformat 4.${minor}; save it anew in Jupyter to have 4.5`);
    }
    return notebook;
  } catch (error) {
    const isTold = error instanceof MarketError;
    complain(isTold ? error.message : `${file}: cannot be read: ${(error as Error).message}`);
    return undefined;
  }
}

/** What the linter and the type checker say about the cells. */
async function codeFindings(extracts: readonly Extract[], ports: CellsPorts): Promise<Complaint[]> {
  if (extracts.length === 0) return [];
  const paths = extracts.map(({ path }) => path);
  const env = { NO_COLOR: "1" };
  const lint = await ports.runProgram(ports.deno, ["lint", "--json", ...paths], { env });
  const linted = lintComplaints(lint.out);
  // The check gives up at the first file that it cannot read, and the linter has reported those.
  const unreadable = linted.filter(({ code }) => code === "syntax").map(({ file }) => file);
  const readable = paths.filter((path) => !unreadable.includes(fileUrl(path)));
  const check = readable.length === 0
    ? { code: 0, out: "", err: "" }
    : await ports.runProgram(ports.deno, ["check", "--quiet", ...readable], { env });
  const typed = typeComplaints(check.err);
  const said = [...linted.filter((one) => isSensible(one, extracts)), ...typed];
  const isUnexplained = (lint.code !== 0 && linted.length === 0) ||
    (check.code !== 0 && typed.length === 0);
  const text = `deno could not check the cells: ${lint.err}${check.err}`.trim();
  return [
    ...said.map((one) => placed(one, extracts)),
    ...isUnexplained ? [{ file: "", cell: undefined, text }] : [],
  ];
}

/**
 * Some rules are for modules, not for notebooks: a reader may use a name of the top level in a cell of their own. And
 * the type checker reports better a name that is declared twice.
 */
function isSensible({ code, file, line }: CodeComplaint, extracts: readonly Extract[]): boolean {
  if (code === "no-redeclare") return false;
  const place = extractOf(file, extracts)?.module.placeOf(line);
  if (place === undefined) return true;
  if (code === "no-unused-vars") return !/^(const|let|var|function|class)\b/.test(place.text);
  return !(place.isParameters && code === "no-var");
}

function extractOf(url: string, extracts: readonly Extract[]): Extract | undefined {
  return extracts.find(({ path }) => fileUrl(path) === url);
}

function placed(complaint: CodeComplaint, extracts: readonly Extract[]): Complaint {
  const { code, message, line } = complaint;
  const what = code === "syntax" ? message : `${message} (${code})`;
  const extract = extractOf(complaint.file, extracts);
  const file = extract?.file ?? complaint.file;
  const place = extract?.module.placeOf(line);
  if (place === undefined) return { file, cell: undefined, text: `${file}:${line}: ${what}` };
  return {
    file,
    cell: place.cell,
    text: `${file} cell ${place.cell}, line ${place.line}: ${what}`,
  };
}

function complaintOf(file: string, { cell, message }: CellFinding): Complaint {
  const where = cell === undefined ? file : `${file} cell ${cell}`;
  return { file, cell, text: `${where}: ${message}` };
}
