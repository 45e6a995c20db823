import { HOUR, MINUTE, SECOND } from "../model/time.ts";
import { CRYPTO_VOLATILITY, type DayShape, FUTURES_VOLATILITY } from "./intraday.ts";
import type { PathName } from "./model_instruments.ts";

/** The volatility indices of the market model. */
export const INDICES = ["DVOL", "DVOL-ETH", "VIX"] as const;
export type IndexSymbol = (typeof INDICES)[number];

/** The constants of one volatility index. */
export interface ModelIndex {
  /** The price whose realized volatility it follows. */
  readonly path: PathName;
  /** Minutes in a year at a plain minute's variance, night and closure counted by their share of it. */
  readonly plainMinutes: number;
  /** The index over the realized volatility, on average. */
  readonly premium: number;
  /** Time between two values. */
  readonly everyMs: number;
  /** Whether values are published in a minute, by New York's minute of the day. */
  readonly isPublished: (minuteOfDay: number, isWeekend: boolean) => boolean;
}

const MINUTES_AN_HOUR = HOUR / MINUTE;
const DAYS_A_YEAR = 365;
const SESSIONS_A_YEAR = 252;

/** The sum of a day's shares of a plain minute's variance. */
function plainMinutesOf(shape: DayShape): number {
  return shape.reduce((sum, share) => sum + share * share, 0);
}

const at = (hour: number) => hour * MINUTES_AN_HOUR;

/** Source: Cboe, "VIX calculated outside US hours", 2016: 03:15–09:15 and 09:30–16:15 in New York. */
function isVixPublished(minuteOfDay: number, isWeekend: boolean): boolean {
  if (isWeekend) return false;
  return (minuteOfDay >= at(3.25) && minuteOfDay < at(9.25)) ||
    (minuteOfDay >= at(9.5) && minuteOfDay < at(16.25));
}

const ofCoin = {
  plainMinutes: DAYS_A_YEAR * plainMinutesOf(CRYPTO_VOLATILITY),
  premium: 1.15,
  everyMs: SECOND,
  isPublished: () => true,
} as const;

export const MODEL_INDICES: Readonly<Record<IndexSymbol, ModelIndex>> = {
  DVOL: { ...ofCoin, path: "BTCUSDT" },
  "DVOL-ETH": { ...ofCoin, path: "ETHUSDT" },
  VIX: {
    path: "ES",
    plainMinutes: SESSIONS_A_YEAR * plainMinutesOf(FUTURES_VOLATILITY),
    premium: 1.3,
    everyMs: 15 * SECOND,
    isPublished: isVixPublished,
  },
};

export function isIndexSymbol(symbol: string): symbol is IndexSymbol {
  return (INDICES as readonly string[]).includes(symbol);
}
