import { assetsOf, STABLECOINS } from "../model/instrument.ts";
import { CRYPTO_VOLATILITY, CRYPTO_VOLUME } from "./intraday.ts";
import {
  BASIS_POINT,
  constantsOf,
  type FollowingPath,
  type ModelInstrument,
  type PathName,
  type PathTie,
  SPOT_INSTRUMENTS,
} from "./model_instruments.ts";
import { CORRELATED_PLAN, PAIR_PLANS } from "./planted_pairs.ts";
import { SeededRandom } from "./seeded_random.ts";

/** What is planted for a coin. */
interface PlantedCoin {
  /** Price in dollars when the model begins. */
  readonly level: number;
  /** Standard deviation of a one-minute log return in a plain minute of US hours, in basis points. */
  readonly volatility: number;
  /** Correlation of its moves with those of BTC. */
  readonly loading: number;
  /** Dollars traded in a plain minute of US hours. */
  readonly turnover: number;
}

/** The coins that the model lists by themselves. Any other is drawn from the seed when it is asked for. */
const PLANTED: Readonly<Record<string, PlantedCoin>> = {
  SOL: { level: 190, volatility: 8.5, loading: 0.78, turnover: 320_000 },
  BNB: { level: 880, volatility: 5.8, loading: 0.72, turnover: 180_000 },
  XRP: { level: 2.2, volatility: 8.2, loading: 0.7, turnover: 260_000 },
  DOGE: { level: 0.15, volatility: 9.5, loading: 0.74, turnover: 150_000 },
  ADA: { level: 0.45, volatility: 9, loading: 0.73, turnover: 70_000 },
  AVAX: { level: 14.5, volatility: 9.2, loading: 0.75, turnover: 50_000 },
  LINK: { level: 14, volatility: 9, loading: 0.74, turnover: 55_000 },
  LTC: { level: 84, volatility: 7.8, loading: 0.68, turnover: 45_000 },
  TRX: { level: 0.28, volatility: 4.6, loading: 0.45, turnover: 60_000 },
  DOT: { level: 2.3, volatility: 9.1, loading: 0.72, turnover: 30_000 },
};

/** Money that coins are priced in, in dollars; it stays there. */
const MONEY: Readonly<Record<string, number>> = { USD: 1, EUR: 1.16, TRY: 0.0235 };

/** Binance's symbols have twenty letters at most. */
const LONGEST = 20;
/** Coins that others are priced in. */
const COIN_QUOTES: readonly string[] = ["BTC", "ETH", "BNB"];
/** Ids of venues. */
const VENUE = /^[a-z]{1,16}$/;
/** A base asset is written in capitals, digits and letters without case. */
const ASSET = /^[\p{Lu}\p{Lo}\p{N}]+$/u;
/** Below it, a price has no digits left at eight decimals. */
const SMALLEST_PRICE = 1e-5;
const DIGITS_OF_PRICE = 4;
const DIGITS_OF_SIZE = 4;
const MOST_DECIMALS = 8;

/** The coins listed beside BTCUSDT and ETHUSDT. */
export const LISTED_COINS: readonly string[] = Object.keys(PLANTED).map((base) => `${base}USDT`);

/**
 * The coin that trades under a symbol: a base asset and what it is priced in, a stablecoin, money or a coin
 * (`SOLUSDT`, `BTCEUR`, `ETHBTC`). Undefined for what cannot be read so. BTC and ETH have the paths of BTCUSDT and
 * ETHUSDT in every quote. Constants of a coin that is not planted are drawn from the seed and its name. A symbol may
 * name the venue whose trades are meant (`BTC-USD@kraken`).
 *
 * @example
 * ```ts
 * import { coinOf } from "./model_coins.ts";
 * import assert from "node:assert/strict";
 * assert.equal(coinOf(1, "BTCUSDC")?.path, "BTCUSDT");
 * assert.equal(coinOf(1, "PEPEUSDT")?.kind, "crypto");
 * assert.equal(coinOf(1, "NOSUCH"), undefined);
 * ```
 */
export function coinOf(seed: number, symbol: string): ModelInstrument | undefined {
  const at = symbol.indexOf("@");
  if (at < 0) return plainCoin(seed, symbol);
  const coin = plainCoin(seed, symbol.slice(0, at));
  const venue = symbol.slice(at + 1);
  return coin === undefined || !VENUE.test(venue) ? undefined : { ...coin, root: symbol, venue };
}

function plainCoin(seed: number, symbol: string): ModelInstrument | undefined {
  const built = SPOT_INSTRUMENTS.find(({ root }) => root === symbol);
  if (built !== undefined) return built;
  if (symbol.length > LONGEST) return undefined;
  const { base, quote } = assetsOf({ id: symbol, kind: "crypto", currency: "" });
  if (quote === undefined || base === quote || !ASSET.test(base)) return undefined;
  // A hyphen separates anything from anything.
  if (dollarsOf(quote) === undefined && !COIN_QUOTES.includes(quote)) return undefined;
  const coin = baseOf(seed, base);
  const dollars = dollarsOf(quote);
  const inCoin = dollars === undefined ? baseOf(seed, quote).path : undefined;
  const level = constantsOf(coin.path).level /
    (dollars ?? constantsOf(inCoin!).level);
  if (level < SMALLEST_PRICE) return undefined;
  const volume = coin.turnover / constantsOf(coin.path).level;
  return {
    root: symbol,
    kind: "crypto",
    path: coin.path,
    ...(inCoin === undefined ? {} : { quote: inCoin }),
    unit: dollars ?? 1,
    ticksPerUnit: perUnit(level, DIGITS_OF_PRICE),
    stepsPerUnit: perUnit(volume, DIGITS_OF_SIZE),
    volume,
    volumeShape: CRYPTO_VOLUME,
  };
}

/** Dollars in one of it; undefined for a coin. */
function dollarsOf(quote: string): number | undefined {
  return STABLECOINS.some((one) => one === quote) ? 1 : MONEY[quote];
}

interface BaseCoin {
  readonly path: PathName | FollowingPath;
  readonly turnover: number;
}

function baseOf(seed: number, base: string): BaseCoin {
  if (base === "BTC") return { path: "BTCUSDT", turnover: 855_000 };
  if (base === "ETH") return { path: "ETHUSDT", turnover: 627_000 };
  const coin = constantsOfCoin(seed, base);
  const tie = tieOf(seed, base);
  const plain = followingPath(base, coin);
  return { path: tie === undefined ? plain : { ...plain, tie }, turnover: coin.turnover };
}

function constantsOfCoin(seed: number, base: string): PlantedCoin {
  return Object.hasOwn(PLANTED, base) ? PLANTED[base]! : drawnCoin(seed, base);
}

function followingPath(base: string, { level, volatility, loading }: PlantedCoin): FollowingPath {
  return {
    name: `coin ${base}`,
    leader: "BTCUSDT",
    loading,
    heat: "coins",
    level,
    volatility: volatility * BASIS_POINT,
    volatilityShape: CRYPTO_VOLATILITY,
  };
}

/** What a coin is tied to; no coin is tied to one that is tied itself. */
function tieOf(seed: number, base: string): PathTie | undefined {
  const pathOf = (other: string) => followingPath(other, constantsOfCoin(seed, other));
  const plan = PAIR_PLANS.find(({ y }) => y === base);
  if (plan !== undefined) return { kind: "cointegrated", plan, to: pathOf(plan.x) };
  const { y, x, correlation } = CORRELATED_PLAN;
  return base === y ? { kind: "correlated", correlation, to: pathOf(x) } : undefined;
}

function drawnCoin(seed: number, base: string): PlantedCoin {
  if (dollarsOf(base) !== undefined) {
    return { level: dollarsOf(base)!, volatility: 0.3, loading: 0, turnover: 90_000 };
  }
  const random = new SeededRandom(seed, "coin", base);
  return {
    level: 10 ** (4 * random.next() - 2),
    volatility: 7 + 5 * random.next(),
    loading: 0.4 + 0.4 * random.next(),
    turnover: 10 ** (4 + random.next()),
  };
}

/** Steps in one unit, a power of ten, so that `value` has about so many digits after its first. */
function perUnit(value: number, digits: number): number {
  const decimals = digits - Math.floor(Math.log10(value));
  return 10 ** Math.min(MOST_DECIMALS, Math.max(0, decimals));
}
