import { MarketError } from "../model/errors.ts";
import { redact } from "../model/redact.ts";
import { diskPath, diskReason, isDiskError } from "../runtime/disk_error.ts";
import { runCommand, type Terminal } from "../runtime/terminal.ts";

type Command = (args: string[], terminal: Terminal) => Promise<number>;

/** Each is loaded when it is called: a stream needs neither the simulator nor a notebook. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  alerts: async () => (await import("./alerts.ts")).alerts,
  cells: async () => (await import("./cells.ts")).cells,
  demo: async () => (await import("./demo.ts")).demo,
  doctor: async () => (await import("./doctor.ts")).doctor,
  ingest: async () => (await import("./ingest.ts")).ingest,
  lab: async () => (await import("./lab.ts")).lab,
  record: async () => (await import("./record.ts")).record,
  render: async () => (await import("./render.ts")).render,
  replay: async () => (await import("./replay.ts")).replay,
  samples: async () => (await import("./samples.ts")).samples,
  serve: async () => (await import("./serve.ts")).serve,
  simulate: async () => (await import("./simulate.ts")).simulate,
  store: async () => (await import("./store.ts")).store,
  stream: async () => (await import("./stream.ts")).stream,
};

/** Exit code for work that was begun and could not be done. */
const FAILED = 1;
/** Exit code for a command line or a configuration that cannot be used. */
const USAGE = 2;

/** Runs the command named by the first argument; what goes wrong is said in one breath, not as a stack. */
export async function main(args: string[], terminal: Terminal): Promise<number> {
  const [name = "", ...rest] = args;
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    terminal.err(
      `${name || "nothing"} is not a command; known: ${Object.keys(COMMANDS).join(", ")}\n`,
    );
    return USAGE;
  }
  try {
    const command = await load();
    return await command(rest, terminal);
  } catch (error) {
    if (error instanceof MarketError) {
      terminal.err(`${redact(error.message)}\n`);
      return error.code === "not-saved" ? FAILED : USAGE;
    }
    if (!isDiskError(error)) throw error;
    // No defect of ours: a folder that is away, a full disk, a missing right.
    const path = diskPath(error);
    const where = path === undefined ? "" : ` (${path})`;
    terminal.err(`${redact(`${name} could not go on: ${diskReason(error)}${where}.`)}\n`);
    return FAILED;
  }
}

if (import.meta.main) await runCommand(main);
