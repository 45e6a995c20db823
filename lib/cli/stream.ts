import type { Market } from "../market/market.ts";
import type { MarketEvent } from "../market/market_event.ts";
import { exportMarket, type HistoryEvent, isHistory } from "../market/market_export.ts";
import { openMarket } from "../market/open_market.ts";
import type { Source } from "../model/instrument.ts";
import { formatUtc, MINUTE, SECOND } from "../model/time.ts";
import { type Clock, sleep, systemClock } from "../runtime/clock.ts";
import { loadConfig } from "../runtime/config.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import { type Log, openLog } from "../runtime/log.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { numberOption, type OptionSpec, parseArguments, usageOf } from "./arguments.ts";
import { correlationTable } from "./correlation_table.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: { value: "FILE", help: "configuration (YAML); default notebooks/config.yaml" },
  minutes: { value: "N", help: "stop once N venue minutes have closed" },
  export: { value: "DIR", help: "write bars, correlations, coverage and events there at the end" },
  help: { help: "show this text" },
};

/** How long a stop waits for holes to be healed before it exports, venue ms and local floor. */
const LAST_HEAL_MS = 60 * SECOND;
const LAST_HEAL_FLOOR_MS = 10 * SECOND;
/** The same when the user is waiting for it to stop, local ms. */
const AFTER_CTRL_C_MS = 2 * SECOND;

/** The outside world of {@link stream}. */
export interface StreamPorts {
  readonly clock?: Clock;
  readonly files?: Files;
}

/**
 * `deno task stream`: the whole pipeline without a notebook. JSON log lines on stderr, a correlation table
 * each venue minute on stdout.
 *
 * @returns exit code: 0 after a clean stop, 1 when a venue or an instrument needs the user.
 * @throws {MarketError} for a bad command line or configuration.
 */
export async function stream(
  args: readonly string[],
  terminal: Terminal,
  { clock = systemClock, files = systemFiles }: StreamPorts = {},
): Promise<number> {
  const options = parseArguments(args, OPTIONS);
  if (options.has("help")) {
    terminal.out(usageOf("stream", "Streams the configured markets.", OPTIONS));
    return 0;
  }
  const minutes = numberOption(options, "minutes", { min: 1, isWhole: true }) ?? Infinity;
  const exportDir = options.get("export")?.[0];
  const file = options.get("config")?.[0];
  const config = await loadConfig({ env: terminal.env, ...(file === undefined ? {} : { file }) });
  const logs = await openLog({ level: config.log.level, dir: config.log.dir, write: terminal.err });
  const log = logs.child("stream");
  const run = new Run(terminal, log, minutes, exportDir !== undefined);
  try {
    await using market = await openMarket({ signal: terminal.stop }, {
      config,
      clock,
      log: (source) => logs.child(source),
      onEvent: (event) => run.take(event, config.source),
    });
    const { message, venues } = market.status();
    log.info(message, {
      instruments: market.instruments.map((instrument) => instrument.id),
      clockOffsetMs: Object.fromEntries(venues.map((v) => [v.venue, Math.round(v.clockOffsetMs)])),
    });
    const code = await run.outcome;
    if (exportDir !== undefined) {
      const patienceMs = terminal.stop.aborted
        ? AFTER_CTRL_C_MS
        : Math.max(LAST_HEAL_MS / config.clock.speed, LAST_HEAL_FLOOR_MS);
      await lastHeal(market, run.toldTo, patienceMs, clock);
      const names = await exportMarket(market, exportDir, {
        files,
        events: run.history,
        to: run.toldTo,
      });
      log.info(`Exported to ${exportDir}`, { files: names });
    }
    return code;
  } catch (error) {
    if (terminal.stop.aborted) return 0;
    throw error;
  } finally {
    await logs.close();
  }
}

/** One run: prints each minute, keeps what the export needs, and knows when it is over. */
class Run {
  /** What `events.jsonl` will hold. */
  readonly history: HistoryEvent[] = [];
  /** The exit code, once the run is over. */
  readonly outcome: Promise<number>;
  /** End of the newest minute told; Infinity before the first. */
  toldTo = Infinity;
  readonly #terminal: Terminal;
  readonly #log: Log;
  readonly #keepsHistory: boolean;
  #minutesLeft: number;
  #end: (code: number) => void = () => {};

  constructor(terminal: Terminal, log: Log, minutes: number, keepsHistory: boolean) {
    this.#terminal = terminal;
    this.#log = log;
    this.#minutesLeft = minutes;
    this.#keepsHistory = keepsHistory;
    this.outcome = new Promise((resolve) => this.#end = resolve);
    terminal.stop.addEventListener("abort", () => this.#end(0), { once: true });
    if (terminal.stop.aborted) this.#end(0);
  }

  take(event: MarketEvent, source: Source): void {
    if (this.#keepsHistory && isHistory(event)) this.history.push(event);
    if (event.kind === "failure" && !event.error.isPassing) this.#end(1);
    if (event.kind !== "minute" || this.#minutesLeft <= 0) return;
    this.toldTo = event.openTime + MINUTE;
    this.#terminal.out(correlationTable(event.correlations, { openTime: event.openTime, source }));
    if (event.waitingFor.length > 0) {
      this.#log.warn(`Minute told before it was complete: ${formatUtc(event.openTime)}`, {
        waitingFor: event.waitingFor,
      });
    }
    if (--this.#minutesLeft <= 0) this.#end(0);
  }
}

/** Lets running heals finish, so that the export is complete where the venue is. */
async function lastHeal(
  market: Market,
  to: number,
  patienceMs: number,
  clock: Clock,
): Promise<void> {
  const until = clock.monotonic() + patienceMs;
  while (clock.monotonic() < until && market.hasHolesBefore(to)) await sleep(clock, 20);
}
