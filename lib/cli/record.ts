import { MarketRecorder } from "../market/market_recorder.ts";
import { MarketError } from "../model/errors.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { numberOption, type OptionSpec, parseArguments, usageOf } from "./arguments.ts";
import { configOf, openCommandLog } from "./command_config.ts";
import { runMarket } from "./market_run.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: { value: "FILE", help: "configuration (YAML); default notebooks/config.yaml" },
  out: { value: "DIR", help: "where recordings lie; default recordings" },
  minutes: { value: "N", help: "stop once N venue minutes have closed" },
  export: { value: "DIR", help: "write what stream would have written there at the end" },
  help: { help: "show this text" },
};

/** The outside world of {@link record}. */
export interface RecordPorts {
  readonly clock?: Clock;
  readonly files?: Files;
}

/**
 * `deno task record`: streams as `deno task stream` does, and writes down every raw message of the venues, for
 * `deno task replay`. The recording survives a crash up to its last second.
 *
 * @returns exit code: 0 after a clean stop, 1 when a venue or an instrument needs the user.
 * @throws {MarketError} for a bad command line or configuration.
 */
export async function record(
  args: readonly string[],
  terminal: Terminal,
  { clock = systemClock, files = systemFiles }: RecordPorts = {},
): Promise<number> {
  const options = parseArguments(args, OPTIONS);
  if (options.has("help")) {
    terminal.out(usageOf("record", "Streams the configured markets and records them.", OPTIONS));
    return 0;
  }
  const minutes = numberOption(options, "minutes", { min: 1, isWhole: true }) ?? Infinity;
  const dir = options.get("out")?.[0] ?? "recordings";
  const config = await configOf(options, terminal);
  if (config.source === "replay") {
    throw new MarketError(
      "usage",
      "configure",
      "record needs a market to record, and source: replay is a recording already. Set source: simulated or live.",
    );
  }
  const logs = await openCommandLog(config, terminal);
  const log = logs.child("record");
  const recorder = new MarketRecorder({ dir, log, clock, files });
  try {
    return await runMarket(config, {
      terminal,
      clock,
      files,
      minutes,
      exportDir: options.get("export")?.[0],
      log: (source) => logs.child(source),
      outside: recorder.outside,
      onComplete: () => recorder.stop(),
    });
  } finally {
    await recorder.end();
    const { folder, counts } = recorder;
    if (folder !== undefined && counts !== undefined) {
      log.info(`Recorded to ${folder}`, { ...counts });
      terminal.out(`Recorded to ${folder}\nPlay it with: deno task replay ${folder}\n`);
      if (counts.lost > 0) {
        terminal.out(`The disk was too slow for ${counts.lost} rows; the log says when.\n`);
      }
    }
    await logs.close();
  }
}
