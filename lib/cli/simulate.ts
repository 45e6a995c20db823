import type { Config } from "../feeds/config.ts";
import type { SimulatedPart } from "../feeds/venue_definition.ts";
import { settingsOf, venues } from "../feeds/venues.ts";
import {
  type EmbeddedVenues,
  startEmbeddedVenues,
  strikableVenues,
} from "../market/embedded_venues.ts";
import { MarketError } from "../model/errors.ts";
import type { Venue } from "../model/instrument.ts";
import { formatUtc, HOUR } from "../model/time.ts";
import { isLoopback } from "../runtime/address.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { simulatedBars } from "../simulator/bars_csv.ts";
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
  usageError,
  usageOf,
} from "./arguments.ts";
import { BAR_FILE_OPTIONS, barFileReading } from "./bar_file_options.ts";
import { configOf, withCommandLog } from "./command_config.ts";
import { readGiven } from "./given_file.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: { value: "FILE", help: "take speed, seed and loopback ports from this configuration" },
  bars: {
    value: "SYMBOL=FILE",
    isRepeated: true,
    help: "serve these minute bars (CSV or CSV.gz) in place of the model; may be repeated",
  },
  ...BAR_FILE_OPTIONS,
  start: { value: "TIME", help: "venue time at the start, ISO with zone or epoch ms" },
  speed: { value: "N", help: "venue seconds per second; default clock.speed" },
  seed: { value: "N", help: "seed of the model; default simulator.seed" },
  port: {
    value: "VENUE=PORT",
    isRepeated: true,
    help: "where a venue listens; default: as configured when on loopback; may be repeated",
  },
  "tws-port": { value: "PORT", help: "the same as --port ibkr=PORT; else 4002" },
  "binance-port": { value: "PORT", help: "the same as --port binance=PORT; else 9080" },
  faults: { value: "FILE", help: "a fault script (JSON): drops, stalls, corruption, delays" },
  help: { help: "show this text" },
};

/** The outside world of {@link simulate}. */
export interface SimulatePorts {
  readonly clock?: Clock;
  readonly files?: Files;
}

/**
 * `deno task simulate`: the simulated venues alone, for any client to be pointed at. Serves until stopped.
 *
 * @returns exit code 0 after Ctrl-C.
 * @throws {MarketError} for bad options, unreadable files, or a port that is taken.
 */
export async function simulate(
  args: readonly string[],
  terminal: Terminal,
  { clock = systemClock, files = systemFiles }: SimulatePorts = {},
): Promise<number> {
  const options = parseArguments(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(
      usageOf(
        "simulate",
        `Runs the simulated venues: ${simulatedVenues().map(({ title }) => title).join(", ")}.`,
        OPTIONS,
      ),
    );
    return 0;
  }
  const config = await configOf(options, terminal);
  const { truth, start } = await truthOf(options, config, files, terminal.err);
  const speed = numberOption(options, "speed", { min: 0.001 }) ?? config.clock.speed;
  const script = options.get("faults")?.[0];
  const faults = script === undefined
    ? []
    : parseFaultScript(await readGiven(script, "--faults", files), await strikableVenues());
  const ports = portsOf(options, config);
  return await withCommandLog(config, terminal, async (log) => {
    const embedded = await startEmbeddedVenues({ truth, clock, start, speed, ports })
      .catch((cause) => {
        throw new MarketError("ports", "configure", portsMessage(cause), { cause });
      });
    const running = runFaults(faults, embedded.servers, embedded.time, log("faults"));
    terminal.out(announcement(embedded, start, speed));
    await new Promise<void>((resolve) => {
      if (terminal.stop.aborted) resolve();
      else terminal.stop.addEventListener("abort", () => resolve(), { once: true });
    });
    running.cancel();
    await embedded.close();
    return 0;
  });
}

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
  const reading = barFileReading(options);
  const read = await Promise.all(sources.map(async (source) => {
    const [, symbol, file] = /^([^=]+)=(.+)$/.exec(source) ?? [];
    if (symbol === undefined || file === undefined) {
      throw new MarketError("usage", "configure", `--bars must be SYMBOL=FILE, got ${source}.`);
    }
    const text = await readGiven(file, "--bars", files);
    return { symbol, file, ...simulatedBars(text, { symbol, file, ...reading }) };
  }));
  for (const { file, notes } of read) {
    if (notes.length > 0) err(`${file}: ${notes.join("; ")}.\n`);
  }
  const truth = openFileTruth(read);
  const firstCommon = Math.max(...read.map(({ rows }) => rows[0]?.openTime ?? -Infinity));
  return { truth, start: given ?? firstCommon + backfillMs };
}

interface SimulatedVenue {
  readonly id: Venue;
  readonly title: string;
  readonly simulated: SimulatedPart<unknown>;
}

/** The venues that have a server, in the order of the registry. */
function simulatedVenues(): SimulatedVenue[] {
  return venues().flatMap(({ id, title, simulated }) =>
    simulated === undefined ? [] : [{ id, title, simulated }]
  );
}

/** The options of before, by venue. */
const OLDER_OPTIONS: Readonly<Record<Venue, string>> = {
  ibkr: "tws-port",
  binance: "binance-port",
};

/**
 * Where each venue listens: as the options say, else as configured when that is on loopback, else as usual. Who
 * chooses ports runs several simulators side by side, or does not know the other venues: these then take free ones.
 */
function portsOf(options: Options, config: Config): Record<Venue, number> {
  const known = simulatedVenues();
  const ports: Record<Venue, number> = {};
  const older = Object.entries(OLDER_OPTIONS).flatMap(([id, name]) =>
    (options.get(name) ?? []).map((text): [string, string?] => [id, text])
  );
  const given = (options.get("port") ?? []).map((text) => text.split("=") as [string, string?]);
  const chosen = [...older, ...given];
  for (const { id, simulated } of known) {
    const { host, port } = simulated.addressOf(settingsOf(config, { id }));
    const isUsual = chosen.length === 0 || Object.hasOwn(OLDER_OPTIONS, id);
    ports[id] = isLoopback(host) ? port : isUsual ? simulated.port : 0;
  }
  for (const [id, text = ""] of chosen) {
    if (!Object.hasOwn(ports, id)) {
      const ids = known.map((venue) => venue.id).join(", ");
      throw usageError(`--port must be VENUE=PORT with one of ${ids}, got ${id}`);
    }
    const port = Number(text);
    if (text === "" || !Number.isInteger(port) || port < 0 || port > 65_535) {
      throw usageError(`the port of ${id} must be a whole number from 0 to 65535, got ${text}`);
    }
    ports[id] = port;
  }
  return ports;
}

function portsMessage(cause: unknown): string {
  const what = cause instanceof Error ? cause.message : String(cause);
  return `The simulated venues cannot listen: ${what}. Another program (a real IB Gateway?) may hold the port; choose others with --port VENUE=PORT, or --tws-port and --binance-port.`;
}

function announcement({ server }: EmbeddedVenues, start: number, speed: number): string {
  const sections = simulatedVenues().map(({ id, simulated }) => {
    const keys = simulated.at({ host: "127.0.0.1", port: server(id).port });
    return `${id}: { ${Object.entries(keys).flatMap(keyText).join(", ")} }\n`;
  });
  return `Simulated venues are up, venue time ${
    formatUtc(start)
  }, ${speed} venue seconds a second. Ctrl-C stops them.
Point any client at them; for Comove this configuration does:

source: live
clock: { speed: ${speed} }
${sections.join("")}`;
}

/** `port: 4002`, `restUrl: "http://127.0.0.1:9080"`; an empty list goes without saying. */
function keyText([key, value]: [string, unknown]): string[] {
  if (Array.isArray(value) && value.length === 0) return [];
  const isPlain = typeof value === "number" || (typeof value === "string" && !/[:#]/.test(value));
  return [`${key}: ${isPlain ? value : JSON.stringify(value)}`];
}
