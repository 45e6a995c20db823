import type { Rehearsal, RehearsedInstrument, RehearseOptions } from "../alerts/rehearsal.ts";
import { rehearsedBars } from "../alerts/rehearse.ts";
import { rehearseStored } from "../alerts/rehearse_stored.ts";
import { idsOf, rulesOf } from "../alerts/rule.ts";
import { storedHistory } from "../alerts/stored_history.ts";
import { minuteRows } from "../bars/csv/minute_rows.ts";
import { findProduct } from "../calendar/products.ts";
import type { Config } from "../feeds/config.ts";
import { followable, instrumentsOf, venues } from "../feeds/venues.ts";
import type { AlertBody, AlertRule } from "../model/alert.ts";
import type { Instrument } from "../model/instrument.ts";
import { visibleJson } from "../model/visible.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import type { Log } from "../runtime/log.ts";
import type { Terminal } from "../runtime/terminal.ts";
import {
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
import type { StoreReader, TradeColumns } from "../store/store.ts";
import { openPlace, STORE_OPTIONS } from "./store_place.ts";
import { rehearsalText } from "./rehearsal_text.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: {
    value: "FILE",
    help: "configuration (YAML) with the rules; default notebooks/config.yaml",
  },
  bars: {
    value: "SYMBOL=FILE",
    isRepeated: true,
    help: "minute bars (CSV or CSV.gz); may be repeated; default what is stored",
  },
  path: STORE_OPTIONS.path,
  zone: BAR_FILE_OPTIONS.zone,
  dates: BAR_FILE_OPTIONS.dates,
  scale: BAR_FILE_OPTIONS.scale,
  stamp: BAR_FILE_OPTIONS.stamp,
  from: { value: "TIME", help: "judge minutes from then on; earlier ones only warm the windows" },
  to: { value: "TIME", help: "judge minutes that end by then" },
  json: { help: "one array of alerts, firing and resolved, in place of the table" },
  help: { help: "show this text" },
};

/**
 * `deno task alerts rehearse`: judges every minute of past bars by the rules of the configuration, with the code that
 * judges a live market. The log is on standard error.
 *
 * @returns exit code: 0, or 1 when no rule has the bars that it needs.
 * @throws {MarketError} for a bad command line or configuration, or files that cannot be read.
 */
export async function alertsRehearse(
  args: readonly string[],
  terminal: Terminal,
  { files = systemFiles }: { readonly files?: Files } = {},
): Promise<number> {
  const options = parseArguments(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(usageOf("alerts rehearse", "What the rules would have come to.", OPTIONS));
    return 0;
  }
  const config = await configOf(options, terminal);
  if (config.alerts.rules.length === 0) {
    throw usageError("alerts.rules of the configuration is empty: there is nothing to rehearse");
  }
  // Nothing is written: what the log would put into files stands in this output.
  const quiet = { ...config, log: { ...config.log, dir: null } };
  return await withCommandLog(quiet, terminal, async (logOf) => {
    const log = logOf("rehearse");
    await using past = await pastOf(options, config, { files, log, terminal });
    const withBars = rulesWithBars(config, past.history, log);
    const rules = await rulesWithTrades(withBars, past.trades, log);
    if (rules.length === 0) return 1;
    const from = timeOption(options, "from"), to = timeOption(options, "to");
    const found = await rehearsed(rules, past, {
      columns: false,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    });
    if (options.has("json")) writeBodies(found.bodies, terminal);
    else terminal.out(rehearsalText(found));
    return 0;
  });
}

/** What is rehearsed on. */
interface Past extends AsyncDisposable {
  readonly history: readonly RehearsedInstrument[];
  readonly trades: Pick<StoreReader, "trades">["trades"];
}

async function rehearsed(
  rules: readonly AlertRule[],
  { history, trades }: Past,
  options: RehearseOptions,
): Promise<Rehearsal> {
  try {
    return await rehearseStored(rules, history, { trades }, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usageError(`${error.message} (--from and --to name fewer minutes)`);
  }
}

/** As `JSON.stringify` writes an array, a part at a time. */
function writeBodies(bodies: readonly AlertBody[], terminal: Pick<Terminal, "out">): void {
  if (bodies.length === 0) return terminal.out("[]\n");
  for (let row = 0; row < bodies.length; row += BODIES_AT_ONCE) {
    const some = bodies.slice(row, row + BODIES_AT_ONCE).map((body) =>
      JSON.stringify(body, null, 2).replaceAll("\n", "\n  ")
    );
    terminal.out(`${row === 0 ? "[" : ","}\n  ${visibleJson(some.join(",\n  "))}`);
  }
  terminal.out("\n]\n");
}

const BODIES_AT_ONCE = 1_000;

/** The files given, else the store. */
async function pastOf(
  options: Options,
  config: Config,
  { files, log, terminal }: {
    readonly files: Files;
    readonly log: Log;
    readonly terminal: Pick<Terminal, "env">;
  },
): Promise<Past> {
  const given = options.get("bars") ?? [];
  if (given.length === 0) return await storedPast(options, terminal);
  const reading = barFileReading(options);
  const history: RehearsedInstrument[] = [];
  for (const source of given) {
    const [, symbol, file] = /^([^=]+)=(.+)$/.exec(source) ?? [];
    if (symbol === undefined || file === undefined) {
      throw usageError(`--bars must be SYMBOL=FILE, got ${source}`);
    }
    if (history.some(({ instrument }) => instrument.id === symbol)) {
      throw usageError(`--bars names ${symbol} twice`);
    }
    const text = await readGiven(file, "--bars", files);
    const { bars, notes } = minuteRows(text, { symbol, file, ...reading });
    if (notes.length > 0) log.info(`${file}: ${notes.join("; ")}.`);
    history.push(rehearsedBars(instrumentNamed(symbol, config), bars, { source: "imported" }));
  }
  return {
    history,
    trades: () => Promise.resolve(NO_TRADES),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const NO_TRADES: TradeColumns = {
  id: new Float64Array(),
  time: new Float64Array(),
  received: new Float64Array(),
  price: new Float64Array(),
  size: new Float64Array(),
  side: new Int8Array(),
};

/** All bars that are stored, of every instrument, and its trades as they are asked for. */
async function storedPast(options: Options, terminal: Pick<Terminal, "env">): Promise<Past> {
  const { reader } = await openPlace(options, terminal);
  try {
    return {
      history: await storedHistory(reader, await reader.instruments()),
      trades: (query) => reader.trades(query),
      [Symbol.asyncDispose]: () => reader.close(),
    };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** What a symbol of a file is: as the configuration follows it or could, else by its name alone. */
function instrumentNamed(id: string, config: Config): Instrument {
  try {
    return followable(config, venues(), id);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const kind = findProduct(id) === undefined ? "crypto" : "future";
    return { id, venue: "file", kind, exchange: "", currency: "" };
  }
}

/** Rules all of whose instruments have bars; the others are named in the log. */
function rulesWithBars(
  config: Config,
  history: readonly RehearsedInstrument[],
  log: Log,
): AlertRule[] {
  const given = history.map(({ instrument }) => instrument);
  const rest = instrumentsOf(config).filter(({ id }) => given.every((one) => one.id !== id));
  const rules = rulesOf(config.alerts, [...given, ...rest]);
  return rules.filter((rule) => {
    const missing = idsOf(rule).filter((id) => given.every((one) => one.id !== id));
    if (missing.length === 0) return true;
    log.warn(`Rule ${rule.name} is left out: there are no bars of ${missing.join(" and ")}.`, {
      rule: rule.name,
      missing,
    });
    return false;
  });
}

/** Rules of ticks whose instrument has trades, and all others; the rest is named in the log. */
async function rulesWithTrades(
  rules: readonly AlertRule[],
  trades: Past["trades"],
  log: Log,
): Promise<AlertRule[]> {
  const whole: AlertRule[] = [];
  for (const rule of rules) {
    const range = { instrument: rule.of, from: -Infinity, to: Infinity, limit: 1 };
    const isLacking = rule.timeframe === "tick" && (await trades(range)).time.length === 0;
    if (!isLacking) {
      whole.push(rule);
      continue;
    }
    log.warn(
      `Rule ${rule.name} is left out: it judges each trade, and there are no trades of ${rule.of}; a store keeps them with data.trades: true.`,
      { rule: rule.name, missing: [rule.of] },
    );
  }
  return whole;
}
