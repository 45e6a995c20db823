import { dirname } from "node:path";
import type { Config } from "../feeds/config.ts";
import { isSecretName, redact, secretsIn } from "../model/redact.ts";
import { MarketError } from "../model/errors.ts";
import type { Source } from "../model/instrument.ts";
import { DAY, HOUR } from "../model/time.ts";
import { VERSION } from "../model/version.ts";
import { afterTurn } from "../runtime/after_turn.ts";
import type { Clock } from "../runtime/clock.ts";
import { configFolder } from "../runtime/config_reader.ts";
import { systemFiles } from "../runtime/files.ts";
import type { Log } from "../runtime/log.ts";
import { readSecret } from "../runtime/secret.ts";
import { MarketStore } from "../store/market_store.ts";
import { openThreadedStore } from "../store/sqlite/threaded_store.ts";
import type { DataKind, SimulatedMarket } from "../store/store.ts";
import { openStore } from "../store/open_store.ts";
import type { StoreTarget } from "../store/store_options.ts";
import { storePath } from "../store/store_path.ts";
import { databaseUrlFault } from "../model/database_url.ts";
import type { Market } from "./market.ts";

/** What {@link openStorage} needs beside a configuration. */
export interface StorageOptions {
  /** The machine's. */
  readonly clock: Clock;
  readonly log: Log;
  readonly configFile: string | undefined;
  /** False where what the venues are asked must not depend on what is stored: in a recording and its replay. */
  readonly recalls: boolean;
  /** The market, once there is one. */
  readonly market: () => Market | undefined;
}

/** Opens the store that a configuration asks for, behind a market with feeds. @throws {MarketError} */
export async function openStorage(config: Config, options: StorageOptions): Promise<MarketStore> {
  const { clock, log, configFile, recalls, market } = options;
  const kinds = kindsOf(config);
  const simulated = await simulatedMarket(config);
  assertOneMarket(config);
  const backfillMs = config.data.backfillHours * HOUR;
  const targets = new Map<DataKind, StoreTarget>();
  for (const kind of kinds) targets.set(kind, await targetOf(config, kind, configFile));
  const first = targets.get(kinds[0]!)!;
  if (first.kind === "sqlite") await assertFolder(first.path);
  return await MarketStore.open({
    clock,
    afterTurn,
    log,
    kinds,
    targetOf: (kind) => targets.get(kind)!,
    market: simulated,
    // A commit waits for the disk; feeds and panels do not. A server's disk is its own.
    openStore: first.kind === "sqlite" ? openThreadedStore : openStore,
    runNote: { config: maskedText(config), versions: JSON.stringify({ comove: VERSION }) },
    exists: (path) => systemFiles.exists(path),
    source: config.source as Source,
    keepsTrades: config.data.trades,
    numbersTrades: (id) => numbersTrades(market(), id),
    venueTime: () => market()?.venueTime ?? NaN,
    keepTradesMs: config.store.keepTradesDays * DAY,
    // A simulated market begins where it always does; a real one goes on, if not at once.
    window: recalls
      ? (storedTo) => ({
        from: (config.source === "simulated" ? simulated.start : storedTo) - backfillMs - DAY,
        to: Infinity,
      })
      : undefined,
  });
}

/**
 * True where the venue of an instrument numbers its trades; not known, and so false, of one that was followed before and
 * is stored, but is not followed now.
 */
export function numbersTrades(
  market: Pick<Market, "instruments" | "coverage"> | undefined,
  id: string,
): boolean {
  if (market === undefined) return true;
  const isFollowed = market.instruments.some((instrument) => instrument.id === id);
  return isFollowed && market.coverage(id).trades?.numbering !== "received";
}

/**
 * Where a configuration's store for data of a kind is; a server has one for all kinds, and holds one of them.
 *
 * @throws {MarketError} for an address that is a reference to a secret which cannot be read.
 */
export async function targetOf(
  config: Pick<Config, "store">,
  dataKind: DataKind,
  configFile: string | undefined,
): Promise<StoreTarget> {
  const { kind, url } = config.store;
  if (kind !== "postgres" || url === null) {
    return { kind: "sqlite", path: placeOf(config, dataKind, configFile) };
  }
  const secret = await readSecret("store.url", url, { folder: configFolder(configFile) });
  const fault = databaseUrlFault(secret);
  if (fault === undefined) return { kind: "postgres", url: secret };
  throw new MarketError("config", "configure", `store.url must ${fault}.`);
}

/** The file of a configuration's store for data of a kind. */
export function placeOf(
  { store }: Pick<Config, "store">,
  dataKind: DataKind,
  configFile: string | undefined,
): string {
  // The file that the environment names lies where it lies, too.
  return storePath({ path: store.path, dataKind, configFile, notebooks: configFolder(undefined) });
}

/** What the market's data may turn out to be: a live venue may be a simulator. */
function kindsOf({ source }: Pick<Config, "source">): readonly DataKind[] {
  if (source === "simulated" || source === "replay") return [source];
  return ["live", "simulated"];
}

/** The seed and start of what the embedded venues simulate. */
export async function simulatedMarket(
  { simulator }: Pick<Config, "simulator">,
): Promise<SimulatedMarket> {
  const { seed, start } = simulator;
  if (start !== null) return { seed, start: Date.parse(start) };
  return { seed, start: (await import("../simulator/opening.ts")).DEFAULT_START };
}

/** Days of past for which the same seed and start are the same market; see `modelOpeningAt`. */
const SAME_DAYS = 8;

/** @throws {MarketError} where the embedded market would be another one than that of a usual run. */
function assertOneMarket({ source, data }: Config): void {
  if (source !== "simulated" || data.backfillHours * HOUR <= SAME_DAYS * DAY) return;
  throw new MarketError(
    "store-market",
    "configure",
    `The simulated market has a past of ${SAME_DAYS} days that can be stored, and ${
      Math.ceil(data.backfillHours * HOUR / DAY)
    } were asked for: with a longer one its prices are others. Ask for ${SAME_DAYS} days at most, or set store.kind: memory.`,
  );
}

function maskedText(config: Config): string {
  const shown = JSON.stringify(
    config,
    (name, value) => name !== "" && isSecretName(name) && value !== null ? "***" : value,
  );
  return redact(shown, secretsIn(config));
}

/** @throws {MarketError} A folder is never made. */
async function assertFolder(path: string): Promise<void> {
  if (await systemFiles.exists(dirname(path))) return;
  throw new MarketError(
    "store-unreachable",
    "configure",
    `The store ${path} cannot be made: its folder is not there. Make the folder, or point store.path elsewhere.`,
  );
}
