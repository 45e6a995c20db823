import type { Config } from "../feeds/config.ts";
import { venuesOf } from "../feeds/venues.ts";
import { historyText } from "../market/history_progress.ts";
import type { Market } from "../market/market.ts";
import { openMarket } from "../market/open_market.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../model/time.ts";
import { type Clock, sleep, systemClock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { storeOf } from "../store/store_of.ts";
import { numberOption, type OptionSpec, parseArguments, usageError, usageOf } from "./arguments.ts";
import { configOf, SPEED_OPTION, withCommandLog } from "./command_config.ts";
import { STORE_OPTIONS } from "./store_place.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  ...STORE_OPTIONS,
  days: { value: "N", help: "days of history before now, 1 to 1,100" },
  speed: SPEED_OPTION,
  help: { help: "show this text" },
};
const MOST_DAYS = 1_100;
/** Between two looks at how far it is, local ms. */
const LOOK_MS = 200;
/** Between two lines of progress, local ms. */
const SHOW_MS = 2 * SECOND;
/** Without any minute for so long it is given up, local ms. */
const PATIENCE_MS = 15 * MINUTE;

/** The outside world of {@link storeFetch}. */
export interface StoreFetchPorts {
  readonly clock?: Clock;
}

/**
 * `deno task store fetch --days N`: has the venues' history of the configured instruments written to the store. Only
 * what the store lacks is asked for, within each venue's limits; stopped or killed at any moment, the next call goes
 * on from there.
 *
 * @returns exit code: 0 when all is in, or after Ctrl-C; 1 when a venue or an instrument needs the user, or the store
 * lacks rows.
 * @throws {MarketError} for a bad command line or configuration, or a store that cannot be opened.
 */
export async function storeFetch(
  args: readonly string[],
  terminal: Terminal,
  { clock = systemClock }: StoreFetchPorts = {},
): Promise<number> {
  const options = parseArguments(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(usageOf("store fetch", "Fetches what the store lacks of the past.", OPTIONS));
    return 0;
  }
  const days = numberOption(options, "days", { min: 1, isWhole: true });
  if (days === undefined) throw usageError("store fetch needs --days N, such as --days 30");
  if (days > MOST_DAYS) throw usageError(`--days must be at most ${MOST_DAYS}, got ${days}`);
  const configFile = options.get("config")?.[0];
  const read = await configOf(options, terminal);
  if (read.source !== "live" && read.source !== "simulated") {
    throw usageError(
      `store fetch asks venues, and source: ${read.source} has none; set source: live or simulated`,
    );
  }
  const given = options.get("path")?.[0];
  const isServer = read.store.kind === "postgres" && given === undefined;
  const config: Config = {
    ...read,
    // Beyond what a market may be opened with: this one only fetches.
    data: { ...read.data, backfillHours: days * DAY / HOUR, trades: false },
    alerts: { ...read.alerts, rules: [] },
    store: isServer ? read.store : {
      ...read.store,
      kind: "sqlite",
      path: given ?? read.store.path,
      url: null,
    },
  };
  return await withCommandLog(
    config,
    terminal,
    (log) => fetchAll(config, { terminal, clock, configFile, log: quieter(log) }),
  );
}

/** Progress and what is stored are what one wants to see here, not the life of connections. */
function quieter(log: (source: string) => Log): (source: string) => Log {
  return (source) => {
    const whole = log(source);
    if (source === "store" || source === "fetch") return whole;
    return {
      debug: whole.debug,
      info: whole.debug,
      warn: whole.warn,
      error: whole.error,
    };
  };
}

interface Fetching {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly configFile: string | undefined;
  readonly log: (source: string) => Log;
}

async function fetchAll(config: Config, parts: Fetching): Promise<number> {
  const { terminal, clock, configFile, log } = parts;
  let market: Market | undefined;
  let hasFailed = false;
  const trading = new Set(venuesOf(config).map(({ id }) => id));
  try {
    market = await openMarket({ signal: terminal.stop, configFile }, {
      config,
      clock,
      log,
      onEvent: (event) => {
        const isFailure = event.kind === "failure" && trading.has(event.venue);
        if (isFailure && !event.error.isPassing) hasFailed = true;
      },
    });
    const isWhole = await awaitHistory(market, parts);
    await market.close();
    const progress = storeOf(market)?.progress;
    const { bars = 0, lost = 0 } = progress ?? {};
    const stopped = terminal.stop.aborted ? "Stopped" : isWhole ? "Done" : "Given up";
    const written = `${stopped}: ${bars.toLocaleString("en-US")} minutes were written`;
    const said = log("fetch");
    if (isWhole) said.info(written, { ...progress });
    else said.warn(`${written}; the same command goes on from here`, { ...progress });
    if (lost > 0) said.error(`The store lacks rows of this run: ${lost}`);
    if (terminal.stop.aborted) return lost > 0 ? 1 : 0;
    return isWhole && !hasFailed && lost === 0 ? 0 : 1;
  } catch (error) {
    // Only the opening is given up on Ctrl-C.
    if (terminal.stop.aborted && market === undefined) return 0;
    throw error;
  } finally {
    await market?.close();
  }
}

/** @returns whether every minute before the start is in, or proved not to be. */
async function awaitHistory(
  market: Market,
  { terminal, clock, log }: Fetching,
): Promise<boolean> {
  let goal = NaN, shownAt = -Infinity, shown = "";
  let least = Infinity, movedAt = clock.monotonic();
  while (!terminal.stop.aborted) {
    const status = market.status();
    if (Number.isNaN(goal)) goal = market.venueTime - 2 * MINUTE;
    const missing = status.streams.reduce((sum, stream) => sum + stream.missing, 0);
    const now = clock.monotonic();
    if (missing < least) {
      least = missing;
      movedAt = now;
    }
    const isEveryoneThere = status.streams.every(({ state, lastBar }) =>
      state === "failed" || lastBar !== undefined || state === "closed"
    );
    if (isEveryoneThere && !market.hasHolesBefore(goal)) return true;
    const isHopeless = status.streams.every(({ state }) => state === "failed");
    if (isHopeless || now - movedAt > PATIENCE_MS) return false;
    const text = status.history === undefined ? status.message : historyText(status.history);
    if (now - shownAt >= SHOW_MS && text !== shown) {
      shownAt = now;
      shown = text;
      log("fetch").info(text, { ...status.history });
    }
    await sleep(clock, LOOK_MS, terminal.stop).catch(() => {});
  }
  return false;
}
