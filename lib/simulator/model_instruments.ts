import { productOf } from "../calendar/products.ts";
import {
  CRYPTO_VOLATILITY,
  CRYPTO_VOLUME,
  type DayShape,
  FUTURES_VOLATILITY,
  FUTURES_VOLUME,
} from "./intraday.ts";
import type { PairPlan } from "./planted_pairs.ts";

/** The price paths of the market model, in the order in which they are drawn. */
export const PATHS = ["ES", "NQ", "BTCUSDT", "ETHUSDT", "GC"] as const;
export type PathName = (typeof PATHS)[number];

/** Which of the model's volatilities a path follows: that of index futures, of coins, or of gold. */
export type HeatName = "futures" | "coins" | "gold";

/** The constants of one price path. */
export interface PricePath {
  readonly heat: HeatName;
  /** Price when the model begins. */
  readonly level: number;
  /** Standard deviation of a one-minute log return in a plain minute of US hours. */
  readonly volatility: number;
  readonly volatilityShape: DayShape;
}

/**
 * A price path that is drawn on its own, from the moves of a leading one: an equity index that goes with ES, a
 * coin that goes with BTC.
 */
export interface FollowingPath extends PricePath {
  /** Names its random numbers. */
  readonly name: string;
  readonly leader: PathName;
  /** Correlation of its moves with the leader's, at every horizon. */
  readonly loading: number;
  /** The price that it is tied to or moves with beside the leader. @default none */
  readonly tie?: PathTie;
}

/** A second price that a path goes with. */
export type PathTie =
  /** Its log price returns to a line through the other's. */
  | { readonly kind: "cointegrated"; readonly plan: PairPlan; readonly to: FollowingPath }
  /** Its moves have this correlation with the other's; the loading is not used. */
  | { readonly kind: "correlated"; readonly correlation: number; readonly to: FollowingPath };

/** The constants of one instrument of the model. */
export interface ModelInstrument {
  /** The symbol of spot, the root of a future. */
  readonly root: string;
  readonly kind: "future" | "crypto";
  /** The path its price follows; a micro follows that of the big contract. */
  readonly path: PathName | FollowingPath;
  /** The path of the coin that it is priced in; undefined where it is priced in money. */
  readonly quote?: PathName | FollowingPath;
  /**
   * The venue whose own trades these are, where the symbol names one (`BTC-USD@kraken`): they follow the same path at a
   * premium of the venue's, and there are minutes without any.
   */
  readonly venue?: string;
  /** Dollars in the money that it is priced in. @default 1 */
  readonly unit?: number;
  /** Price steps in one unit of price. */
  readonly ticksPerUnit: number;
  /** Size steps in one unit of size, so that a size is a whole number over this. */
  readonly stepsPerUnit: number;
  /** Units traded in a plain minute of US hours. */
  readonly volume: number;
  readonly volumeShape: DayShape;
}

export const BASIS_POINT = 1e-4;

export const PRICE_PATHS: Readonly<Record<PathName, PricePath>> = {
  ES: {
    heat: "futures",
    level: 6_000,
    volatility: 2.6 * BASIS_POINT,
    volatilityShape: FUTURES_VOLATILITY,
  },
  NQ: {
    heat: "futures",
    level: 21_500,
    volatility: 3.4 * BASIS_POINT,
    volatilityShape: FUTURES_VOLATILITY,
  },
  BTCUSDT: {
    heat: "coins",
    level: 95_000,
    volatility: 5.6 * BASIS_POINT,
    volatilityShape: CRYPTO_VOLATILITY,
  },
  ETHUSDT: {
    heat: "coins",
    level: 3_300,
    volatility: 7 * BASIS_POINT,
    volatilityShape: CRYPTO_VOLATILITY,
  },
  GC: {
    heat: "gold",
    level: 4_200,
    volatility: 2.9 * BASIS_POINT,
    volatilityShape: FUTURES_VOLATILITY,
  },
};

/** The constants of a path, by its name or as it is. */
export function constantsOf(path: PathName | FollowingPath): PricePath {
  return typeof path === "string" ? PRICE_PATHS[path] : path;
}

/** The spot symbols that the model is built on, in the order in which they are listed. */
export const SPOT_INSTRUMENTS: readonly ModelInstrument[] = [
  {
    root: "BTCUSDT",
    kind: "crypto",
    path: "BTCUSDT",
    ticksPerUnit: 100,
    stepsPerUnit: 100_000,
    volume: 9,
    volumeShape: CRYPTO_VOLUME,
  },
  {
    root: "ETHUSDT",
    kind: "crypto",
    path: "ETHUSDT",
    ticksPerUnit: 100,
    stepsPerUnit: 10_000,
    volume: 190,
    volumeShape: CRYPTO_VOLUME,
  },
];

/** The futures of the model, in the order in which they are listed. */
export const FUTURE_INSTRUMENTS: readonly ModelInstrument[] = [
  future("ES", "ES", 2_800),
  future("NQ", "NQ", 1_300),
  future("MES", "ES", 3_600),
  future("MNQ", "NQ", 4_200),
  future("GC", "GC", 520),
  future("MGC", "GC", 310),
  future("BTC", "BTCUSDT", 24),
  future("MBT", "BTCUSDT", 70),
  future("MET", "ETHUSDT", 60),
  future("RTY", indexPath("RTY", { level: 2_450, volatility: 3.8, loading: 0.86 }), 620),
  future("YM", indexPath("YM", { level: 45_000, volatility: 2.4, loading: 0.93 }), 480),
];

/** @param options.volatility in basis points. */
function indexPath(
  name: string,
  { level, volatility, loading }: { level: number; volatility: number; loading: number },
): FollowingPath {
  return {
    name: `index ${name}`,
    leader: "ES",
    loading,
    heat: "futures",
    level,
    volatility: volatility * BASIS_POINT,
    volatilityShape: FUTURES_VOLATILITY,
  };
}

/** @param volume contracts traded in a plain minute of US hours. */
function future(
  root: string,
  path: PathName | FollowingPath,
  volume: number,
): ModelInstrument {
  return {
    root,
    kind: "future",
    path,
    ticksPerUnit: 1 / productOf(root).tick,
    stepsPerUnit: 1,
    volume,
    volumeShape: FUTURES_VOLUME,
  };
}
