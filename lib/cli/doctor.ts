import type { ChannelPorts } from "../alerts/channels/channel.ts";
import { machinePorts } from "../alerts/open_delivery.ts";
import { configFolder } from "../runtime/config_reader.ts";
import { checkChannels } from "./doctor_channels.ts";
import { openWebSocket } from "../runtime/web_socket.ts";
import { rulesOf } from "../alerts/rule.ts";
import { MarketError } from "../model/errors.ts";
import { isLoopback } from "../runtime/address.ts";
import { systemClock } from "../runtime/clock.ts";
import { type Config, loadConfig, parseConfig } from "../feeds/config.ts";
import { type Finding, optional } from "../feeds/finding.ts";
import { maskedGet, maskedTcp, maskedWebSocket } from "../feeds/masked_outside.ts";
import type { Probes } from "../feeds/venue_definition.ts";
import type { VenueDefinition } from "../feeds/venue_definition.ts";
import { instrumentsOf, settingsOf, venues, venuesOf } from "../feeds/venues.ts";
import { environmentVariable, type ReadVariable } from "../runtime/environment.ts";
import { type Files, projectPath, systemFiles } from "../runtime/files.ts";
import { fetchGet } from "../runtime/http.ts";
import { canListen, countEntries, denoVersion, mayReach, talkTcp } from "../runtime/probe.ts";
import { systemRandom } from "../runtime/random.ts";
import { connectTcp } from "../runtime/tcp_socket.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { type OptionSpec, parseCommandLine, usageError, usageOf } from "./arguments.ts";
import { BAR_FILE_MEANINGS, BAR_FILE_OPTIONS, barFileReading } from "./bar_file_options.ts";
import { examineBars } from "./doctor_bars.ts";
import {
  checkDeno,
  checkPermissions,
  checkSimulator,
  configFinding,
  samplesFinding,
} from "./doctor_machine.ts";
import { checkProxy } from "./doctor_proxy.ts";
import { checkBroker } from "./doctor_broker.ts";
import { checkDatabase } from "./doctor_database.ts";
import { checkStore } from "./doctor_store.ts";
import { hasTrouble, reportOf } from "./doctor_report.ts";
import { givenPath } from "./given_path.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: { value: "FILE", help: "configuration (YAML); default notebooks/config.yaml" },
  bars: {
    value: "FILE",
    isRepeated: true,
    help:
      "examine bars (CSV or CSV.gz) in place of the set-up; may be repeated, or followed by more files",
  },
  symbol: { value: "SYMBOL", help: "what the bars are of, for its hours: ES, BTCUSDT" },
  ...BAR_FILE_OPTIONS,
  send: { help: "send a test message to each channel of alerts" },
  help: { help: "show this text" },
};

/** The outside world of {@link doctor}. */
export interface DoctorPorts extends Probes {
  readonly files: Files;
  readonly denoVersion: string;
  /** Reads the environment, where proxies are set. */
  readonly variable: ReadVariable;
  readonly canListen: (host: string, port: number) => boolean;
  readonly countEntries: (folder: string) => Promise<number | undefined>;
  /** What test messages are sent with. */
  readonly channels: ChannelPorts;
}

/** For each check, local ms. */
const LIMIT_MS = 5_000;

/**
 * `deno task doctor`: checks Deno, permissions, configuration, the venues and the clocks, all at once, and prints
 * a line for each: `ok   …` or `fix  … → what to do`.
 *
 * With `--bars` it examines files of bars instead: gaps, repeats, outliers, times of another zone.
 *
 * @returns 0 when everything the configured source needs is in order, or no file of bars is damaged, else 1.
 * @throws {MarketError} `usage` for a bad command line.
 */
export async function doctor(
  args: readonly string[],
  terminal: Terminal,
  given: Partial<DoctorPorts> = {},
): Promise<number> {
  const { options, positionals } = parseCommandLine(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(usageOf("doctor", "Checks what Comove needs.", OPTIONS));
    return 0;
  }
  const ports = { ...systemPorts(), ...given };
  const paths = pathsOf(options.get("bars") ?? [], positionals, terminal.from);
  const symbol = options.get("symbol")?.[0];
  if (paths.length > 0) {
    const { files, clock } = ports, now = clock.now();
    const reading = barFileReading(options);
    const { text, isDamaged } = await examineBars({ paths, symbol, files, now, ...reading });
    terminal.out(text);
    return isDamaged ? 1 : 0;
  }
  for (
    const [name, meaning] of Object.entries({
      symbol: "it says what they are of",
      ...BAR_FILE_MEANINGS,
    })
  ) {
    if (options.has(name)) throw usageError(`--${name} needs --bars FILE: ${meaning}`);
  }
  const file = options.get("config")?.[0];
  const loaded = await load(file, terminal, ports.files);
  const config = loaded instanceof MarketError ? parseConfig() : loaded;
  const servers = { clock: ports.clock, configFile: file };
  const database = await checkDatabase(config, servers);
  const findings = [
    checkDeno(ports.denoVersion),
    configFinding(loaded, file ?? await usualFile(ports.files)),
    ...(await checks(config, ports)),
    ...database,
    ...(isAway(database) ? [] : [await checkStore(config, file, ports)]),
    ...await checkBroker(config, servers),
    ...(await checkChannels(config.alerts.channels, {
      ports: ports.channels,
      from: { folder: configFolder(file) },
      mayReach: ports.mayReach,
      sends: options.has("send"),
    })),
  ];
  terminal.out(reportOf(findings, config.source));
  return hasTrouble(findings) ? 1 : 0;
}

/** Files of bars; a shell writes `--bars *.csv` as one name behind the option and the others behind that. */
function pathsOf(
  named: readonly string[],
  others: readonly string[],
  from: string | undefined,
): readonly string[] {
  if (named.length === 0 && others.length > 0) {
    throw usageError(`${others[0]} is not an option here: name files of bars with --bars`);
  }
  return [...named, ...others.map((path) => givenPath(path, from))];
}

/** Of a server that is not in order there is nothing more to say. */
function isAway([server]: readonly Finding[]): boolean {
  return server?.fix !== undefined;
}

function systemPorts(): DoctorPorts {
  return {
    clock: systemClock,
    files: systemFiles,
    denoVersion: denoVersion(),
    variable: environmentVariable,
    mayReach,
    canListen,
    countEntries,
    talk: talkTcp,
    get: maskedGet(fetchGet),
    openStream: maskedWebSocket(openWebSocket),
    connectTcp: maskedTcp(connectTcp),
    random: systemRandom,
    limitMs: LIMIT_MS,
    channels: machinePorts(systemClock),
  };
}

async function load(
  file: string | undefined,
  { env }: Terminal,
  files: Files,
): Promise<Config | MarketError> {
  try {
    const config = await loadConfig({ env, files, file });
    // What a metric allows is known where the metrics are.
    rulesOf(config.alerts, instrumentsOf(config));
    return config;
  } catch (error) {
    if (error instanceof MarketError) return error;
    throw error;
  }
}

async function usualFile(files: Files): Promise<string | undefined> {
  const name = "notebooks/config.yaml";
  return await files.exists(projectPath(name)) ? name : undefined;
}

/** Everything but Deno and the configuration, side by side; in the order of the report. */
async function checks(config: Config, ports: DoctorPorts): Promise<Finding[]> {
  const { source } = config;
  const isLive = source === "live";
  // What is published or stored is read without a venue.
  const followed = source === "bus" || source === "store" ? [] : venuesOf(config);
  const hosts = followed.filter(({ role }) => role === "trading")
    .flatMap((venue) => venue.hosts(settingsOf(config, venue)));
  // Comove works without the indices.
  const ofVenue = ({ role }: VenueDefinition, findings: readonly Finding[]) =>
    isLive && role === "trading" ? findings : findings.map(optional);
  const ofSimulator = (findings: readonly Finding[]) =>
    source === "simulated" ? findings : findings.map(optional);
  const found = await Promise.all([
    checkPermissions(isLive ? hosts : [], ports.mayReach),
    checkProxy(followed.map((venue) => settingsOf(config, venue)), ports.variable),
    ...followed.map(async (venue) =>
      ofVenue(venue, await venue.check?.(settingsOf(config, venue), ports) ?? [])
    ),
    ofSimulator(checkSimulator(ports.canListen, simulatorPorts(config))),
    ports.countEntries(projectPath("data-samples")).then(samplesFinding),
  ]);
  return found.flat();
}

/** Where `deno task simulate` listens unless options say otherwise. */
function simulatorPorts(config: Config): number[] {
  const parts = venues().flatMap((venue) => {
    const { simulated } = venue;
    return simulated === undefined ? [] : [{ venue, simulated }];
  });
  // Against venues on this machine, what is wanted there would be taken for an intruder.
  const isLocal = parts.some(({ venue, simulated }) =>
    isLoopback(simulated.addressOf(settingsOf(config, venue)).host)
  );
  return config.source === "live" && isLocal ? [] : parts.map(({ simulated }) => simulated.port);
}
