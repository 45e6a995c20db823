import { DAY, MINUTE, SECOND } from "../model/time.ts";
import type { CorrelationRegimes } from "./correlation_regimes.ts";
import { shapeAt } from "./intraday.ts";
import { MODEL_INSTRUMENTS, type Root, ROOTS } from "./model_instruments.ts";
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

/** Everything the next day needs to know of the days before. */
export interface PathState {
  /** Log price of the underlyings, in the order of `ROOTS`. */
  readonly logPrices: readonly number[];
  /** Log volatilities: slow and fast shared by all, own of futures and of coins. */
  readonly slow: number;
  readonly fast: number;
  readonly ofFutures: number;
  readonly ofCoins: number;
  /** The common factor in the last slot: BTC's next move. */
  readonly lastFactor: number;
}

/** One UTC day of the underlyings. */
export interface DayPath {
  /** Price at each slot's start, and at the day's end: 17,281 values each. */
  readonly prices: Readonly<Record<Root, Float64Array>>;
  /** Log volatility of each minute without the time of day, by kind: 0 is usual. */
  readonly heat: { readonly ibkr: Float64Array; readonly binance: Float64Array };
  readonly next: PathState;
}

/** The state with which the model begins. */
export function firstState(seed: number): PathState {
  const random = new SeededRandom(seed, "start");
  return {
    logPrices: ROOTS.map((root) => Math.log(MODEL_INSTRUMENTS[root].level)),
    slow: SLOW.deviation * random.gaussian(),
    fast: FAST.deviation * random.gaussian(),
    ofFutures: OWN.deviation * random.gaussian(),
    ofCoins: OWN.deviation * random.gaussian(),
    lastFactor: random.gaussian(),
  };
}

/**
 * Moves the underlyings through one UTC day in slots of five seconds. One common factor `f` drives ES;
 * NQ follows it at once; BTC follows it one slot later with the regime's loading; ETH follows BTC.
 * Volatility is the time of day's times a log-normal of slow, fast and own parts (stochastic volatility,
 * Taylor 1986), the same for all slots of a minute.
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
  const columns = ROOTS.map(() => new Float64Array(MINUTES_A_DAY * SLOTS_A_MINUTE + 1));
  const [es, nq, btc, eth] = columns as [Float64Array, Float64Array, Float64Array, Float64Array];
  const heat = { ibkr: new Float64Array(MINUTES_A_DAY), binance: new Float64Array(MINUTES_A_DAY) };
  const log = [...state.logPrices] as [number, number, number, number];
  let { slow, fast, ofFutures, ofCoins, lastFactor } = state;
  columns.forEach((column, i) => column[0] = Math.exp(log[i]!));
  for (let minute = 0, slot = 0; minute < MINUTES_A_DAY; minute++) {
    slow = recall(slow, SLOW, random);
    fast = recall(fast, FAST, random);
    ofFutures = recall(ofFutures, OWN, random);
    ofCoins = recall(ofCoins, OWN, random);
    heat.ibkr[minute] = slow + fast + ofFutures;
    heat.binance[minute] = slow + fast + ofCoins;
    const [esStep, nqStep, btcStep, ethStep] = ROOTS.map((root) =>
      stepDeviation(root, minute, shift, heat[MODEL_INSTRUMENTS[root].venue][minute]!) *
      (root === "ES" || root === "NQ" ? (isOpen[minute] ? 1 : SHUT_VOLATILITY) : 1)
    ) as [number, number, number, number];
    const loading = regimes.at(dayStart + minute * MINUTE).level * LAG_CORRECTION;
    const rest = Math.sqrt(1 - loading * loading);
    for (let i = 0; i < SLOTS_A_MINUTE; i++) {
      const factor = random.gaussian();
      const coins = loading * lastFactor + rest * random.gaussian();
      lastFactor = factor;
      es[++slot] = Math.exp(log[0] += esStep * factor);
      nq[slot] = Math.exp(log[1] += nqStep * mixed(NQ_WITH_ES, factor, random.gaussian()));
      btc[slot] = Math.exp(log[2] += btcStep * coins);
      eth[slot] = Math.exp(log[3] += ethStep * mixed(ETH_WITH_BTC, coins, random.gaussian()));
    }
  }
  const next = { logPrices: log, slow, fast, ofFutures, ofCoins, lastFactor };
  return { prices: { ES: es, NQ: nq, BTCUSDT: btc, ETHUSDT: eth }, heat, next };
}

/** Standard deviation of a log return over one slot. */
export function stepDeviation(
  root: Root,
  minuteOfDay: number,
  shift: number,
  heat: number,
): number {
  const { volatility, volatilityShape } = MODEL_INSTRUMENTS[root];
  return volatility * shapeAt(volatilityShape, minuteOfDay, shift) * Math.exp(heat) /
    Math.sqrt(SLOTS_A_MINUTE);
}

/** A standard normal with correlation `r` to `x`, from an independent one. */
function mixed(r: number, x: number, independent: number): number {
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
