import { openTape } from "../feeds/recording/tape_reader.ts";
import type { ReplayOutcome } from "../feeds/replay/replay.ts";
import { configOf, systemDisk } from "../market/market_replay.ts";
import { MarketError } from "../model/errors.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import type { Config } from "../feeds/config.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { numberOption, type OptionSpec, parseCommandLine, usageOf } from "./arguments.ts";
import { withCommandLog } from "./command_config.ts";
import { givenPath } from "./given_path.ts";
import { runMarket } from "./market_run.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  speed: { value: "N", help: "venue seconds per second; default as fast as it goes" },
  export: { value: "DIR", help: "write bars, correlations, coverage and events there at the end" },
  help: { help: "show this text" },
};
const SLOWEST = 0.001;

/** The outside world of {@link replay}. */
export interface ReplayPorts {
  readonly clock?: Clock;
  readonly files?: Files;
}

/**
 * `deno task replay PATH`: plays a recording through the same feeds, ledgers and statistics that once ran live.
 *
 * @returns exit code: 0; 1 when the program no longer does what it did when the recording was made.
 * @throws {MarketError} for a bad command line, or when there is no such recording.
 */
export async function replay(
  args: readonly string[],
  terminal: Terminal,
  { clock = systemClock, files = systemFiles }: ReplayPorts = {},
): Promise<number> {
  const { options, positionals } = parseCommandLine(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(usageOf("replay", "Plays a recording: deno task replay PATH", OPTIONS));
    return 0;
  }
  const [given] = positionals;
  if (given === undefined || positionals.length > 1) {
    throw new MarketError(
      "usage",
      "configure",
      `replay needs the folder of one recording, got ${positionals.length}: deno task replay PATH.`,
    );
  }
  const path = givenPath(given, terminal.from);
  const speed: Config["replay"]["speed"] = numberOption(options, "speed", { min: SLOWEST }) ??
    "max";
  const tape = await openTape(path, systemDisk);
  const config: Config = { ...configOf(tape.manifest), replay: { path, speed } };
  return await withCommandLog(config, terminal, async (log) => {
    let outcome: ReplayOutcome | undefined;
    const code = await runMarket(config, {
      terminal,
      clock,
      files,
      minutes: Infinity,
      exportDir: options.get("export")?.[0],
      log,
      onReplayed: (replayed) => outcome = replayed,
    });
    terminal.out(summaryOf(outcome));
    return outcome?.divergence === undefined ? code : 1;
  });
}

function summaryOf(outcome: ReplayOutcome | undefined): string {
  if (outcome === undefined || !outcome.isOver) return "The replay was stopped.\n";
  const { inputs, ending, divergence } = outcome;
  const played = `Replayed ${inputs} inputs.`;
  const cut = ending?.kind === "cut"
    ? ` The recording is cut in ${ending.file} after ${ending.at} bytes (${ending.why}); ${ending.lostBytes} bytes behind are lost.`
    : "";
  const exact = divergence === undefined
    ? " The program did exactly what it did when this was recorded."
    : ` The program does something else than when this was recorded, from ${
      new Date(divergence.wall).toISOString()
    } on: expected ${divergence.expected}, got ${divergence.got}.`;
  return `${played}${cut}${exact}\n`;
}
