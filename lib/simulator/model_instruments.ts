import {
  CRYPTO_VOLATILITY,
  CRYPTO_VOLUME,
  type DayShape,
  FUTURES_VOLATILITY,
  FUTURES_VOLUME,
} from "./intraday.ts";

/** What the market model trades. The order is that of the price paths. */
export const ROOTS = ["ES", "NQ", "BTCUSDT", "ETHUSDT"] as const;
export type Root = (typeof ROOTS)[number];

/** The constants of one instrument of the model. */
export interface ModelInstrument {
  readonly root: Root;
  readonly venue: "ibkr" | "binance";
  /** Price steps in one unit of price, so that a price is a whole number over this. */
  readonly ticksPerUnit: number;
  /** Size steps in one unit of size. */
  readonly stepsPerUnit: number;
  /** Price of the underlying when the model begins. */
  readonly level: number;
  /** Standard deviation of a one-minute log return in a plain minute of US hours. */
  readonly volatility: number;
  readonly volatilityShape: DayShape;
  /** Units traded in a plain minute of US hours. */
  readonly volume: number;
  readonly volumeShape: DayShape;
  /** Futures only: money per point. */
  readonly multiplier?: number;
}

const BASIS_POINT = 1e-4;

const future = {
  venue: "ibkr",
  ticksPerUnit: 4,
  stepsPerUnit: 1,
  volatilityShape: FUTURES_VOLATILITY,
  volumeShape: FUTURES_VOLUME,
} as const;

const coin = {
  venue: "binance",
  ticksPerUnit: 100,
  volatilityShape: CRYPTO_VOLATILITY,
  volumeShape: CRYPTO_VOLUME,
} as const;

export const MODEL_INSTRUMENTS: Readonly<Record<Root, ModelInstrument>> = {
  ES: {
    root: "ES",
    ...future,
    level: 6_000,
    volatility: 2.6 * BASIS_POINT,
    volume: 2_800,
    multiplier: 50,
  },
  NQ: {
    root: "NQ",
    ...future,
    level: 21_500,
    volatility: 3.4 * BASIS_POINT,
    volume: 1_300,
    multiplier: 20,
  },
  BTCUSDT: {
    root: "BTCUSDT",
    ...coin,
    stepsPerUnit: 100_000,
    level: 95_000,
    volatility: 5.6 * BASIS_POINT,
    volume: 9,
  },
  ETHUSDT: {
    root: "ETHUSDT",
    ...coin,
    stepsPerUnit: 10_000,
    level: 3_300,
    volatility: 7 * BASIS_POINT,
    volume: 190,
  },
};
