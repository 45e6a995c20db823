import { type Config, type ConfigOverrides, loadConfig } from "../feeds/config.ts";
import type { FeedContext } from "../feeds/feed.ts";
import { labelledFeed } from "../feeds/labelled_feed.ts";
import { maskedOutside } from "../feeds/masked_outside.ts";
import { machineOutside, type Outside } from "../feeds/outside.ts";
import type { VenueDefinition } from "../feeds/venue_definition.ts";
import {
  followable,
  instrumentsOf,
  settingsOf,
  venueOf,
  venues,
  venuesOf,
} from "../feeds/venues.ts";
import type { Instrument, Source } from "../model/instrument.ts";
import { HOUR } from "../model/time.ts";
import { knownToBoth } from "../model/trade_hole.ts";
import type { Timeframe } from "../model/timeframe.ts";
import { afterTurn } from "../runtime/after_turn.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { configFolder } from "../runtime/config_reader.ts";
import { knownSecrets } from "../runtime/known_secrets.ts";
import { type Log, openLog, silentLog } from "../runtime/log.ts";
import { type Random, systemRandom } from "../runtime/random.ts";
import { systemUniqueId } from "../runtime/signer.ts";
import { calendarOf } from "../calendar/instrument_calendar.ts";
import { Market } from "./market.ts";
import { firstData } from "./first_data.ts";
import type { MarketParts } from "./market_parts.ts";
import { alertsOf, type OpenedAlerts } from "./opened_alerts.ts";
import type { MarketListener } from "./event_bus.ts";
import type { StorageOptions } from "./market_storage.ts";
import type { Sink } from "./sink.ts";
import type { MarketBus } from "../bus/market_bus.ts";
import type { MarketStore } from "../store/market_store.ts";
import type { StoreReader } from "../store/store.ts";
import { keepStore } from "../store/store_of.ts";
import { StreamLog } from "./stream_log.ts";

/** What `openMarket` takes: any key of the configuration, and where to find the rest. */
export interface OpenMarketOptions extends Omit<ConfigOverrides, "source"> {
  /**
   * `"simulated"`, `"live"`, `"replay"`, `"store"` or `"bus"`; anything else is refused by name. An empty text is as if it were left out.
   * @default as the configuration says, else "simulated"
   */
  readonly source?: string;
  /** Venue seconds per second where the data is simulated; other data has its own pace. @default clock.speed */
  readonly simulatedSpeed?: number;
  /**
   * Hours of the newest history to wait for: what lies before comes in the background, while charts show what is there,
   * and so do indices of a venue that has markets too.
   * @default all of `data.backfillHours`
   */
  readonly waitHours?: number;
  /** Configuration file. @default notebooks/config.yaml where it exists */
  readonly configFile?: string | undefined;
  /** Stops waiting for the first data and closes the market. */
  readonly signal?: AbortSignal;
}

/** The outside world, for tests and commands; notebooks leave it out. */
export interface MarketPorts {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: (source: string) => Log;
  /** Already validated configuration, instead of reading one. */
  readonly config?: Config;
  /** Called with every event from the first on; see `Market.onEvent`. */
  readonly onEvent?: MarketListener;
  /** Attached before the first event; see `Market.attach`. @default none */
  readonly sinks?: readonly Sink[];
  /**
   * Stands between the market and the outside, as a recorder does. Given the configuration as it is used, with the
   * ports of embedded venues. Not asked on `source: replay`.
   */
  readonly outside?: (used: Config) => Promise<Outside>;
}

/**
 * Opens the market: connects the venues (or starts the simulated ones), backfills, and streams until closed.
 * It resolves once every venue has either delivered its history (or the newest `waitHours` of it) or reported its first
 * failure, and at the latest after 15 seconds; `market.status()` says which. The newest history comes first: what is not in by then follows in
 * the background, and `market.status().history` says how much is in and how long the rest will take. A venue that is down is tried again for ever; one that needs the
 * user (a permission, a setting) stays failed with the reason.
 *
 * @throws {MarketError} when the configuration is wrong, or the simulated venues cannot listen.
 *
 * @example In a notebook
 * ```ts ignore
 * const market = await openMarket({ source: "simulated" });
 * market.correlation({ timeframe: "5m", window: 48 });
 * await market.close();
 * ```
 */
export async function openMarket(
  { configFile, signal, simulatedSpeed, waitHours, ...given }: OpenMarketOptions = {},
  ports: MarketPorts = {},
): Promise<Market> {
  if (waitHours !== undefined && !(waitHours > 0)) {
    throw new RangeError(`waitHours must be a number of hours above 0, got ${waitHours}`);
  }
  const { clock = systemClock, random = systemRandom } = ports;
  const config = ports.config ?? await configFor(given, configFile, simulatedSpeed);
  const from = { folder: configFolder(configFile) };
  // A command brings its own log, and prints it; a notebook prints nothing, and has files where it asks for them.
  const files = ports.log === undefined && config.log.dir !== null
    ? await openLog({ ...config.log, secrets: await knownSecrets(config, from) })
    : undefined;
  const log = ports.log ?? ((source: string) => files?.child(source) ?? silentLog);
  if (config.source === "store") {
    return await openStoredMarket(config, { configFile, clock, log, files }, ports);
  }
  if (config.source === "bus") {
    const { openBusMarket } = await import("./bus_market.ts");
    return await openBusMarket(config, {
      configFile,
      clock,
      log,
      files,
      signal,
      waitMs: (waitHours ?? Infinity) * HOUR,
    }, ports);
  }
  let market: Market | undefined;
  let storage: MarketStore | undefined;
  let bus: MarketBus | undefined;
  const release = async () => {
    await storage?.close();
    await bus?.close();
    await files?.close();
  };
  const replaying = config.source === "replay" ? await import("./market_replay.ts") : undefined;
  const replay = await replaying?.openReplay(config.replay, { clock, log: log("replay") });
  const embedded = config.source === "simulated" ? await embed(config, clock) : undefined;
  const simulator = embedded?.venues;
  let alerts: OpenedAlerts | undefined;
  try {
    const recalls = replay === undefined && ports.outside === undefined;
    storage = await storageOf(config, {
      configFile,
      clock,
      log: log("store"),
      recalls,
      market: () => market,
    });
    const used = replay !== undefined
      ? replaying!.recordedConfig(replay.tape.manifest, config)
      : embedded?.config ?? config;
    const followed = venuesOf(used).filter((venue) =>
      replay === undefined
        ? simulator === undefined || venue.simulated !== undefined
        : replaying!.isRecorded(replay.tape.manifest, venue)
    );
    const outside = maskedOutside(
      replay ?? await ports.outside?.(used) ?? machineOutside(clock, random),
    );
    alerts = await alertsOf(used, instrumentsOf(used, followed), {
      clock,
      log: log("alerts"),
      from,
      store: await storage?.forAlerts(),
      // A recording is judged from its beginning, each time.
      isResumed: replay === undefined,
      onReceipt: (receipt) => market?.report(receipt),
    });
    bus = await busOf(used, instrumentsOf(used, followed), {
      clock,
      log: log("bus"),
      folder: from.folder,
      recalls,
      market: () => market,
    });
    const parts = {
      ...partsOf(used, followed, outside, { log, storage, bus }),
      machineClock: clock,
      afterTurn,
      sinks: [
        ...ports.sinks ?? [],
        ...storage === undefined ? [] : [storage.sink],
        ...bus === undefined ? [] : [bus.sink, bus.reporter],
      ],
      ...storageParts(storage, bus),
      simulator,
      replay,
      release,
    };
    market = await outside.begin(() => {
      const market = new Market(parts);
      if (ports.onEvent !== undefined) market.onEvent(ports.onEvent);
      alerts?.watch(market);
      if (files !== undefined) {
        const streams = new StreamLog(log);
        market.onEvent((event) => streams.take(event), "log");
      }
      market.start();
      return market;
    });
    if (storage !== undefined) keepStore(market, storage);
    await firstData(market, { clock, signal, waitMs: (waitHours ?? Infinity) * HOUR });
    replay?.keepPace();
    return market;
  } catch (error) {
    replay?.stop();
    await (market ?? simulator)?.close();
    await alerts?.close();
    await release();
    throw error;
  }
}

/** The configuration with the given options over it. */
async function configFor(
  { source, ...options }: Omit<
    OpenMarketOptions,
    "configFile" | "signal" | "simulatedSpeed" | "waitHours"
  >,
  file: string | undefined,
  simulatedSpeed: number | undefined,
): Promise<Config> {
  const at = file === undefined ? {} : { file };
  // What is no known source is refused by name.
  const overrides = { ...options, ...(source ? { source } : {}) } as ConfigOverrides;
  const config = await loadConfig({ ...at, overrides });
  if (simulatedSpeed === undefined || config.source !== "simulated") return config;
  return await loadConfig({ ...at, overrides: { ...overrides, clock: { speed: simulatedSpeed } } });
}

/** What the market is made of, but for what stands behind the outside. */
function partsOf(
  config: Config,
  followed: readonly VenueDefinition[],
  outside: Outside,
  { log, storage, bus }: {
    readonly log: (source: string) => Log;
    readonly storage: MarketStore | undefined;
    readonly bus: MarketBus | undefined;
  },
): Omit<MarketParts, "machineClock" | "afterTurn" | "sinks" | "simulator" | "replay" | "release"> {
  const { clock: { speed }, data } = config;
  // What is only stored has no feeds.
  const source = config.source as Source;
  const { clock, random } = outside;
  // A replay waits for no disk and asks nothing that was not asked when it was recorded.
  const keeper = source === "replay" ? undefined : storage ?? bus;
  const keeping = keeper === undefined ? {} : {
    keepMinutes: keeper.sink.keep.bind(keeper.sink),
    knownTrades: (instrument: string, isSimulated: boolean) => {
      const stored = storage?.knownTrades(instrument, isSimulated);
      const published = bus?.knownTrades(instrument);
      if (stored === undefined || published === undefined) return stored ?? published;
      return knownToBoth(stored, published);
    },
    lostTrades: (instrument: string) =>
      [storage, bus].flatMap((one) => one?.sink.takeHoles(instrument) ?? []),
  };
  const feedOf = (venue: VenueDefinition, context: Pick<FeedContext, "ledgers" | "emit">) => {
    const own: FeedContext = {
      clock,
      random,
      speed,
      source,
      backfillMs: data.backfillHours * HOUR,
      keepsTrades: data.trades,
      ...keeping,
      ledgers: context.ledgers,
      emit: context.emit,
      log: log(venue.id),
    };
    const make = (context: FeedContext, outside: Outside) =>
      venue.createFeed(context, settingsOf(config, venue), outside);
    return labelledFeed(own, outside, make);
  };
  const possible = venues().filter((venue) =>
    source !== "simulated" || venue.simulated !== undefined
  );
  return {
    source,
    instruments: instrumentsOf(config, followed),
    calendarOf,
    roleOf: (venue) => venueOf(venue).role,
    stopped: source === "replay" ? [] : data.stopped,
    makeFeeds: (context) => followed.map((venue) => feedOf(venue, context)),
    makeFeed: (venue, context) => feedOf(venueOf(venue), context),
    instrumentOf: (id) => followable(config, possible, id),
    pairs: config.correlation.pairs,
    windows: config.correlation.windows,
    timeframes: data.timeframes as readonly Timeframe[],
    clock,
    speed,
    log: log("market"),
  };
}

/** The store that is configured; undefined where bars are kept in memory alone. */
async function storageOf(
  config: Config,
  options: StorageOptions,
): Promise<MarketStore | undefined> {
  if (config.store.kind === "memory") return undefined;
  return await (await import("./market_storage.ts")).openStorage(config, options);
}

function storageParts(
  storage: MarketStore | undefined,
  bus: MarketBus | undefined,
): Partial<MarketParts> {
  return {
    recall: (instrument) => (isSimulated) =>
      storage?.recall(instrument)(isSimulated) ?? bus?.recall(instrument),
    onLedger: (instrument, ledger) => {
      storage?.onLedger(instrument, ledger);
      bus?.onLedger(instrument, ledger);
    },
  };
}

/** The broker that is configured; undefined where nothing is published. */
async function busOf(
  config: Config,
  instruments: readonly Instrument[],
  { clock, log, folder, recalls, market }: {
    readonly clock: Clock;
    readonly log: Log;
    readonly folder: string;
    readonly recalls: boolean;
    readonly market: () => Market | undefined;
  },
): Promise<MarketBus | undefined> {
  if (config.bus.kind === "none") return undefined;
  const { MarketBus } = await import("../bus/market_bus.ts");
  const { numbersTrades, simulatedMarket } = await import("./market_storage.ts");
  return await MarketBus.open(config, {
    clock,
    afterTurn,
    log,
    folder,
    recalls,
    instruments,
    market: await simulatedMarket(config),
    numbersTrades: (id) => numbersTrades(market(), id),
    name: "comove ingest",
    publisher: systemUniqueId(),
    opened: market,
  });
}

/** What is stored, without any feed. */
async function openStoredMarket(
  config: Config,
  { configFile, clock, log, files }: {
    readonly configFile: string | undefined;
    readonly clock: Clock;
    readonly log: (source: string) => Log;
    readonly files: { close(): Promise<void> } | undefined;
  },
  { onEvent, sinks = [] }: MarketPorts,
): Promise<Market> {
  const { openStored, storedParts } = await import("./stored_market.ts");
  let reader: StoreReader | undefined, parts: Awaited<ReturnType<typeof storedParts>> | undefined;
  const release = async () => {
    await parts?.follower.close();
    await reader?.close();
    await files?.close();
  };
  try {
    reader = await openStored(config, configFile);
    parts = await storedParts(config, reader, { clock, log: log("store") });
    const market = new Market({
      ...parts,
      clock,
      machineClock: clock,
      afterTurn,
      sinks,
      speed: 1,
      log: log("market"),
      simulator: undefined,
      release,
    });
    keepStore(market, { reader: () => Promise.resolve(reader), whenOpen: undefined });
    if (onEvent !== undefined) market.onEvent(onEvent);
    market.start();
    parts.follower.start();
    return market;
  } catch (error) {
    await release();
    throw error;
  }
}

/** The simulated venues, and the configuration pointed at them. Only here is the simulator loaded. */
async function embed(config: Config, clock: Clock) {
  const { embedMarket } = await import("./embedded_venues.ts");
  return await embedMarket(config, clock);
}
