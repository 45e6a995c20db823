import { publishCode } from "./kernel_snippets.ts";
import type { CellOutput } from "./notebook_file.ts";

/** Type of the message that {@link syntaxProbeCode} publishes. */
export const SYNTAX = "comove_syntax";

/** Prefix on the cell's first line, so that line numbers stay correct. */
const PREFIX = `throw "parsed";`;

/**
 * Publishes what is wrong with the syntax of a cell: the kernel itself reports only "Execution failed". The cell is
 * read as a module that throws before its first statement, so that nothing of it runs.
 */
export function syntaxProbeCode(source: string): string {
  const bytes = new TextEncoder().encode(PREFIX + source);
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const url = `data:application/typescript;base64,${base64}`;
  const publish = publishCode(SYNTAX, "{ message: String(error?.message ?? error) }");
  return "await import" +
    `(${JSON.stringify(url)}).catch((error) => { if (error !== "parsed") { ${publish} } }); void 0`;
}

type ErrorOutput = Extract<CellOutput, { output_type: "error" }>;

/** The error that a cell shows, from what the probe published: message, line, marker, place. */
export function syntaxErrorOutput(message: string): ErrorOutput {
  let markedLine = 0;
  const [first = "", ...rest] = message.split("\n").map((line) => {
    const number = /^\s*(\d+) \| /.exec(line)?.[1];
    if (number !== undefined) markedLine = Number(number);
    else if (markedLine === 1 && /^\s*\| /.test(line)) {
      return line.replace(" ".repeat(PREFIX.length), "");
    }
    return line.replace(PREFIX, "").replace(/data:application\/typescript\S*?:(\d+):(\d+)/, placed);
  });
  const evalue = first.replace(/^SyntaxError: /, "");
  const isFrame = (line: string) => line.trim() !== "|";
  const traceback = [`SyntaxError: ${evalue}`, ...rest.filter(isFrame)];
  return { output_type: "error", ename: "SyntaxError", evalue, traceback };
}

function placed(_: string, line: string, column: string): string {
  return `line ${line}, column ${Number(column) - (line === "1" ? PREFIX.length : 0)}`;
}
