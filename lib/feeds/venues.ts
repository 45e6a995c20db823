import type { z } from "zod";
import type { Instrument, Venue } from "../model/instrument.ts";
import { isLoopback } from "../runtime/address.ts";
import { binanceVenue } from "./binance/venue.ts";
import { usdmVenue } from "./binance/usdm_venue.ts";
import { coinbaseVenue } from "./coinbase/venue.ts";
import { isGeneralKey } from "./config_schema.ts";
import { deribitVenue } from "./deribit/venue.ts";
import { krakenVenue } from "./kraken/venue.ts";
import { ibkrVenue } from "./ibkr/venue.ts";
import type { VenueDefinition } from "./venue_definition.ts";

/** The venues of this program; instruments are followed and shown in this order. */
const VENUES = [
  binanceVenue,
  usdmVenue,
  coinbaseVenue,
  krakenVenue,
  ibkrVenue,
  deribitVenue,
] as const;

type Known = (typeof VENUES)[number];

/** The sections of the configuration, by venue. */
export type VenueSections = {
  [Id in Known["id"]]: z.output<Extract<Known, { readonly id: Id }>["settings"]>;
};

let known: readonly VenueDefinition[] = VENUES;

/** Every venue, those of {@link registerVenue} last. The same list until one is registered or taken away. */
export function venues(): readonly VenueDefinition[] {
  return known;
}

/** A venue by its id. @throws {RangeError} naming those that exist. */
export function venueOf(id: Venue): VenueDefinition {
  const found = known.find((venue) => venue.id === id);
  if (found === undefined) {
    throw new RangeError(`venue must be one of ${known.map((v) => v.id).join(", ")}, got ${id}`);
  }
  return found;
}

/**
 * Adds a venue of your own, or of a test, for markets that are opened from now on.
 *
 * @returns takes it away again.
 * @throws {RangeError} when its id is no key for a section, or is taken.
 */
export function registerVenue(definition: VenueDefinition): () => void {
  const { id } = definition;
  if (!/^[a-z][a-zA-Z0-9]*$/.test(id)) {
    throw new RangeError(`id must be a key such as myVenue, got ${id}`);
  }
  if (isGeneralKey(id) || known.some((venue) => venue.id === id)) {
    throw new RangeError(`id must not be taken, and ${id} is a section of the configuration`);
  }
  known = [...known, definition];
  return () => {
    known = known.filter((venue) => venue !== definition);
  };
}

/** A venue as people write it: `Binance`; the id itself where no such venue is registered. */
export function venueTitle(id: Venue): string {
  return known.find((venue) => venue.id === id)?.title ?? id;
}

/** A venue's section of a configuration. */
export function settingsOf(config: object, { id }: Pick<VenueDefinition, "id">): unknown {
  return (config as Readonly<Record<string, unknown>>)[id];
}

/** What a configuration asks to follow, in the order of the venues. */
export function instrumentsOf(
  config: object,
  of: readonly VenueDefinition[] = venuesOf(config),
): Instrument[] {
  return of.flatMap((venue) => venue.instruments(settingsOf(config, venue)));
}

/** The venues from which a configuration follows something. */
export function venuesOf(config: object): VenueDefinition[] {
  return known.filter((venue) =>
    venue.instruments(settingsOf(config, venue)).length > 0 && keepsPace(config, venue)
  );
}

/**
 * Simulated venues that run at another speed than real time have no real index venue beside them: it would live
 * in another time. A trading venue is refused instead, see `config_rules.ts`.
 */
function keepsPace(config: object, venue: VenueDefinition): boolean {
  const { clock } = config as { readonly clock?: { readonly speed?: number } };
  if (venue.role === "trading" || (clock?.speed ?? 1) === 1) return true;
  return venue.hosts(settingsOf(config, venue))
    .every((hostPort) => isLoopback(hostPort.replace(/:\d+$/, "")));
}

/**
 * An instrument that may be followed though the configuration does not name it.
 *
 * @param of venues that can be asked.
 * @throws {RangeError} naming what can be followed.
 */
export function followable(
  config: object,
  of: readonly VenueDefinition[],
  id: string,
): Instrument {
  for (const venue of of) {
    const settings = settingsOf(config, venue);
    const found = venue.instruments(settings).find((instrument) => instrument.id === id) ??
      venue.instrumentOf?.(id, settings);
    if (found !== undefined) return found;
  }
  const kinds = of.flatMap(({ title, followable }) =>
    followable === undefined ? [] : [`${followable} (${title})`]
  );
  const known = kinds.length === 0 ? "nothing beyond the configuration" : kinds.join(", ");
  throw new RangeError(`what can be followed: ${known}; got ${id}`);
}
