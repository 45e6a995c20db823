import type { Config } from "../feeds/config.ts";
import type { Outside } from "../feeds/outside.ts";
import type { Advice } from "../model/advice.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Random } from "../runtime/random.ts";
import type { MarketListener } from "./event_bus.ts";
import type { Market } from "./market.ts";
import type { Sink } from "./sink.ts";

/** The outside world, for tests and commands; notebooks leave it out. */
export interface MarketPorts {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: (source: string) => Log;
  /** What readers of the market's panels can do. @default what those of a notebook can */
  readonly advice?: Advice;
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

/** What a source is opened with, beside a configuration. */
export interface SourceOptions {
  readonly configFile: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (source: string) => Log;
  /** Log files, which the market closes; undefined where there are none. */
  readonly files: { close(): Promise<void> } | undefined;
  readonly signal: AbortSignal | undefined;
  /** Venue time of history that is waited for, ms. */
  readonly waitMs: number;
}

/** Opens the markets of one kind of source: one file, and one line in the registry of `openMarket`. */
export type OpenSource = (
  config: Config,
  options: SourceOptions,
  ports: MarketPorts,
) => Promise<Market>;
