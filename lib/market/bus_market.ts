import type { KnownMinutes } from "../bars/known_minutes.ts";
import { type BusDirectory, type Published, readDirectory } from "../bus/bus_directory.ts";
import { shareOf } from "../bus/bus_alerts.ts";
import { BusBacklog } from "../bus/bus_backlog.ts";
import { BusFeed } from "../bus/bus_feed.ts";
import { BusFormatError } from "../bus/bus_fields.ts";
import { stateOf, type VenueState } from "../bus/bus_state.ts";
import { ALL_STATES } from "../bus/bus_subject.ts";
import { connectBus } from "../bus/market_bus.ts";
import type { NatsClient } from "../bus/nats_client.ts";
import { calendarOf } from "../calendar/instrument_calendar.ts";
import type { Config } from "../feeds/config.ts";
import type { FeedContext } from "../feeds/feed.ts";
import { instrumentsOf, venues } from "../feeds/venues.ts";
import { MarketError } from "../model/errors.ts";
import type { FundingPayment } from "../model/funding.ts";
import { hasFunding, type Instrument, type Source, type Venue } from "../model/instrument.ts";
import { DAY, HOUR, SECOND } from "../model/time.ts";
import type { Timeframe } from "../model/timeframe.ts";
import { afterTurn } from "../runtime/after_turn.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import { configFolder } from "../runtime/config_reader.ts";
import { systemFiles } from "../runtime/files.ts";
import type { Log } from "../runtime/log.ts";
import { triedAgain } from "../runtime/tried_again.ts";
import type { AlertStore } from "../store/late_store.ts";
import { openStoreReader } from "../store/open_store.ts";
import { recallMinutes } from "../store/recall_minutes.ts";
import type { DataKind, StoreReader } from "../store/store.ts";
import { keepStore } from "../store/store_of.ts";
import { firstData } from "./first_data.ts";
import { Market } from "./market.ts";
import type { MarketParts } from "./market_parts.ts";
import type { MarketPorts, SourceOptions } from "./market_source.ts";
import { targetOf } from "./market_storage.ts";
import { alertsOf, type OpenedAlerts } from "./opened_alerts.ts";
import { inOrder } from "./stored_market.ts";

/** So long is waited for something to be published, local ms. */
const WAIT_MS = 15 * SECOND;
/** Instruments that can be followed; what publishers name beyond it is left out. */
const MOST_KNOWN = 2_000;
/** A publisher reports its state twice a second; reports are awaited for so long, local ms. */
const LISTEN_MS = 3 * SECOND / 2;

/**
 * A market of what others publish, without any connection to a venue. Where a store is configured, what it holds
 * comes before what the stream still has; it is only read.
 *
 * @throws {MarketError} `bus-empty` where nothing is published within 15 seconds; as `connectBus` and `openStoreReader` do.
 */
export async function openBusMarket(
  config: Config,
  options: SourceOptions,
  { onEvent, sinks = [], advice }: MarketPorts,
): Promise<Market> {
  const { configFile, clock, log, files, signal, waitMs } = options;
  const folder = configFolder(configFile);
  let client: NatsClient | undefined;
  let reader: StoreReader | undefined;
  let market: Market | undefined;
  let alerts: OpenedAlerts | undefined;
  const release = async () => {
    await client?.close();
    await reader?.close();
    await files?.close();
  };
  try {
    client = await connectBus(config, {
      clock,
      log: log("bus"),
      name: "comove reader",
      folder,
      signal,
    });
    const { directory, states } = await awaited(client, config, options);
    reader = await storeBehind(config, directory.meta.dataKind, options);
    const known = new Map<string, Instrument>();
    const parts = await partsOf(config, { client, directory, states, reader, clock, log, known });
    alerts = await alertsOf(config, parts.instruments, {
      clock,
      log: log("alerts"),
      from: { folder },
      store: await alertStoreOf(config, client, reader),
      onReceipt: (receipt) => market?.report(receipt),
    });
    market = new Market({ ...parts, sinks, advice, release });
    if (onEvent !== undefined) market.onEvent(onEvent);
    alerts?.watch(market);
    const open = reader;
    if (open !== undefined) {
      keepStore(market, { reader: () => Promise.resolve(open), whenOpen: undefined });
    }
    market.start();
    watchPublishers(client, market, { known, followsAll: config.bus.instruments === null });
    await firstData(market, { clock, signal, waitMs });
    return market;
  } catch (error) {
    await market?.close();
    await alerts?.close();
    await release();
    throw error;
  }
}

/** Where alerts are kept; undefined where nothing is watched. */
async function alertStoreOf(
  { alerts: { rules, channels }, bus: { instruments } }: Config,
  client: NatsClient,
  reader: StoreReader | undefined,
): Promise<AlertStore | undefined> {
  if (rules.length + Object.keys(channels).length === 0) return undefined;
  const { BusAlertStore } = await import("../bus/bus_alert_store.ts");
  return await BusAlertStore.open({ client, share: shareOf(instruments), reader });
}

/** What is published, once everything that is wanted is: in the stream, or by the word of a publisher. */
async function awaited(
  client: NatsClient,
  { bus: { instruments: wanted } }: Config,
  { clock, log, signal }: SourceOptions,
): Promise<{ readonly directory: BusDirectory; readonly states: readonly VenueState[] }> {
  const until = clock.monotonic() + WAIT_MS;
  for (;;) {
    const [states, directory] = await Promise.all([
      reportedStates(client, clock, signal),
      triedAgain(() => readDirectory(client), {
        clock,
        log: log("bus"),
        signal,
        forMs: WAIT_MS,
      }),
    ]);
    const held = directory?.published.map(({ instrument: { id } }) => id) ?? [];
    const ids = [...held, ...states.flatMap(({ instruments }) => instruments).map(({ id }) => id)];
    const lacking = wanted?.filter((id) => !ids.includes(id)) ?? [];
    if (directory !== undefined && lacking.length === 0) return { directory, states };
    if (clock.monotonic() > until) throw emptiness(client.place, ids, lacking);
  }
}

function emptiness(
  place: string,
  ids: readonly string[],
  lacking: readonly string[],
): MarketError {
  const next = "Start a publisher: deno task ingest with bus.kind: nats.";
  const message = ids.length === 0
    ? `Nothing is published at ${place}. ${next}`
    : `${lacking.join(", ")} of bus.instruments is not published at ${place}, which holds ${
      [...new Set(ids)].join(", ")
    }. Mend bus.instruments, or have it published.`;
  return new MarketError("bus-empty", "retry", message);
}

/** The states that publishers report within {@link LISTEN_MS}. */
async function reportedStates(
  client: NatsClient,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<readonly VenueState[]> {
  const states = new Map<Venue, VenueState>();
  const stop = client.onMoment(ALL_STATES, (_, text) => {
    const state = readable(text);
    if (state !== undefined) states.set(state.feed.venue, state);
  });
  try {
    await sleep(clock, LISTEN_MS, signal);
  } finally {
    stop();
  }
  return [...states.values()];
}

/** The store whose history comes first; undefined where none is configured, or nothing was written to it yet. */
async function storeBehind(
  config: Config,
  dataKind: DataKind,
  { configFile, log }: SourceOptions,
): Promise<StoreReader | undefined> {
  if (config.store.kind === "memory") return undefined;
  const target = await targetOf(config, dataKind, configFile);
  if (target.kind === "sqlite" && !await systemFiles.exists(target.path)) {
    log("store").warn("Nothing is stored yet; history is what the stream holds");
    return undefined;
  }
  const reader = await openStoreReader(target);
  if (reader.dataKind === dataKind) return reader;
  await reader.close();
  throw new MarketError(
    "store-kind",
    "configure",
    `The store holds ${reader.dataKind} data, and the stream ${dataKind} data: they never mix. Name another store, or store.kind: memory.`,
  );
}

/** What a publisher begins to follow later can be followed here too, and is where all that is published is wanted. */
function watchPublishers(
  client: NatsClient,
  market: Market,
  { known, followsAll }: {
    readonly known: Map<string, Instrument>;
    readonly followsAll: boolean;
  },
): void {
  client.onMoment(ALL_STATES, (_, text) => {
    for (const instrument of readable(text)?.instruments ?? []) {
      if (known.has(instrument.id) || known.size >= MOST_KNOWN) continue;
      known.set(instrument.id, instrument);
      // A market that closes follows nothing more.
      if (followsAll && market.followable(instrument.id) !== undefined) {
        market.follow(instrument.id);
      }
    }
  });
}

/** Undefined for what is no state: the feed of its venue counts it. */
function readable(text: string): VenueState | undefined {
  try {
    return stateOf(text);
  } catch (error) {
    if (error instanceof BusFormatError) return undefined;
    throw error;
  }
}

interface Opened {
  readonly client: NatsClient;
  readonly directory: BusDirectory;
  readonly states: readonly VenueState[];
  readonly reader: StoreReader | undefined;
  readonly clock: Clock;
  readonly log: (source: string) => Log;
  /** Is filled with what can be followed. */
  readonly known: Map<string, Instrument>;
}

/** What a market over a bus is made of, in the place of venues. */
async function partsOf(
  config: Config,
  { client, directory: { meta, published }, states, reader, clock, log, known }: Opened,
): Promise<MarketParts> {
  const { data } = config;
  const backfillMs = data.backfillHours * HOUR;
  const newest = Math.max(...published.map(({ to }) => to));
  const from = newest - backfillMs;
  // What ended before is older than what is wanted: a venue's time never runs slower than ours.
  const since = Math.max(...published.map(({ at }) => at)) - backfillMs;
  const said = states.flatMap((state) => state.instruments);
  for (const instrument of [...said, ...published.map((one) => one.instrument)]) {
    known.set(instrument.id, instrument);
  }
  const instruments = inOrder(ordered(published, states, config));
  const begins = states.flatMap((state) => state.begins);
  const backlog = new BusBacklog();
  const recalled = new Map<string, KnownMinutes>();
  const paid = new Map<string, readonly FundingPayment[]>();
  for (const instrument of reader === undefined ? [] : instruments) {
    const { id } = instrument, range = { from: from - DAY, to: Infinity };
    recalled.set(id, await recallMinutes(reader!, id, range));
    if (hasFunding(instrument)) paid.set(id, await reader!.fundings({ instrument: id, ...range }));
  }
  // Published data is of one kind, and that is what it is.
  const source: Source = meta.dataKind;
  const feedOf = (
    venue: Venue,
    followed: readonly Instrument[],
    context: Pick<FeedContext, "ledgers" | "emit">,
  ) =>
    new BusFeed({ ...context, clock, source, keepsTrades: data.trades, log: log(venue) }, {
      client,
      venue,
      instruments: followed,
      since,
      from,
      newest,
      begins,
      backlog,
      storedFrom: (id) => recalled.get(id)?.bars.openTime[0],
      storedFunding: (id) => paid.get(id) ?? [],
    });
  return {
    source,
    instruments,
    calendarOf,
    roleOf: (id) => venues().find((venue) => venue.id === id)?.role ?? "trading",
    stopped: data.stopped,
    makeFeeds: (context) =>
      [...new Set(instruments.map(({ venue }) => venue))].map((venue) =>
        feedOf(venue, instruments.filter((instrument) => instrument.venue === venue), context)
      ),
    makeFeed: (venue, context) => feedOf(venue, [], context),
    instrumentOf: (id) => {
      const found = known.get(id);
      if (found !== undefined) return found;
      throw new RangeError(
        `what can be followed is published: ${[...known.keys()].join(", ")}; got ${id}`,
      );
    },
    recall: ({ id }) => () => recalled.get(id),
    pairs: config.correlation.pairs,
    windows: config.correlation.windows,
    timeframes: data.timeframes as readonly Timeframe[],
    clock,
    machineClock: clock,
    afterTurn,
    speed: states[0]?.speed ?? 1,
    log: log("market"),
    simulator: undefined,
  };
}

/** What is wanted, in the order of its publishers; of those that are silent, as the configuration has it. */
function ordered(
  published: readonly Published[],
  states: readonly VenueState[],
  config: Config,
): Instrument[] {
  const { instruments: wanted } = config.bus;
  const said = states.flatMap(({ instruments }) => instruments);
  const all = [...said, ...published.map(({ instrument }) => instrument)];
  const order = [...said, ...instrumentsOf(config, venues())].map(({ id }) => id);
  const rank = ({ id }: Instrument) => {
    const at = order.indexOf(id);
    return at < 0 ? order.length : at;
  };
  return [...new Map(all.map((instrument) => [instrument.id, instrument])).values()]
    .filter(({ id }) => wanted?.includes(id) ?? true)
    .sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
}
