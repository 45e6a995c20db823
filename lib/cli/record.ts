import { resolve } from "node:path";
import type { Config } from "../feeds/config.ts";
import { MarketRecorder } from "../market/market_recorder.ts";
import { MarketError } from "../model/errors.ts";
import { type ByteFiles, systemByteFiles } from "../runtime/byte_files.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import type { Log } from "../runtime/log.ts";
import { claimFolder } from "../runtime/output_folder.ts";
import type { Terminal } from "../runtime/terminal.ts";
import {
  numberOption,
  type Options,
  type OptionSpec,
  parseArguments,
  usageOf,
} from "./arguments.ts";
import { configOf, SPEED_OPTION, withCommandLog } from "./command_config.ts";
import { runMarket } from "./market_run.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: { value: "FILE", help: "configuration (YAML); default notebooks/config.yaml" },
  out: { value: "DIR", help: "where recordings lie; default recordings" },
  minutes: { value: "N", help: "stop once N venue minutes have closed" },
  speed: SPEED_OPTION,
  export: { value: "DIR", help: "write what stream would have written there at the end" },
  help: { help: "show this text" },
};

/** The outside world of {@link record}. */
export interface RecordPorts {
  readonly clock?: Clock;
  readonly files?: Files;
  /** Takes the rows of the recording. */
  readonly byteFiles?: ByteFiles;
}

/**
 * `deno task record`: streams as `deno task stream` does, and writes down every raw message of the venues, for
 * `deno task replay`. The recording survives a crash up to its last second.
 *
 * @returns exit code: 0 after a clean stop, 1 when a venue or an instrument needs the user, or when
 * the recording is not complete.
 * @throws {MarketError} for a bad command line or configuration, or a folder that cannot be written to or that another
 * process records into.
 */
export async function record(
  args: readonly string[],
  terminal: Terminal,
  { clock = systemClock, files = systemFiles, byteFiles = systemByteFiles }: RecordPorts = {},
): Promise<number> {
  const options = parseArguments(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(usageOf("record", "Streams the configured markets and records them.", OPTIONS));
    return 0;
  }
  const minutes = numberOption(options, "minutes", { min: 1, isWhole: true }) ?? Infinity;
  const dir = options.get("out")?.[0] ?? "recordings";
  const config = await configOf(options, terminal);
  if (config.source === "replay" || config.source === "store") {
    throw new MarketError(
      "usage",
      "configure",
      `record needs a market to record, and source: ${config.source} was recorded already. Set source: simulated or live.`,
    );
  }
  const ports = { clock, files, byteFiles, minutes };
  const exportDir = options.get("export")?.[0];
  // The export claims that folder itself.
  if (exportDir !== undefined && resolve(exportDir) === resolve(dir)) {
    return await recordTo(dir, config, options, terminal, ports);
  }
  const claim = await claimFolder(dir, "--out");
  try {
    return await recordTo(dir, config, options, terminal, ports);
  } finally {
    await claim.release();
  }
}

/** Runs and records a market in a folder that is this process's own meanwhile. */
async function recordTo(
  dir: string,
  config: Config,
  options: Options,
  terminal: Terminal,
  { clock, files, byteFiles, minutes }: Required<RecordPorts> & { readonly minutes: number },
): Promise<number> {
  return await withCommandLog(config, terminal, async (log) => {
    const recorder = new MarketRecorder({ dir, log: log("record"), clock, files, byteFiles });
    let code = 1;
    let isWhole = false;
    try {
      code = await runMarket(config, {
        terminal,
        clock,
        files,
        minutes,
        exportDir: options.get("export")?.[0],
        log,
        configFile: options.get("config")?.[0],
        outside: recorder.outside,
        onComplete: () => recorder.stop(),
      });
    } finally {
      await recorder.end();
      isWhole = report(recorder, terminal, log("record"));
    }
    return isWhole ? code : code || 1;
  });
}

/** Says what is on the disk, and what is not. @returns true when all of it is. */
function report({ folder, counts }: MarketRecorder, terminal: Terminal, log: Log): boolean {
  if (folder === undefined || counts === undefined) return true;
  const { rows, lost, failure } = counts;
  const play = `Play it with: deno task replay ${folder}\n`;
  if (lost === 0) {
    log.info(`Recorded to ${folder}`, { ...counts });
    terminal.out(`Recorded to ${folder}\n${play}`);
    return true;
  }
  const why = failure ?? "the disk was too slow";
  const saved = rows === 0 ? "nothing was saved" : `${rows} rows were saved`;
  const message = `The recording in ${folder} is not complete: ${why}; ${saved}, ${lost} were lost`;
  log.error(message, { ...counts });
  terminal.err(`${message}.\n${rows === 0 ? "" : play}`);
  return false;
}
