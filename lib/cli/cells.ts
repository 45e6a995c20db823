import { formatNotebook, parseNotebook, withoutOutputs } from "../kernel/notebook_file.ts";
import { denoPath } from "../runtime/child_process.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import { systemFolders } from "../runtime/folders.ts";
import { runProgram } from "../runtime/run_program.ts";
import { systemUniqueId } from "../runtime/signer.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { type OptionSpec, parseCommandLine, usageOf } from "./arguments.ts";
import { givenPath } from "./given_path.ts";
import { type CellsPorts, checkNotebooks } from "./check_notebooks.ts";
import { NOTEBOOKS } from "./render_notebooks.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  strip: { help: "remove outputs and traces of runs from the files, then check" },
  help: { help: "show this text" },
};

/**
 * `deno task cells`: checks notebooks as code and as prose. The cells are type-checked and linted, and the notebook has
 * the shape that ours have.
 *
 * @returns exit code: 0 when there is nothing to mend, 1 otherwise.
 * @throws {MarketError} for a bad command line.
 */
export async function cells(
  args: readonly string[],
  terminal: Terminal,
  given: Partial<CellsPorts> = {},
): Promise<number> {
  const ports = { ...systemPorts(), ...given };
  const { options, positionals } = parseCommandLine(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(
      usageOf(
        "cells [notebook…]",
        "Checks the cells of notebooks; all of notebooks/ without names.",
        OPTIONS,
      ),
    );
    return 0;
  }
  const files = positionals.length > 0
    ? positionals.map((path) => givenPath(path, terminal.from))
    : await ports.folders.files(NOTEBOOKS, ".ipynb");
  if (options.has("strip")) await Promise.all(files.map((file) => strip(file, ports.files)));
  const messages = await checkNotebooks(files, ports);
  for (const message of messages) terminal.err(`${message}\n`);
  if (messages.length > 0) return 1;
  terminal.out(
    `Checked ${files.length} ${files.length === 1 ? "notebook" : "notebooks"}: nothing to mend.\n`,
  );
  return 0;
}

function systemPorts(): CellsPorts {
  return {
    files: systemFiles,
    folders: systemFolders,
    runProgram,
    uniqueId: systemUniqueId,
    deno: denoPath(),
  };
}

async function strip(file: string, files: Files): Promise<void> {
  const text = await files.readText(file);
  const stripped = formatNotebook(withoutOutputs(parseNotebook(text, { name: file })));
  if (stripped !== text) await files.writeText(file, stripped);
}
