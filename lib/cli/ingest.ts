import type { Config } from "../feeds/config.ts";
import { SECOND } from "../model/time.ts";
import { type Clock, sleep, systemClock } from "../runtime/clock.ts";
import { configFolder } from "../runtime/config_reader.ts";
import { systemFiles } from "../runtime/files.ts";
import type { Log } from "../runtime/log.ts";
import { triedAgain } from "../runtime/tried_again.ts";
import type { Terminal } from "../runtime/terminal.ts";
import { numberOption, type OptionSpec, parseArguments, usageError, usageOf } from "./arguments.ts";
import { openBusStore } from "./bus_store.ts";
import { configOf, SPEED_OPTION, withCommandLog } from "./command_config.ts";
import { runMarket } from "./market_run.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: { value: "FILE", help: "configuration (YAML); default notebooks/config.yaml" },
  minutes: { value: "N", help: "stop once N venue minutes have closed; not with source: bus" },
  speed: SPEED_OPTION,
  help: { help: "show this text" },
};
/** Waits after a refusal of the broker or the store: doubled from the first to the last, local ms. */
const RETRY_MS = SECOND;
const RETRY_CAP_MS = 30 * SECOND;
/** Between two lines of progress, local ms. */
const SHOW_MS = 10 * SECOND;

/** The outside world of {@link ingest}. */
export interface IngestPorts {
  readonly clock?: Clock;
}

/**
 * `deno task ingest`: feeds, store and bus alone. It publishes where `bus.kind` says so and writes where `store.kind`
 * says so; with `source: bus` it has no feeds, and writes what others have published.
 *
 * @returns exit code: 0 after a clean stop, 1 when a venue or an instrument needs the user, or the store lacks rows.
 * @throws {MarketError} for a bad command line or configuration, a broker or a store that cannot be used.
 */
export async function ingest(
  args: readonly string[],
  terminal: Terminal,
  { clock = systemClock }: IngestPorts = {},
): Promise<number> {
  const options = parseArguments(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    const summary = "Brings what the venues send to the bus and the store, and nothing more.";
    terminal.out(usageOf("ingest", summary, OPTIONS));
    return 0;
  }
  const minutes = numberOption(options, "minutes", { min: 1, isWhole: true });
  const configFile = options.get("config")?.[0];
  const config = await configOf(options, terminal);
  const isWriter = config.source === "bus";
  if (config.bus.kind === "none" && config.store.kind === "memory") {
    throw usageError("ingest has nowhere to bring anything: set bus.kind: nats, or store.kind");
  }
  if (isWriter && config.store.kind === "memory") {
    throw usageError(
      "with source: bus, ingest writes what others publish: set store.kind to sqlite or postgres",
    );
  }
  if (isWriter && config.bus.instruments !== null) {
    throw usageError("ingest writes all that is published: set bus.instruments to null");
  }
  if (isWriter && minutes !== undefined) {
    throw usageError(
      "--minutes is for venues; with source: bus the others say how long it goes on",
    );
  }
  const folder = configFolder(configFile);
  return await withCommandLog(config, terminal, async (log) => {
    if (isWriter) return await writeBus(config, { terminal, clock, configFile, folder, log });
    return await runMarket(config, {
      // No table: whoever wants one opens what is published or stored.
      terminal: { ...terminal, out: () => {} },
      clock,
      files: systemFiles,
      minutes: minutes ?? Infinity,
      exportDir: undefined,
      log,
      configFile,
    });
  }, folder);
}

interface Writing {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly configFile: string | undefined;
  readonly folder: string;
  readonly log: (source: string) => Log;
}

/** Writes what is published, until Ctrl-C. */
async function writeBus(config: Config, parts: Writing): Promise<number> {
  const { terminal, clock, configFile, folder, log } = parts;
  const { connectBus } = await import("../bus/market_bus.ts");
  const { BusWriter } = await import("../bus/bus_writer.ts");
  const said = log("bus");
  // It has no end of its own: a broker or a server that is away is waited for.
  const waiting = { clock, log: said, signal: terminal.stop, forMs: Infinity };
  const client = await connectBus(config, { ...waiting, name: "comove writer", folder });
  try {
    const store = await triedAgain(
      () => openBusStore(config, { client, configFile, clock, signal: terminal.stop }),
      waiting,
    );
    if (store === undefined) return 0;
    try {
      const writer = new BusWriter({ client, store, stream: config.bus.stream, log: said });
      said.info(`Writing what ${client.place} holds to ${store.place}`);
      let waitMs = RETRY_MS, shownAt = clock.monotonic(), bars = 0, trades = 0;
      while (!terminal.stop.aborted) {
        try {
          const change = await writer.turn();
          bars += change?.bars ?? 0;
          trades += change?.trades ?? 0;
          waitMs = RETRY_MS;
        } catch (error) {
          said.error(`Nothing can be written for now: ${(error as Error).message}`, {
            retryInMs: waitMs,
          });
          await sleep(clock, waitMs, terminal.stop).catch(() => {});
          waitMs = Math.min(RETRY_CAP_MS, waitMs * 2);
        }
        if (clock.monotonic() - shownAt < SHOW_MS) continue;
        shownAt = clock.monotonic();
        const lag = await writer.lag(clock).catch(() => undefined);
        said.info("written", {
          bars,
          trades,
          lag: lag?.messages ?? null,
          oldestMs: lag?.ageMs ?? null,
          refused: writer.refused,
        });
      }
      said.info("written", { bars, trades, refused: writer.refused });
      return writer.refused === 0 ? 0 : 1;
    } finally {
      await store.close();
    }
  } finally {
    await client.close();
  }
}
