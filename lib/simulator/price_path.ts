import { DAY, MINUTE, SECOND } from "../model/time.ts";
import type { CorrelationRegimes } from "./correlation_regimes.ts";
import { shapeAt } from "./intraday.ts";
import {
  type HeatName,
  type PathName,
  PATHS,
  PRICE_PATHS,
  type PricePath,
} from "./model_instruments.ts";
import { SeededRandom } from "./seeded_random.ts";

/** Length of one step of the price paths, and of the planted lead. */
export const SLOT_MS = 5 * SECOND;
export const SLOTS_A_MINUTE = MINUTE / SLOT_MS;
export const MINUTES_A_DAY = DAY / MINUTE;

/** Correlation of NQ with ES and of ETH with BTC, at every horizon. */
export const NQ_WITH_ES = 0.92;
export const ETH_WITH_BTC = 0.85;

/**
 * BTC answers the common factor one slot late, so that only eleven twelfths of a minute's factor are in
 * the same minute of both. This makes up for it: the regime's level is that of one-minute returns.
 */
const LAG_CORRECTION = SLOTS_A_MINUTE / (SLOTS_A_MINUTE - 1);

/** Index futures drift on outside their hours, by this much of their night volatility: the weekend gap. */
export const SHUT_VOLATILITY = 0.2;

/** A log volatility that returns to 0: standard deviation, and minutes until half is forgotten. */
const SLOW = { deviation: 0.3, halfLife: 480 };
const FAST = { deviation: 0.35, halfLife: 20 };
const OWN = { deviation: 0.1, halfLife: 60 };

/** State carried from one day to the next. */
export interface PathState {
  /** Log price of the underlyings, in the order of `PATHS`. */
  readonly logPrices: readonly number[];
  /** Log volatilities: slow and fast shared by futures and coins, own of each. */
  readonly slow: number;
  readonly fast: number;
  readonly ofFutures: number;
  readonly ofCoins: number;
  /** Log volatilities of gold, which shares none. */
  readonly slowOfGold: number;
  readonly fastOfGold: number;
  /** The common factor in the last slot: BTC's next move. */
  readonly lastFactor: number;
}

/** One UTC day of the underlyings. */
export interface DayPath {
  /** Price at each slot's start, and at the day's end: 17,281 values each. */
  readonly prices: Readonly<Record<PathName, Float64Array>>;
  /** Log volatility of each minute without the time of day, by kind: 0 is usual. */
  readonly heat: Readonly<Record<HeatName, Float64Array>>;
  readonly next: PathState;
}

/** The state with which the model begins. */
export function firstState(seed: number): PathState {
  const random = new SeededRandom(seed, "start");
  const ofGold = new SeededRandom(seed, "gold");
  return {
    logPrices: PATHS.map((path) => Math.log(PRICE_PATHS[path].level)),
    slow: SLOW.deviation * random.gaussian(),
    fast: FAST.deviation * random.gaussian(),
    ofFutures: OWN.deviation * random.gaussian(),
    ofCoins: OWN.deviation * random.gaussian(),
    lastFactor: random.gaussian(),
    slowOfGold: SLOW.deviation * ofGold.gaussian(),
    fastOfGold: FAST.deviation * ofGold.gaussian(),
  };
}

/**
 * Moves the underlyings through one UTC day in slots of five seconds. One common factor `f` drives ES;
 * NQ follows it at once; BTC follows it one slot later with the regime's loading; ETH follows BTC.
 * Volatility is the time of day's times a log-normal of slow, fast and own parts (stochastic volatility,
 * Taylor 1986), the same for all slots of a minute. Gold has a factor and a volatility of its own, from numbers of
 * its own, so that it changes nothing in the others.
 *
 * @param dayStart UTC midnight, epoch ms.
 * @param shift New York's minute of the day at that midnight.
 * @param isOpen whether the futures trade, a value for each minute of the day.
 */
export function walkDay(
  state: PathState,
  options: {
    seed: number;
    dayStart: number;
    shift: number;
    isOpen: Uint8Array;
    regimes: CorrelationRegimes;
  },
): DayPath {
  const { seed, dayStart, shift, isOpen, regimes } = options;
  const random = new SeededRandom(seed, "path", dayStart / DAY);
  const column = () => new Float64Array(MINUTES_A_DAY * SLOTS_A_MINUTE + 1);
  const [es, nq, btc, eth] = [column(), column(), column(), column()];
  const futures = new Float64Array(MINUTES_A_DAY), coins = new Float64Array(MINUTES_A_DAY);
  const log = [...state.logPrices] as [number, number, number, number, number];
  let { slow, fast, ofFutures, ofCoins, lastFactor } = state;
  [es, nq, btc, eth].forEach((column, i) => column[0] = Math.exp(log[i]!));
  for (let minute = 0, slot = 0; minute < MINUTES_A_DAY; minute++) {
    slow = recall(slow, SLOW, random);
    fast = recall(fast, FAST, random);
    ofFutures = recall(ofFutures, OWN, random);
    ofCoins = recall(ofCoins, OWN, random);
    const ofFuture = futures[minute] = slow + fast + ofFutures;
    const ofCoin = coins[minute] = slow + fast + ofCoins;
    const quiet = isOpen[minute] ? 1 : SHUT_VOLATILITY;
    const esStep = stepDeviation(PRICE_PATHS.ES, minute, shift, ofFuture) * quiet;
    const nqStep = stepDeviation(PRICE_PATHS.NQ, minute, shift, ofFuture) * quiet;
    const btcStep = stepDeviation(PRICE_PATHS.BTCUSDT, minute, shift, ofCoin);
    const ethStep = stepDeviation(PRICE_PATHS.ETHUSDT, minute, shift, ofCoin);
    const loading = regimes.at(dayStart + minute * MINUTE).level * LAG_CORRECTION;
    const rest = Math.sqrt(1 - loading * loading);
    for (let i = 0; i < SLOTS_A_MINUTE; i++) {
      const factor = random.gaussian();
      const ofCoin = loading * lastFactor + rest * random.gaussian();
      lastFactor = factor;
      es[++slot] = Math.exp(log[0] += esStep * factor);
      nq[slot] = Math.exp(log[1] += nqStep * mixed(NQ_WITH_ES, factor, random.gaussian()));
      btc[slot] = Math.exp(log[2] += btcStep * ofCoin);
      eth[slot] = Math.exp(log[3] += ethStep * mixed(ETH_WITH_BTC, ofCoin, random.gaussian()));
    }
  }
  const gold = walkGold(state, options);
  log[4] = gold.log;
  return {
    prices: { ES: es, NQ: nq, BTCUSDT: btc, ETHUSDT: eth, GC: gold.prices },
    heat: { futures, coins, gold: gold.heat },
    next: {
      logPrices: log,
      slow,
      fast,
      ofFutures,
      ofCoins,
      lastFactor,
      slowOfGold: gold.slow,
      fastOfGold: gold.fast,
    },
  };
}

/** One UTC day of gold, from its own numbers. */
function walkGold(
  state: PathState,
  { seed, dayStart, shift, isOpen }: {
    seed: number;
    dayStart: number;
    shift: number;
    isOpen: Uint8Array;
  },
): { prices: Float64Array; heat: Float64Array; log: number; slow: number; fast: number } {
  const random = new SeededRandom(seed, "gold path", dayStart / DAY);
  const prices = new Float64Array(MINUTES_A_DAY * SLOTS_A_MINUTE + 1);
  const heat = new Float64Array(MINUTES_A_DAY);
  let { slowOfGold: slow, fastOfGold: fast } = state;
  let log = state.logPrices[PATHS.indexOf("GC")]!;
  prices[0] = Math.exp(log);
  for (let minute = 0, slot = 0; minute < MINUTES_A_DAY; minute++) {
    slow = recall(slow, SLOW, random);
    fast = recall(fast, FAST, random);
    heat[minute] = slow + fast;
    const step = stepDeviation(PRICE_PATHS.GC, minute, shift, heat[minute]!) *
      (isOpen[minute] ? 1 : SHUT_VOLATILITY);
    for (let i = 0; i < SLOTS_A_MINUTE; i++) {
      prices[++slot] = Math.exp(log += step * random.gaussian());
    }
  }
  return { prices, heat, log, slow, fast };
}

/** Standard deviation of a log return over one slot. */
export function stepDeviation(
  { volatility, volatilityShape }: Pick<PricePath, "volatility" | "volatilityShape">,
  minuteOfDay: number,
  shift: number,
  heat: number,
): number {
  return volatility * shapeAt(volatilityShape, minuteOfDay, shift) * Math.exp(heat) /
    Math.sqrt(SLOTS_A_MINUTE);
}

/** A standard normal with correlation `r` to `x`, from an independent one. */
export function mixed(r: number, x: number, independent: number): number {
  return r * x + Math.sqrt(1 - r * r) * independent;
}

/** One minute of a first-order autoregression with the given stationary deviation. */
function recall(
  value: number,
  { deviation, halfLife }: { deviation: number; halfLife: number },
  random: SeededRandom,
): number {
  return mixed(2 ** (-1 / halfLife), value, deviation * random.gaussian());
}
