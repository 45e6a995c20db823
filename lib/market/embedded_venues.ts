import type { Config } from "../feeds/config.ts";
import { settingsOf, venues } from "../feeds/venues.ts";
import type { Venue } from "../model/instrument.ts";
import { HOUR } from "../model/time.ts";
import type { Clock } from "../runtime/clock.ts";
import type { BinanceServer } from "../simulator/binance/server.ts";
import type { EmbeddedServer } from "../simulator/embedded_venue.ts";
import type { StrikableVenue } from "../simulator/fault_target.ts";
import type { MarketModel } from "../simulator/market_model.ts";
import { DEFAULT_START, modelOpeningAt } from "../simulator/opening.ts";
import type { OnHistory } from "../simulator/served_history.ts";
import type { Truth } from "../simulator/truth.ts";
import type { TwsServer } from "../simulator/tws/server.ts";
import { VenueTime } from "../simulator/venue_time.ts";

export interface EmbeddedVenuesOptions<T extends Truth> {
  readonly truth: T;
  readonly clock: Clock;
  /** Venue time at the start, epoch ms UTC. */
  readonly start: number;
  /** Venue seconds per local second. @default 1 */
  readonly speed?: number;
  /** Loopback address to listen on. @default "127.0.0.1" */
  readonly host?: string;
  /** Ports by venue; 0 takes a free one. @default 0 for each */
  readonly ports?: Readonly<Record<Venue, number>>;
  /** Called with each answer of history. @default nobody looks */
  readonly onHistory?: OnHistory;
}

/** The simulated venues, listening, on one clock and one truth. */
export interface EmbeddedVenues<T extends Truth = Truth> {
  readonly truth: T;
  readonly time: VenueTime;
  /** The servers, in the order of the registry. */
  readonly servers: readonly EmbeddedServer[];
  /** The server of a venue. @throws {RangeError} where none stands in for it. */
  server(venue: Venue): EmbeddedServer;
  /** The server of `ibkr`. */
  readonly tws: TwsServer;
  /** The server of `binance`. */
  readonly binance: BinanceServer;
  close(): Promise<void>;
}

/**
 * Starts a server for each registered venue that has one, on loopback. Any client of the real venues can be
 * pointed at them.
 *
 * @throws the system's error when a port is taken; nothing is left listening then.
 */
export async function startEmbeddedVenues<T extends Truth>(
  options: EmbeddedVenuesOptions<T>,
): Promise<EmbeddedVenues<T>> {
  const { truth, clock, start, speed = 1, host = "127.0.0.1", ports = {}, onHistory } = options;
  const time = new VenueTime({ clock, start, speed });
  const servers: EmbeddedServer[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
  try {
    for (const { id, simulated } of venues()) {
      if (simulated === undefined) continue;
      const venue = await simulated.load();
      const port = ports[id] ?? 0;
      servers.push(await venue.start({ truth, time, clock, host, port, onHistory }));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const server = (venue: Venue): EmbeddedServer => {
    const found = servers.find((one) => one.venue === venue);
    if (found === undefined) {
      const known = servers.map((one) => one.venue).join(", ");
      throw new RangeError(`venue must be one of ${known}, got ${venue}`);
    }
    return found;
  };
  return {
    truth,
    time,
    servers,
    server,
    close,
    // The names of before, for scripts and notebooks.
    tws: server("ibkr") as TwsServer,
    binance: server("binance") as BinanceServer,
  };
}

/** What fault scripts may name. */
export async function strikableVenues(): Promise<StrikableVenue[]> {
  const found: StrikableVenue[] = [];
  for (const { id, simulated } of venues()) {
    if (simulated === undefined) continue;
    found.push({ venue: id, faults: (await simulated.load()).faults });
  }
  return found;
}

/** A configuration with each of its venues pointed at the server that stands in for it. */
export function pointedAt<C extends object>({ servers }: EmbeddedVenues, config: C): C {
  const sections = venues().flatMap((venue) => {
    const server = servers.find((one) => one.venue === venue.id);
    if (server === undefined || venue.simulated === undefined) return [];
    const keys = venue.simulated.at({ host: "127.0.0.1", port: server.port });
    return [[venue.id, { ...settingsOf(config, venue) as object, ...keys }]];
  });
  return { ...config, ...Object.fromEntries(sections) };
}

/** The embedded venues over the seeded model, and the same configuration pointed at them. */
export async function embedMarket(
  config: Config,
  clock: Clock,
): Promise<{ readonly venues: EmbeddedVenues<MarketModel>; readonly config: Config }> {
  const { seed, start: opens } = config.simulator;
  const start = opens === null ? DEFAULT_START : Date.parse(opens);
  const truth = modelOpeningAt({ seed, start, backfillMs: config.data.backfillHours * HOUR });
  const venues = await startEmbeddedVenues({ truth, clock, start, speed: config.clock.speed });
  return { venues, config: pointedAt(venues, config) };
}
