import { databaseUrlFault } from "../model/database_url.ts";
import type { Instrument } from "../model/instrument.ts";
import { nearest } from "../model/nearest.ts";
import { isLoopback } from "../runtime/address.ts";
import { ConfigError } from "../runtime/config_reader.ts";
import type { GeneralConfig } from "./config_schema.ts";
import type { VenueDefinition } from "./venue_definition.ts";

/** A venue's section, with the definition that reads it. */
interface Used {
  readonly venue: VenueDefinition;
  readonly settings: unknown;
  readonly instruments: readonly Instrument[];
}

/** Rules that more than one key has a part in. @throws {ConfigError} */
export function assertUsable(config: GeneralConfig, venues: readonly VenueDefinition[]): void {
  const sections = config as unknown as Readonly<Record<string, unknown>>;
  const all = venues.map((venue): Used => {
    const settings = sections[venue.id];
    return { venue, settings, instruments: venue.instruments(settings) };
  });
  const used = all.filter(({ instruments }) => instruments.length > 0);
  assertStore(config);
  assertBus(config);
  // What is stored or published need not be followed by anybody.
  const isStored = config.source === "store" || config.source === "bus";
  if (!isStored && !used.some(({ venue }) => venue.role === "trading")) {
    const keys = venues.filter(({ role }) => role === "trading").map(({ listKey }) => listKey);
    throw new ConfigError(
      `${listText(keys.toReversed())} must name at least one instrument between them, got none`,
    );
  }
  for (const { venue, settings } of all) {
    const refusal = venue.refusal?.(settings, sections);
    if (refusal !== undefined) throw new ConfigError(refusal);
  }
  assertVenues(config, venues);
  assertNamedOnce(used);
  if (!isStored) assertPairsFollowed(config, used);
  assertChannelsExist(config);
  assertSpeedIsSimulated(config, used);
}

/** What the keys of the store ask for together. */
function assertStore({ source, store }: GeneralConfig): void {
  const { kind, path, url } = store;
  if (kind === "duckdb") {
    throw new ConfigError(
      "store.kind must be memory, sqlite or postgres, got duckdb; one DuckDB file serves one process alone, so sqlite has taken its place, and DuckDB reads the Parquet files that are exported",
    );
  }
  if (kind === "postgres") return assertServerStore(store);
  if (url !== null) {
    throw new ConfigError(`store.url must be null with store.kind: ${kind}; it is for postgres`);
  }
  if (kind === "memory" && path !== null) {
    throw new ConfigError(
      `store.path must be null with store.kind: memory, got ${path}; set store.kind: sqlite`,
    );
  }
  if (source === "store" && kind !== "sqlite") {
    throw new ConfigError(
      `store.kind must be sqlite or postgres with source: store, got ${kind}; nothing else outlives a run`,
    );
  }
}

/** What the keys of the bus ask for together. */
function assertBus({ source, bus: { kind, instruments } }: GeneralConfig): void {
  if (source === "bus" && kind === "none") {
    throw new ConfigError("bus.kind must be nats with source: bus, got none");
  }
  if (instruments === null) return;
  if (source !== "bus") {
    throw new ConfigError(
      "bus.instruments must be null where source is not bus: all that is followed is published",
    );
  }
  if (instruments.length === 0) {
    throw new ConfigError("bus.instruments must name at least one instrument, or be null");
  }
}

/** The address may hold a password, and is not shown. */
function assertServerStore({ path, url }: GeneralConfig["store"]): void {
  if (path !== null) {
    throw new ConfigError(
      `store.path must be null with store.kind: postgres, got ${path}; its place is store.url`,
    );
  }
  if (url === null) {
    throw new ConfigError(
      "store.url must be set with store.kind: postgres: postgres://user:password@host:5432/database, env:NAME or file:PATH",
    );
  }
  const fault = /^(?:env|file):/.test(url) ? undefined : databaseUrlFault(url);
  if (fault !== undefined) throw new ConfigError(`store.url must ${fault}`);
}

/** A misspelt venue would run though it is meant to be stopped. */
function assertVenues({ data: { stopped } }: GeneralConfig, venues: readonly VenueDefinition[]) {
  const known = venues.map(({ id }) => id);
  const stray = stopped.find((name) => !known.includes(name));
  if (stray === undefined) return;
  const meant = nearest(stray, known);
  throw new ConfigError(
    `data.stopped must name venues (${known.join(", ")}), got ${stray}${
      meant === undefined ? "" : `; did you mean ${meant}?`
    }`,
  );
}

/** Everything is named by the ids of instruments, so no two venues may share one. */
function assertNamedOnce(used: readonly Used[]): void {
  const keys = new Map<string, string>();
  for (const { venue: { listKey }, instruments } of used) {
    for (const { id } of instruments) {
      const other = keys.get(id);
      if (other !== undefined) {
        throw new ConfigError(`${other} and ${listKey} must not both name ${id}; leave one out`);
      }
      keys.set(id, listKey);
    }
  }
}

/** A pair of what is not followed would never have a value. */
function assertPairsFollowed({ correlation }: GeneralConfig, used: readonly Used[]): void {
  const ids = used.flatMap(({ instruments }) => instruments.map(({ id }) => id));
  for (const pair of correlation.pairs ?? []) {
    const stray = pair.split("/").find((id) => !ids.includes(id));
    if (stray === undefined) continue;
    throw new ConfigError(
      `correlation.pairs must be pairs of ${
        listText(ids)
      }, got ${pair}; add ${stray} to what is followed, or leave the pair out`,
    );
  }
}

/** A message to a channel that is not there would arrive nowhere. */
function assertChannelsExist({ alerts: { rules, channels } }: GeneralConfig): void {
  const known = Object.keys(channels);
  rules.forEach(({ name, notify }, i) => {
    const stray = notify.find((channel) => !known.includes(channel));
    if (stray === undefined) return;
    const meant = nearest(stray, known);
    const advice = meant === undefined ? "" : `; did you mean ${meant}?`;
    throw new ConfigError(
      `alerts.rules.${i}.notify (${name}) must name channels of alerts.channels (${
        known.join(", ") || "there are none"
      }), got ${stray}${advice}`,
    );
  });
}

/** Another speed than real time makes sense only against a simulator, and those are on this machine. */
function assertSpeedIsSimulated({ source, clock }: GeneralConfig, used: readonly Used[]): void {
  if (clock.speed === 1 || source !== "live") return;
  const hosts = used.filter(({ venue }) => venue.role === "trading")
    .flatMap(({ venue, settings }) => venue.hosts(settings))
    .map((hostPort) => hostPort.replace(/:\d+$/, ""));
  const real = hosts.find((name) => !isLoopback(name));
  if (real !== undefined) {
    throw new ConfigError(
      `clock.speed must be 1 against a real venue, got ${clock.speed} with ${real}; other speeds are for simulators on this machine`,
    );
  }
}

/** `a and b`, `a, b and c`. */
function listText(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
