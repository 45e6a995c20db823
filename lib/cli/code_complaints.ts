import { stripVTControlCharacters } from "node:util";

/** What Deno says about a line of a file. */
export interface CodeComplaint {
  /** As it stands in Deno's output: a `file:` URL. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Short name: `TS2322`, `no-unused-vars`, `syntax`. */
  readonly code: string;
  readonly message: string;
}

/** Reads what `deno check` wrote to standard error. Total: what it cannot read is not among the complaints. */
export function typeComplaints(output: string): CodeComplaint[] {
  const text = stripVTControlCharacters(output);
  const typed = /^(TS\d+) \[ERROR\]: (.+)[\s\S]*?\n\s+at (file:\S+?):(\d+):\d+$/gm;
  const found = [...text.matchAll(typed)].map(([, code, message, file, line]) =>
    complaint(file!, line!, code!, message!)
  );
  // A module that cannot be read or found ends the check before it begins.
  const broken = /^error: ([\s\S]*?)\n\s+at (file:\S+?):(\d+):\d+$/m.exec(text);
  if (found.length > 0 || broken === null) return found;
  const [, message, file, line] = broken;
  return [complaint(file!, line!, "syntax", message!)];
}

/** Reads what `deno lint --json` wrote to standard output. Total, as {@link typeComplaints}. */
export function lintComplaints(output: string): CodeComplaint[] {
  const { diagnostics, errors } = jsonOf(output);
  const linted = listOf<
    { filename: string; range: { start: { line: number } }; message: string; code: string }
  >(
    diagnostics,
  );
  const unread = listOf<{ message: string }>(errors);
  return [
    ...linted.map(({ filename, range, message, code }) =>
      complaint(filename, String(range.start.line), code, message)
    ),
    ...unread.flatMap(({ message }) => {
      const [, file, line] = /\s+at (file:\S+?):(\d+):\d+\s*$/.exec(message) ?? [];
      return file === undefined ? [] : [complaint(file, line!, "syntax", message)];
    }),
  ];
}

function complaint(file: string, line: string, code: string, message: string): CodeComplaint {
  const [first = ""] = message.replace(/^(Error|SyntaxError): /, "").split(/\n\s+\||\n\s+at /);
  return { file, line: Number(line), code, message: first.replace(/\s*\n\s*/g, " ").trim() };
}

function jsonOf(output: string): { readonly diagnostics?: unknown; readonly errors?: unknown } {
  try {
    return JSON.parse(output) ?? {};
  } catch {
    return {};
  }
}

function listOf<T>(value: unknown): T[] {
  return Array.isArray(value) ? value : [];
}
