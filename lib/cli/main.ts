import { MarketError } from "../model/errors.ts";
import { redact } from "../model/redact.ts";
import { runCommand, type Terminal } from "../runtime/terminal.ts";
import { cells } from "./cells.ts";
import { demo } from "./demo.ts";
import { doctor } from "./doctor.ts";
import { lab } from "./lab.ts";
import { record } from "./record.ts";
import { render } from "./render.ts";
import { replay } from "./replay.ts";
import { samples } from "./samples.ts";
import { simulate } from "./simulate.ts";
import { stream } from "./stream.ts";

type Command = (args: string[], terminal: Terminal) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  cells,
  demo,
  doctor,
  lab,
  record,
  render,
  replay,
  samples,
  simulate,
  stream,
};

/** Exit code for a command line or a configuration that cannot be used. */
const USAGE = 2;

/** Runs the command named by the first argument; what goes wrong is said in one breath, not as a stack. */
export async function main(args: string[], terminal: Terminal): Promise<number> {
  const [name = "", ...rest] = args;
  const command = COMMANDS[name];
  if (command === undefined) {
    terminal.err(
      `${name || "nothing"} is not a command; known: ${Object.keys(COMMANDS).join(", ")}\n`,
    );
    return USAGE;
  }
  try {
    return await command(rest, terminal);
  } catch (error) {
    if (!(error instanceof MarketError)) throw error;
    terminal.err(`${redact(error.message)}\n`);
    return USAGE;
  }
}

if (import.meta.main) await runCommand(main);
