import { globexEquityIndex } from "../calendar/globex.ts";
import { DAY, floorTo, MINUTE, SECOND } from "../model/time.ts";
import { shapeAt } from "./intraday.ts";
import { LeastRecent } from "./least_recent.ts";
import type { DayFrame, MarketDays } from "./market_days.ts";
import { type IndexSymbol, INDICES, MODEL_INDICES } from "./model_indices.ts";
import { PRICE_PATHS } from "./model_instruments.ts";
import { MINUTES_A_DAY, SHUT_VOLATILITY, SLOTS_A_MINUTE } from "./price_path.ts";
import { SeededRandom } from "./seeded_random.ts";
import type { SimulatedBar, SimulatedValue } from "./truth.ts";

/** Minutes until half of what was realized is forgotten. */
const REALIZED_HALF_LIFE = 720;
/** Half-life, in minutes, of the index's approach to the level that realized volatility implies. */
const INDEX_HALF_LIFE = 45;
/** Standard deviations of the index's own log moves over a minute, and within it over a second. */
const MINUTE_NOISE = 1.5e-3;
const SECOND_NOISE = 1.8e-4;
/** Values have two decimals. */
const STEPS_A_POINT = 100;
/** Longest delay of a value after its second. */
const LATEST_MS = 300;
const SECONDS_A_MINUTE = MINUTE / SECOND;

const KEPT_DAYS = 4;
const KEPT_MINUTES = 16;

/** State carried from one day to the next. */
interface IndexState {
  /** Variance of a plain minute, smoothed. */
  readonly realized: number;
  /** Log of the index. */
  readonly level: number;
}

type States = Readonly<Record<IndexSymbol, IndexState>>;
/** Log level at each minute's start, and at the day's end. */
type Levels = Readonly<Record<IndexSymbol, Float64Array>>;

/**
 * Volatility indices over the model's prices. Each takes the variance that its underlying realizes in slots of
 * five seconds, takes the time of day out of it and smooths it with a half-life of twelve hours; annualized and
 * with a premium this is where the index is drawn to, with a half-life of 45 minutes (an
 * Ornstein–Uhlenbeck process in logs). Between two minutes the values move about once a second on a Brownian
 * bridge. Nothing looks ahead: a value rests on prices of the minutes before its own.
 */
export class ImpliedVolatility {
  readonly #seed: number;
  readonly #from: number;
  readonly #days: MarketDays;
  readonly #states: States[];
  readonly #levels = new LeastRecent<number, Levels>(KEPT_DAYS);
  readonly #values: Readonly<Record<IndexSymbol, LeastRecent<number, readonly SimulatedValue[]>>>;

  /** @param options.from UTC midnight of the first day. */
  constructor(options: { seed: number; from: number; days: MarketDays }) {
    this.#seed = options.seed;
    this.#from = options.from;
    this.#days = options.days;
    this.#states = [recordOf(firstState)];
    this.#values = recordOf(() => new LeastRecent(KEPT_MINUTES));
  }

  /** True when values are published in the minute. */
  isPublished(symbol: IndexSymbol, minuteOpen: number): boolean {
    const { shift, isWeekend } = this.#days.frame(minuteOpen);
    const minuteOfDay = (minuteInDay(minuteOpen) + shift) % MINUTES_A_DAY;
    return MODEL_INDICES[symbol].isPublished(minuteOfDay, isWeekend);
  }

  /** Values that are published in the minute, in time order. */
  values(symbol: IndexSymbol, minuteOpen: number): readonly SimulatedValue[] {
    return this.#values[symbol].get(
      minuteOpen,
      () => this.isPublished(symbol, minuteOpen) ? this.#draw(symbol, minuteOpen) : [],
    );
  }

  /** Open, high, low and close of the minute's values. */
  minute(symbol: IndexSymbol, openTime: number): SimulatedBar | undefined {
    const values = this.values(symbol, openTime).map(({ value }) => value);
    const [open] = values;
    if (open === undefined) return undefined;
    return {
      openTime,
      open,
      high: Math.max(...values),
      low: Math.min(...values),
      close: values.at(-1)!,
      volume: NaN,
      trades: 0,
      vwap: NaN,
    };
  }

  #draw(symbol: IndexSymbol, minuteOpen: number): SimulatedValue[] {
    const levels = this.#levelsOf(floorTo(minuteOpen, DAY))[symbol];
    const minute = minuteInDay(minuteOpen);
    const from = levels[minute]!, to = levels[minute + 1]!;
    const random = new SeededRandom(this.#seed, symbol, minuteOpen / MINUTE);
    const walk = [0];
    for (let i = 0; i < SECONDS_A_MINUTE; i++) {
      walk.push(walk[i]! + SECOND_NOISE * random.gaussian());
    }
    const end = walk.at(-1)!;
    const step = MODEL_INDICES[symbol].everyMs / SECOND;
    const values: SimulatedValue[] = [];
    for (let i = 0; i < SECONDS_A_MINUTE; i++) {
      const lateMs = Math.floor(random.next() * LATEST_MS);
      if (i % step !== 0) continue;
      const share = i / SECONDS_A_MINUTE;
      const log = from + (to - from) * share + walk[i]! - end * share;
      const value = Math.round(Math.exp(log) * STEPS_A_POINT) / STEPS_A_POINT;
      values.push({ time: minuteOpen + i * SECOND + lateMs, value });
    }
    return values;
  }

  #levelsOf(dayStart: number): Levels {
    return this.#levels.get(dayStart, () => {
      const day = (dayStart - this.#from) / DAY;
      while (this.#states.length <= day) {
        this.#states.push(this.#walk(this.#states.length - 1).next);
      }
      return this.#walk(day).levels;
    });
  }

  #walk(day: number): { readonly levels: Levels; readonly next: States } {
    const start = this.#from + day * DAY;
    const frame = this.#days.frame(start);
    const { prices } = this.#days.path(start);
    const levels = recordOf(() => new Float64Array(MINUTES_A_DAY + 1));
    const next = recordOf((symbol) => {
      const random = new SeededRandom(this.#seed, "implied", symbol, day);
      const state = this.#states[day]![symbol];
      return walkIndex(
        symbol,
        state,
        { prices: prices[MODEL_INDICES[symbol].path], frame, random },
        levels[symbol],
      );
    });
    return { levels, next };
  }
}

/** Moves one index through a day. */
function walkIndex(
  symbol: IndexSymbol,
  state: IndexState,
  { prices, frame, random }: { prices: Float64Array; frame: DayFrame; random: SeededRandom },
  levels: Float64Array,
): IndexState {
  const forget = 1 - 2 ** (-1 / REALIZED_HALF_LIFE);
  const keep = 2 ** (-1 / INDEX_HALF_LIFE);
  let { realized, level } = state;
  levels[0] = level;
  for (let minute = 0; minute < MINUTES_A_DAY; minute++) {
    realized += forget * (plainVariance(symbol, prices, frame, minute) - realized);
    const drawn = levelOf(symbol, realized);
    level = drawn + (level - drawn) * keep + MINUTE_NOISE * random.gaussian();
    levels[minute + 1] = level;
  }
  return { realized, level };
}

/** Variance that the underlying realized in a minute, over that minute's usual share of a plain one. */
function plainVariance(
  symbol: IndexSymbol,
  prices: Float64Array,
  { shift, isOpen }: DayFrame,
  minute: number,
): number {
  const { volatilityShape, heat } = PRICE_PATHS[MODEL_INDICES[symbol].path];
  let sum = 0;
  for (let slot = minute * SLOTS_A_MINUTE; slot < (minute + 1) * SLOTS_A_MINUTE; slot++) {
    const move = Math.log(prices[slot + 1]! / prices[slot]!);
    sum += move * move;
  }
  const isShut = heat === "futures" && isOpen(globexEquityIndex)[minute] === 0;
  const usual = shapeAt(volatilityShape, minute, shift) * (isShut ? SHUT_VOLATILITY : 1);
  return sum / (usual * usual);
}

/** Log of the index that goes with a variance of a plain minute, in per cent a year. */
function levelOf(symbol: IndexSymbol, variance: number): number {
  const { plainMinutes, premium } = MODEL_INDICES[symbol];
  return Math.log(100 * premium * Math.sqrt(variance * plainMinutes));
}

function firstState(symbol: IndexSymbol): IndexState {
  const { volatility } = PRICE_PATHS[MODEL_INDICES[symbol].path];
  const realized = volatility * volatility;
  return { realized, level: levelOf(symbol, realized) };
}

function recordOf<T>(make: (symbol: IndexSymbol) => T): Record<IndexSymbol, T> {
  return Object.fromEntries(INDICES.map((symbol) => [symbol, make(symbol)])) as Record<
    IndexSymbol,
    T
  >;
}

function minuteInDay(time: number): number {
  return Math.floor(time % DAY / MINUTE);
}
