import { type OpenWebSocket, openWebSocket } from "../runtime/web_socket.ts";
import { MarketError } from "../model/errors.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { type Config, isLoopback, loadConfig, parseConfig } from "../runtime/config.ts";
import { type Files, projectPath, systemFiles } from "../runtime/files.ts";
import { fetchGet, type HttpGet } from "../runtime/http.ts";
import {
  canListen,
  countEntries,
  denoVersion,
  mayReach,
  type TalkTcp,
  talkTcp,
} from "../runtime/probe.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { type OptionSpec, parseArguments, usageOf } from "./arguments.ts";
import { examineBars } from "./doctor_bars.ts";
import { checkRest, checkStream } from "./doctor_binance.ts";
import { checkGateway } from "./doctor_gateway.ts";
import {
  checkDeno,
  checkPermissions,
  checkSimulator,
  configFinding,
  hostsOf,
  samplesFinding,
} from "./doctor_machine.ts";
import { type Finding, hasTrouble, optional, reportOf } from "./doctor_report.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: { value: "FILE", help: "configuration (YAML); default notebooks/config.yaml" },
  bars: {
    value: "FILE",
    isRepeated: true,
    help: "examine bars (CSV or CSV.gz) in place of the set-up; may be repeated",
  },
  symbol: { value: "SYMBOL", help: "what the bars are of, for its hours: ES, BTCUSDT" },
  zone: { value: "ZONE", help: "zone of times that do not say theirs: America/New_York" },
  help: { help: "show this text" },
};

/** The outside world of {@link doctor}. */
export interface DoctorPorts {
  readonly clock: Clock;
  readonly files: Files;
  readonly denoVersion: string;
  readonly mayReach: (host: string) => Promise<boolean>;
  readonly canListen: (host: string, port: number) => boolean;
  readonly countEntries: (folder: string) => Promise<number | undefined>;
  readonly talk: TalkTcp;
  readonly get: HttpGet;
  readonly openStream: OpenWebSocket;
  /** For each check, local ms. @default 5000 */
  readonly limitMs: number;
}

const LIMIT_MS = 5_000;
/** Where `deno task simulate` listens unless told. */
const SIMULATOR_PORTS = [4002, 9080];

/**
 * `deno task doctor`: checks Deno, permissions, configuration, IB Gateway, Binance and the clocks, all at
 * once, and says a line for each: `ok   …` or `fix  … → what to do`.
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
  const options = parseArguments(args, OPTIONS);
  if (options.has("help")) {
    terminal.out(usageOf("doctor", "Checks what Comove needs.", OPTIONS));
    return 0;
  }
  const ports = { ...systemPorts(), ...given };
  const paths = options.get("bars") ?? [];
  const [symbol, zone] = [options.get("symbol")?.[0], options.get("zone")?.[0]];
  if (paths.length > 0) {
    const { files, clock } = ports, now = clock.now();
    const { text, isDamaged } = await examineBars({ paths, symbol, zone, files, now });
    terminal.out(text);
    return isDamaged ? 1 : 0;
  }
  if (symbol !== undefined || zone !== undefined) {
    throw new MarketError(
      "usage",
      "configure",
      symbol === undefined
        ? "--zone needs --bars FILE: it says in which zone their times are."
        : "--symbol needs --bars FILE: it says what they are of.",
    );
  }
  const file = options.get("config")?.[0];
  const loaded = await load(file, terminal, ports.files);
  const config = loaded instanceof MarketError ? parseConfig() : loaded;
  const findings = [
    checkDeno(ports.denoVersion),
    configFinding(loaded, file ?? await usualFile(ports.files)),
    ...(await checks(config, ports)),
  ];
  terminal.out(reportOf(findings, config.source));
  return hasTrouble(findings) ? 1 : 0;
}

function systemPorts(): DoctorPorts {
  return {
    clock: systemClock,
    files: systemFiles,
    denoVersion: denoVersion(),
    mayReach,
    canListen,
    countEntries,
    talk: talkTcp,
    get: fetchGet,
    openStream: openWebSocket,
    limitMs: LIMIT_MS,
  };
}

async function load(
  file: string | undefined,
  { env }: Terminal,
  files: Files,
): Promise<Config | MarketError> {
  try {
    return await loadConfig({ env, files, ...(file === undefined ? {} : { file }) });
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
  const { ibkr, binance, source } = config;
  const { limitMs, talk } = ports;
  const probes = { ...ports, market: binance.market };
  const isLive = source === "live";
  // There the Gateway that is wanted would be taken for an intruder.
  const simulatorPorts = isLive && isLoopback(ibkr.host) ? [] : SIMULATOR_PORTS;
  const ofVenues = (findings: readonly Finding[]) => isLive ? findings : findings.map(optional);
  const ofSimulator = (findings: readonly Finding[]) =>
    source === "simulated" ? findings : findings.map(optional);
  const found = await Promise.all([
    checkPermissions(isLive ? hostsOf(config) : [], ports.mayReach),
    ibkr.futures.length === 0 ? [] : checkGateway(ibkr, { talk, limitMs }).then(ofVenues),
    ...(binance.symbols[0] === undefined ? [] : [
      checkRest(binance.restUrl, probes).then(ofVenues),
      checkStream(binance.streamUrl, binance.symbols[0], probes).then((one) => ofVenues([one])),
    ]),
    ofSimulator(checkSimulator(ports.canListen, simulatorPorts)),
    ports.countEntries(projectPath("data-samples")).then(samplesFinding),
  ]);
  return found.flat();
}
