import { MarketError } from "../model/errors.ts";
import { formatUtc, HOUR } from "../model/time.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { type Config, isLoopback, loadConfig } from "../runtime/config.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import { secretsIn } from "../model/redact.ts";
import { openLog } from "../runtime/log.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { simulatedBars } from "../simulator/bars_csv.ts";
import { startEmbeddedVenues } from "../simulator/embedded_venues.ts";
import { parseFaultScript, runFaults } from "../simulator/fault_script.ts";
import { openFileTruth } from "../simulator/file_truth.ts";
import { DEFAULT_START, modelOpeningAt } from "../simulator/opening.ts";
import type { Truth } from "../simulator/truth.ts";
import {
  numberOption,
  type Options,
  type OptionSpec,
  parseArguments,
  timeOption,
  usageOf,
} from "./arguments.ts";
import { readGiven } from "./given_file.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: { value: "FILE", help: "take speed, seed and loopback ports from this configuration" },
  bars: {
    value: "SYMBOL=FILE",
    isRepeated: true,
    help: "serve these minute bars (CSV or CSV.gz) in place of the model; may be repeated",
  },
  zone: { value: "ZONE", help: "zone of times in --bars that do not name theirs; default UTC" },
  start: { value: "TIME", help: "venue time at the start, ISO with zone or epoch ms" },
  speed: { value: "N", help: "venue seconds per second; default clock.speed" },
  seed: { value: "N", help: "seed of the model; default simulator.seed" },
  "tws-port": { value: "PORT", help: "default: ibkr.port when it is on loopback" },
  "binance-port": {
    value: "PORT",
    help: "default: that of binance.restUrl when on loopback, else 9080",
  },
  faults: { value: "FILE", help: "a fault script (JSON): drops, stalls, corruption, delays" },
  help: { help: "show this text" },
};

/** The outside world of {@link simulate}. */
export interface SimulatePorts {
  readonly clock?: Clock;
  readonly files?: Files;
}

/**
 * `deno task simulate`: both simulated venues alone, for any client to be pointed at. Serves until stopped.
 *
 * @returns exit code 0 after Ctrl-C.
 * @throws {MarketError} for bad options, unreadable files, or a port that is taken.
 */
export async function simulate(
  args: readonly string[],
  terminal: Terminal,
  { clock = systemClock, files = systemFiles }: SimulatePorts = {},
): Promise<number> {
  const options = parseArguments(args, OPTIONS);
  if (options.has("help")) {
    terminal.out(usageOf("simulate", "Runs the simulated IBKR and Binance venues.", OPTIONS));
    return 0;
  }
  const file = options.get("config")?.[0];
  const config = await loadConfig({ env: terminal.env, ...(file === undefined ? {} : { file }) });
  const { truth, start } = await truthOf(options, config, files, terminal.err);
  const speed = numberOption(options, "speed", { min: 0.001 }) ?? config.clock.speed;
  const logs = await openLog({
    ...config.log,
    secrets: secretsIn(config),
    write: terminal.err,
  });
  const script = options.get("faults")?.[0];
  const faults = script === undefined
    ? []
    : parseFaultScript(await readGiven(script, "--faults", files));
  const venues = await startEmbeddedVenues({
    truth,
    clock,
    start,
    speed,
    twsPort: portOption(options, "tws-port") ?? loopbackPort(config.ibkr) ?? DEFAULT_TWS_PORT,
    binancePort: portOption(options, "binance-port") ?? loopbackPort(addressOf(config)) ??
      DEFAULT_BINANCE_PORT,
  }).catch((cause) => {
    throw new MarketError("ports", "configure", portsMessage(cause), { cause });
  });
  const running = runFaults(
    faults,
    [venues.tws, venues.binance],
    venues.time,
    logs.child("faults"),
  );
  terminal.out(announcement(venues.tws.port, venues.binance.port, start, speed));
  await new Promise<void>((resolve) => {
    if (terminal.stop.aborted) resolve();
    else terminal.stop.addEventListener("abort", () => resolve(), { once: true });
  });
  running.cancel();
  await venues.close();
  await logs.close();
  return 0;
}

const DEFAULT_TWS_PORT = 4002;
const DEFAULT_BINANCE_PORT = 9080;

/** The model, or the given files; and when the venues open. */
async function truthOf(
  options: Options,
  config: Config,
  files: Files,
  err: (text: string) => void,
): Promise<{ truth: Truth; start: number }> {
  const backfillMs = config.data.backfillHours * HOUR;
  const given = timeOption(options, "start") ??
    (config.simulator.start === null ? undefined : Date.parse(config.simulator.start));
  const sources = options.get("bars") ?? [];
  if (sources.length === 0) {
    const start = given ?? DEFAULT_START;
    const seed = numberOption(options, "seed", { min: 0, isWhole: true }) ?? config.simulator.seed;
    return { truth: modelOpeningAt({ seed, start, backfillMs }), start };
  }
  const read = await Promise.all(sources.map(async (source) => {
    const [, symbol, file] = /^([^=]+)=(.+)$/.exec(source) ?? [];
    if (symbol === undefined || file === undefined) {
      throw new MarketError("usage", "configure", `--bars must be SYMBOL=FILE, got ${source}.`);
    }
    const zone = options.get("zone")?.[0];
    const text = await readGiven(file, "--bars", files);
    return { symbol, file, ...simulatedBars(text, { symbol, file, zone }) };
  }));
  for (const { file, notes } of read) {
    if (notes.length > 0) err(`${file}: ${notes.join("; ")}.\n`);
  }
  const truth = openFileTruth(read);
  const firstCommon = Math.max(...read.map(({ rows }) => rows[0]?.openTime ?? -Infinity));
  return { truth, start: given ?? firstCommon + backfillMs };
}

function portOption(options: Options, name: string): number | undefined {
  return numberOption(options, name, { min: 0, isWhole: true });
}

function addressOf(config: Config): { host: string; port: number } {
  const url = new URL(config.binance.restUrl);
  return { host: url.hostname, port: Number(url.port) || 80 };
}

function loopbackPort({ host, port }: { host: string; port: number }): number | undefined {
  return isLoopback(host) ? port : undefined;
}

function portsMessage(cause: unknown): string {
  const what = cause instanceof Error ? cause.message : String(cause);
  return `The simulated venues cannot listen: ${what}. Another program (a real IB Gateway?) may hold the port; choose others with --tws-port and --binance-port.`;
}

function announcement(twsPort: number, binancePort: number, start: number, speed: number): string {
  return `Simulated venues are up, venue time ${
    formatUtc(start)
  }, ${speed} venue seconds a second. Ctrl-C stops them.
Point any client at them; for Comove this configuration does:

source: live
clock: { speed: ${speed} }
ibkr: { host: 127.0.0.1, port: ${twsPort} }
binance: { streamUrl: "ws://127.0.0.1:${binancePort}", restUrl: "http://127.0.0.1:${binancePort}" }
`;
}
