import type { RecallMinutes } from "../bars/minute_ledger.ts";
import { calendarOf } from "../calendar/instrument_calendar.ts";
import type { Config } from "../feeds/config.ts";
import { StoredFeed } from "../feeds/stored_feed.ts";
import { venues } from "../feeds/venues.ts";
import { hasFunding, type Instrument, type Source, type Venue } from "../model/instrument.ts";
import type { Timeframe } from "../model/timeframe.ts";
import { afterTurn } from "../runtime/after_turn.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import { systemFiles } from "../runtime/files.ts";
import { openStoreReader } from "../store/open_store.ts";
import { readStored, type StoredMinutes } from "../store/read_stored.ts";
import { StoreFollower } from "../store/store_follower.ts";
import { keepStore } from "../store/store_of.ts";
import type { StoreTarget } from "../store/store_options.ts";
import type { DataKind, StoreReader } from "../store/store.ts";
import { Market } from "./market.ts";
import type { MarketParts } from "./market_parts.ts";
import type { MarketPorts, SourceOptions } from "./market_source.ts";
import { targetOf } from "./market_storage.ts";

/** The order in which the files of kinds are looked for. */
const KINDS: readonly DataKind[] = ["live", "simulated", "replay"];

/** What is stored, without any feed. @throws {MarketError} where there is no store. */
export async function openStoredMarket(
  config: Config,
  { configFile, clock, log, files }: SourceOptions,
  { onEvent, sinks = [], advice }: MarketPorts,
): Promise<Market> {
  let reader: StoreReader | undefined, parts: Awaited<ReturnType<typeof storedParts>> | undefined;
  const release = async () => {
    await parts?.follower.close();
    await reader?.close();
    await files?.close();
  };
  try {
    const opened = reader = await openStored(config, configFile);
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
      advice,
      release,
    });
    keepStore(market, { reader: () => Promise.resolve(opened), whenOpen: undefined });
    if (onEvent !== undefined) market.onEvent(onEvent);
    warnOfRules(config, log("alerts"));
    market.start();
    parts.follower.start();
    return market;
  } catch (error) {
    await release();
    throw error;
  }
}

/** Rules that are configured and not judged look as if nothing had fired. */
function warnOfRules({ alerts: { rules } }: Config, log: Log): void {
  if (rules.length === 0) return;
  log.warn("Rules are not judged with source: store; deno task alerts rehearse judges them", {
    rules: rules.map(({ name }) => name),
  });
}

/** The store behind `source: store`. @throws {MarketError} where there is none. */
async function openStored(
  config: Config,
  configFile: string | undefined,
): Promise<StoreReader> {
  const targets = await Promise.all(KINDS.map((kind) => targetOf(config, kind, configFile)));
  const isThere = await Promise.all(targets.map(isSomething));
  return await openStoreReader(targets.find((_, i) => isThere[i]) ?? targets[0]!);
}

/** A file that is there, or a server. */
async function isSomething(target: StoreTarget): Promise<boolean> {
  return target.kind === "postgres" || await systemFiles.exists(target.path);
}

/** What a market over a store is made of, in the place of venues. */
async function storedParts(
  config: Config,
  reader: StoreReader,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<
  & Pick<MarketParts, "source" | "instruments" | "calendarOf" | "roleOf" | "makeFeeds" | "makeFeed">
  & Pick<MarketParts, "instrumentOf" | "recall" | "sourceOf" | "pairs" | "windows" | "timeframes">
  & { readonly follower: StoreFollower }
> {
  const stored = await readStored(reader);
  let now = Math.max(-Infinity, ...stored.map(({ minutes }) => minutes.to));
  const found = (id: string): StoredMinutes =>
    stored.find(({ instrument }) => instrument.id === id)!;
  const sourceOf = (id: string): Source => found(id).source;
  const instruments = inOrder(stored.map(({ instrument }) => instrument));
  const feeds = new Map<Venue, StoredFeed>();
  const venueOf = new Map(stored.map(({ instrument: { id, venue } }) => [id, venue]));
  const follower = new StoreFollower({
    reader,
    clock,
    log,
    known: new Map(stored.map(({ instrument, minutes }) => [instrument.id, minutes.to])),
    onMinutes(instrument, minutes) {
      now = Math.max(now, minutes.to);
      feeds.get(venueOf.get(instrument)!)?.take(instrument, minutes);
    },
    perpetuals: new Set(instruments.filter(hasFunding).map(({ id }) => id)),
    onFundings(instrument, payments) {
      feeds.get(venueOf.get(instrument)!)?.takeFundings(instrument, payments);
    },
  });
  const refuse = (id: string): never => {
    throw new RangeError(`${id} cannot be followed: nothing of it is stored, and no feed runs`);
  };
  return {
    follower,
    source: "stored",
    instruments,
    calendarOf,
    roleOf: (id) => venues().find((venue) => venue.id === id)?.role ?? "trading",
    makeFeeds: (context) =>
      [...new Set(instruments.map(({ venue }) => venue))].map((venue) => {
        const feed = new StoredFeed({ ledgers: context.ledgers, clock, emit: context.emit }, {
          venue,
          instruments: instruments.filter((instrument) => instrument.venue === venue),
          sourceOf,
          spanOf: (id) => {
            const { minutes } = found(id);
            return { from: minutes.bars.openTime[0] ?? NaN, to: minutes.to };
          },
          fundingsOf: (id) => found(id).fundings,
          now: () => now,
        });
        feeds.set(venue, feed);
        return feed;
      }),
    makeFeed: (venue) => refuse(venue),
    instrumentOf: refuse,
    recall: ({ id }): RecallMinutes => () => found(id).minutes,
    sourceOf,
    pairs: config.correlation.pairs,
    windows: config.correlation.windows,
    timeframes: config.data.timeframes as readonly Timeframe[],
  };
}

/** As markets with feeds have them: by venue in the registry's order, those of no venue last. */
export function inOrder(instruments: readonly Instrument[]): Instrument[] {
  const order = venues().map(({ id }) => id);
  const rank = ({ venue }: Instrument) => {
    const at = order.indexOf(venue);
    return at < 0 ? order.length : at;
  };
  return [...instruments].sort((a, b) => rank(a) - rank(b));
}
