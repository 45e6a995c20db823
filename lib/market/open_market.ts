import { type Config, type ConfigOverrides, loadConfig } from "../feeds/config.ts";
import { HOUR } from "../model/time.ts";
import { systemClock } from "../runtime/clock.ts";
import { configFolder } from "../runtime/config_reader.ts";
import { knownSecrets } from "../runtime/known_secrets.ts";
import { openLog, silentLog } from "../runtime/log.ts";
import { systemRandom } from "../runtime/random.ts";
import type { Market } from "./market.ts";
import type { MarketPorts, OpenSource } from "./market_source.ts";

const venueMarket = async () => (await import("./venue_market.ts")).openVenueMarket;

/** Every source of a market, loaded when it is opened: one file, and one line here. */
const SOURCES: Readonly<Record<Config["source"], () => Promise<OpenSource>>> = {
  simulated: venueMarket,
  live: venueMarket,
  replay: venueMarket,
  bus: async () => (await import("./bus_market.ts")).openBusMarket,
  store: async () => (await import("./stored_market.ts")).openStoredMarket,
};

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
  // A command brings its own log, and prints it; a notebook prints nothing, and has files where it asks for them.
  const files = ports.log === undefined && config.log.dir !== null
    ? await openLog({
      ...config.log,
      secrets: await knownSecrets(config, { folder: configFolder(configFile) }),
    })
    : undefined;
  const log = ports.log ?? ((source: string) => files?.child(source) ?? silentLog);
  const open = await SOURCES[config.source]();
  const waitMs = (waitHours ?? Infinity) * HOUR;
  return await open(config, { configFile, clock, random, log, files, signal, waitMs }, ports);
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
