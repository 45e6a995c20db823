import type { Config } from "../feeds/config.ts";
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
import type { Clock } from "../runtime/clock.ts";
import { configFolder } from "../runtime/config_reader.ts";
import type { Log } from "../runtime/log.ts";
import { systemUniqueId } from "../runtime/signer.ts";
import { calendarOf } from "../calendar/instrument_calendar.ts";
import { Market } from "./market.ts";
import { firstData } from "./first_data.ts";
import type { MarketParts } from "./market_parts.ts";
import type { MarketPorts, SourceOptions } from "./market_source.ts";
import { alertsOf, type OpenedAlerts } from "./opened_alerts.ts";
import type { StorageOptions } from "./market_storage.ts";
import type { MarketBus } from "../bus/market_bus.ts";
import type { MarketStore } from "../store/market_store.ts";
import { keepStore } from "../store/store_of.ts";
import { StreamLog } from "./stream_log.ts";

/**
 * A market of venues: live ones, simulated ones, or those of a recording.
 *
 * @throws {MarketError} where the simulated venues cannot listen, or the recording, the store or the broker cannot be opened.
 */
export async function openVenueMarket(
  config: Config,
  { configFile, clock, random, log, files, signal, waitMs }: SourceOptions,
  ports: MarketPorts,
): Promise<Market> {
  const from = { folder: configFolder(configFile) };
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
      advice: ports.advice,
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
    await firstData(market, { clock, signal, waitMs });
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

/** The simulated venues, and the configuration pointed at them. Only here is the simulator loaded. */
async function embed(config: Config, clock: Clock) {
  const { embedMarket } = await import("./embedded_venues.ts");
  return await embedMarket(config, clock);
}
