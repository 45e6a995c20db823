import type { Config } from "../feeds/config.ts";
import type { ReplayOutcome } from "../feeds/replay/replay.ts";
import { venuesOf } from "../feeds/venues.ts";
import type { Market } from "../market/market.ts";
import type { MarketEvent } from "../market/market_event.ts";
import { exportMarket } from "../market/market_export.ts";
import { type HistoryEvent, isHistory } from "../market/market_history.ts";
import type { MarketPorts } from "../market/market_source.ts";
import { openMarket } from "../market/open_market.ts";
import type { MinuteResult } from "../market/minute_result.ts";
import { StreamLog } from "../market/stream_log.ts";
import type { Source, Venue } from "../model/instrument.ts";
import { formatUtc, MINUTE, SECOND } from "../model/time.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import type { Files } from "../runtime/files.ts";
import type { Log } from "../runtime/log.ts";
import { claimFolder } from "../runtime/output_folder.ts";
import { storeOf, type StoreOfMarket } from "../store/store_of.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { CorrelationTexts } from "./correlation_text.ts";

/** How long a stop waits for holes to be healed before it exports, venue ms and local floor. */
const LAST_HEAL_MS = 60 * SECOND;
const LAST_HEAL_FLOOR_MS = 10 * SECOND;
/** The same when the user is waiting for it to stop, local ms. */
const AFTER_CTRL_C_MS = SECOND;

/** How long a stop waits for messages of alerts, local ms. */
const LAST_MESSAGES_MS = 3 * SECOND;

/** What {@link runMarket} needs. */
export interface MarketRunOptions {
  readonly terminal: Terminal;
  readonly log: (source: string) => Log;
  readonly clock: Clock;
  readonly files: Files;
  /** Venue minutes until it is over; Infinity runs until Ctrl-C, or to the end of a recording. */
  readonly minutes: number;
  /** Where to export at the end. */
  readonly exportDir: string | undefined;
  /** The configuration's file: a store without a path lies beside it. @default none */
  readonly configFile?: string | undefined;
  /** See `openMarket`. */
  readonly outside?: MarketPorts["outside"];
  /** Called when all has come in that will, before anything is exported or closed. */
  readonly onComplete?: () => void;
  /** Called with what a replay came to. */
  readonly onReplayed?: (outcome: ReplayOutcome) => void;
}

/**
 * Runs a market without a notebook: a correlation table each minute on standard output, an export at the end.
 *
 * What fails for good leaves the rest alone: the run goes on for as long as anything can deliver.
 *
 * @returns exit code: 0 after a clean stop, 1 when a venue or an instrument needs the user.
 * @throws {MarketError} when the export cannot be written, at the start where that is known then.
 */
export async function runMarket(config: Config, options: MarketRunOptions): Promise<number> {
  const { exportDir } = options;
  if (exportDir === undefined) return await runOpen(config, options);
  const claim = await claimFolder(exportDir, "--export");
  try {
    return await runOpen(config, options);
  } finally {
    await claim.release();
  }
}

async function runOpen(config: Config, options: MarketRunOptions): Promise<number> {
  const { terminal, clock, files, exportDir, outside, onComplete = () => {}, configFile } = options;
  const isReplay = config.source === "replay";
  const hasFeeds = !isReplay && config.source !== "store";
  const log = options.log("stream");
  const run = new Run(
    options,
    hasFeeds ? tradingVenuesOf(config) : [],
    config.source === "store" || config.source === "bus" ? "stored" : config.source,
  );
  // A market that is stopped while it opens is closed at once, and closing is no part of a recording.
  let isOpen = false;
  terminal.stop.addEventListener("abort", () => {
    if (!isOpen) onComplete();
  }, { once: true });
  let stored: StoreOfMarket | undefined;
  const work = async () => {
    await using market = await openMarket({ signal: terminal.stop, configFile }, {
      config,
      clock,
      log: options.log,
      onEvent: (event) => run.take(event),
      ...(outside === undefined ? {} : { outside }),
    });
    isOpen = true;
    stored = storeOf(market);
    try {
      const { message, venues } = market.status();
      const offsets = venues.map((v) => [v.venue, Math.round(v.clockOffsetMs)]);
      log.info(message, {
        instruments: market.instruments.map((instrument) => instrument.id),
        clockOffsetMs: Object.fromEntries(offsets),
      });
      void market.replay?.outcome.then((outcome) => {
        options.onReplayed?.(outcome);
        run.end();
      });
      if (config.source === "store") run.show(market);
      const code = await run.outcome;
      if (exportDir !== undefined && hasFeeds) {
        const patienceMs = run.hasNothingLeft
          ? 0
          : terminal.stop.aborted
          ? AFTER_CTRL_C_MS
          : Math.max(LAST_HEAL_MS / config.clock.speed, LAST_HEAL_FLOOR_MS);
        await lastHeal(market, run.reportedTo, patienceMs, clock);
      }
      await lastMessages(market, clock);
      onComplete();
      run.stopReporting();
      // While the files are written, more minutes close, whose alerts would be in none of them.
      market.alerts?.stop();
      if (exportDir !== undefined) {
        const { history: events, reportedTo: to } = run;
        const names = await exportMarket(market, exportDir, { files, events, to });
        log.info(`Exported to ${exportDir}`, { files: names });
      }
      return code;
    } finally {
      onComplete();
    }
  };
  try {
    const code = await work();
    const lost = stored?.progress?.lost ?? 0;
    if (lost === 0) return code;
    log.error(`The store lacks rows of this run: ${lost}`, { ...stored?.progress });
    return code || 1;
  } catch (error) {
    // Only the opening is given up on Ctrl-C; what goes wrong afterwards is no wish of the user.
    if (terminal.stop.aborted && !isOpen) return 0;
    throw error;
  }
}

/** One run: prints each minute, keeps what the export needs, and knows when it is over. */
class Run {
  /** What `events.jsonl` will hold. */
  readonly history: HistoryEvent[] = [];
  /** The exit code, once the run is over. */
  readonly outcome: Promise<number>;
  /** End of the newest minute reported; Infinity before the first. */
  reportedTo = Infinity;
  readonly #terminal: Terminal;
  readonly #log: Log;
  readonly #streams: StreamLog;
  readonly #tables = new CorrelationTexts();
  readonly #keepsHistory: boolean;
  readonly #trading: ReadonlySet<Venue>;
  /** Venues that have not failed; none is waited for in a replay. */
  readonly #delivering: Set<Venue>;
  readonly #isWatched: boolean;
  /** A replay reports every minute of a recording, so the recorder does too, those of the last heal included. */
  readonly #reportsOn: boolean;
  #isReporting = true;
  #minutesLeft: number;
  #source: Source;
  #code = 0;
  #end: (code: number) => void = () => {};

  /** @param venues to give up on when all of them have failed for good. */
  constructor(options: MarketRunOptions, venues: readonly Venue[], source: Source) {
    const { terminal, log, minutes, exportDir, outside } = options;
    this.#reportsOn = outside !== undefined;
    this.#source = source;
    this.#terminal = terminal;
    this.#log = log("stream");
    this.#streams = new StreamLog(log);
    this.#minutesLeft = minutes;
    this.#keepsHistory = exportDir !== undefined;
    this.#trading = new Set(venues);
    this.#delivering = new Set(venues);
    this.#isWatched = venues.length > 0;
    this.outcome = new Promise((resolve) => this.#end = resolve);
    terminal.stop.addEventListener("abort", () => this.#end(0), { once: true });
    if (terminal.stop.aborted) this.#end(0);
  }

  /** Every venue waits for the user. */
  get hasNothingLeft(): boolean {
    return this.#isWatched && this.#delivering.size === 0;
  }

  /** It is over. */
  end(): void {
    this.#end(this.#code);
  }

  /** To write the export takes time, in which more minutes come that no recording holds. */
  stopReporting(): void {
    this.#isReporting = false;
  }

  /** What is stored, and it is over. */
  show(market: Market): void {
    this.#source = market.source;
    this.reportedTo = market.venueTime;
    const { latest } = market;
    if (latest !== undefined) this.#print(latest);
    this.end();
  }

  take(event: MarketEvent): void {
    if (!this.#isReporting) return;
    this.#streams.take(event);
    if (this.#keepsHistory && isHistory(event)) this.history.push(event);
    if (this.#isWatched) this.#watch(event);
    if (event.kind !== "minute" || event.revision > 0) return;
    if (this.#minutesLeft <= 0 && !this.#reportsOn) return;
    this.reportedTo = event.openTime + MINUTE;
    this.#print(event);
    if (event.waitingFor.length > 0) {
      this.#log.warn(`Minute reported before it was complete: ${formatUtc(event.openTime)}`, {
        waitingFor: event.waitingFor,
      });
    }
    if (--this.#minutesLeft <= 0) this.end();
  }

  #print({ correlations, openTime }: MinuteResult): void {
    this.#terminal.out(this.#tables.next(correlations, { openTime, source: this.#source }));
  }

  /** Remembers what needs the user, and ends when nothing else is left. */
  #watch(event: MarketEvent): void {
    if (!("venue" in event) || !this.#trading.has(event.venue)) return;
    if (event.kind === "failure" && !event.error.isPassing) this.#code = 1;
    if (event.kind !== "transition" || event.to !== "failed") return;
    this.#code = 1;
    this.#delivering.delete(event.venue);
    if (this.hasNothingLeft) this.end();
  }
}

/** The venues that must deliver: an index venue decides neither how long a run goes on nor its exit code. */
function tradingVenuesOf(config: Config): Venue[] {
  return venuesOf(config).filter(({ role }) => role === "trading").map(({ id }) => id);
}

/** Sends the messages of alerts that wait for others, so that the export has their receipts. */
async function lastMessages(market: Market, clock: Clock): Promise<void> {
  if (market.alerts === undefined) return;
  const done = new AbortController();
  const late = sleep(clock, LAST_MESSAGES_MS, done.signal).catch(() => {});
  await Promise.race([market.alerts.settle(), late]);
  done.abort();
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
