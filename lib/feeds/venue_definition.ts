import type { z } from "zod";
import type { Instrument, Venue } from "../model/instrument.ts";
import type { Clock } from "../runtime/clock.ts";
import type { HttpGet } from "../runtime/http.ts";
import type { TalkTcp } from "../runtime/probe.ts";
import type { Random } from "../runtime/random.ts";
import type { ConnectTcp } from "../runtime/tcp_socket.ts";
import type { EmbeddedVenue } from "../simulator/embedded_venue.ts";
import type { OpenWebSocket } from "../runtime/web_socket.ts";
import type { AccountKind, Feed, FeedContext } from "./feed.ts";
import type { Finding } from "./finding.ts";
import type { Outside } from "./outside.ts";

/**
 * A venue, with everything that is particular about it. Written once in `feeds/<venue>/venue.ts` and listed in
 * `feeds/venues.ts`; configuration, market, labels, recorder, replay, doctor and simulator read it there.
 *
 * `settings` is what a venue is given of the configuration: its own section, checked.
 */
export interface VenueDefinition<
  Id extends Venue = Venue,
  Schema extends z.ZodType = z.ZodType,
> {
  /** Also the key of its section in the configuration. */
  readonly id: Id;
  /** As people write it: `Binance`. */
  readonly title: string;
  /** Market state, outages and exit codes count trading venues only; an index venue is shown beside them. */
  readonly role: "trading" | "index";
  /** The section of the configuration, with its defaults. */
  readonly settings: Schema;
  /** The key that lists instruments: `binance.symbols`. */
  readonly listKey: string;
  /** What the settings ask to follow; empty switches the venue off. */
  instruments(settings: z.output<Schema>): readonly Instrument[];
  /** Ids that can be followed beyond those of the settings, for people: `spot symbols such as ETHUSDT`. */
  readonly followable?: string;
  /** What the ids of its trades count, where it has both: single trades, or the aggregate ones. @default "single" */
  readonly tradeIds?: "single" | "aggregate";
  /** The instrument of an id that the settings need not list; undefined for what is none of this venue. */
  instrumentOf?(id: string, settings: z.output<Schema>): Instrument | undefined;
  createFeed(context: FeedContext, settings: z.output<Schema>, outside: Outside): Feed;
  /** Where an instrument's data comes from, as labels say it: `CME via IBKR Paper`. */
  describe(instrument: Instrument, account?: AccountKind): string;
  /** `name:port` of each host it connects to: for permissions, and for the clock's speed. */
  hosts(settings: z.output<Schema>): readonly string[];
  /** What is wrong with the settings beyond a single key, in a sentence without its full stop. */
  refusal?(settings: z.output<Schema>, config: Readonly<Record<string, unknown>>):
    | string
    | undefined;
  /** Lines for `deno task doctor`. Called only where instruments are followed. */
  check?(settings: z.output<Schema>, probes: Probes): Promise<Finding[]>;
  /** The server that stands in for the venue; a venue without one is not there on `source: simulated`. */
  readonly simulated?: SimulatedPart<z.output<Schema>>;
}

/** The outside as the doctor's checks see it. */
export interface Probes {
  readonly clock: Clock;
  readonly get: HttpGet;
  readonly openStream: OpenWebSocket;
  readonly talk: TalkTcp;
  readonly connectTcp: ConnectTcp;
  readonly random: Random;
  readonly mayReach: (host: string) => Promise<boolean>;
  /** For each check, local ms. */
  readonly limitMs: number;
}

/** Host and port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** How a venue's server is started, and how the venue's settings are pointed at it. */
export interface SimulatedPart<Settings> {
  /** Where `deno task simulate` listens unless the settings name a port of this machine. */
  readonly port: number;
  /** Where the settings point. */
  addressOf(settings: Settings): Address;
  /** The keys that point at a server, with their values. */
  at(address: Address): object;
  /** Loads the server. Nothing of `lib/simulator` is loaded before. */
  load(): Promise<EmbeddedVenue>;
}

/** A definition with its types kept. */
export function defineVenue<const Id extends Venue, Schema extends z.ZodType>(
  definition: VenueDefinition<Id, Schema>,
): VenueDefinition<Id, Schema> {
  return definition;
}
