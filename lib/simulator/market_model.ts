import { DAY, floorTo, MINUTE } from "../model/time.ts";
import {
  type Activity,
  basisOf,
  futureActivity,
  type MinuteOfDay,
  shareOf,
  spotActivity,
} from "./activity.ts";
import { CorrelationRegimes } from "./correlation_regimes.ts";
import { toListing } from "./contract_months.ts";
import { ImpliedVolatility } from "./implied_volatility.ts";
import { type DayFrame, MarketDays } from "./market_days.ts";
import { MinutePrints } from "./minute_prints.ts";
import { MinuteTable } from "./minute_table.ts";
import { FollowingPaths } from "./following_paths.ts";
import { LeastRecent } from "./least_recent.ts";
import { coinOf, LISTED_COINS } from "./model_coins.ts";
import { isIndexSymbol } from "./model_indices.ts";
import {
  constantsOf,
  type FollowingPath,
  type ModelInstrument,
  type PathName,
} from "./model_instruments.ts";
import { modelFutures, SPOT_LISTINGS, spotListing } from "./model_listings.ts";
import { plantedCorrelations } from "./planted_correlations.ts";
import { BREAK_AFTER_MS, type PlantedPair, plantedPairs } from "./planted_pairs.ts";
import { MINUTES_A_DAY, SLOT_MS, SLOTS_A_MINUTE, stepDeviation } from "./price_path.ts";
import { fiveSecondBars, sumPrints, toBar, toTrades } from "./print_bars.ts";
import { RecentMinutes } from "./recent_minutes.ts";
import { SeededRandom } from "./seeded_random.ts";
import { laggedPrices, VENUE_LAG } from "./venue_lag.ts";
import { PERPETUAL_BASIS, PERPETUAL_VENUE, VenuePremiums } from "./venue_premium.ts";
import type { Listing, SimulatedBar, SimulatedTrade, SimulatedValue, Truth } from "./truth.ts";

export interface MarketModelOptions {
  /** Names the market: other seeds, other prices. @default 1 */
  readonly seed?: number;
  /** First minute it answers for, epoch ms UTC; taken down to UTC midnight. */
  readonly from: number;
  /** Mean number of trades of a spot symbol in a minute. @default 20 */
  readonly tradesPerMinute?: number;
  /** When the pair that breaks does, epoch ms UTC. @default 36 hours after `from` */
  readonly breaksAt?: number;
}

/** A stretch with the same planted correlations of one-minute log returns, by pair (`BTCUSDT/ES`). */
export interface PlantedRegime {
  readonly from: number;
  readonly to: number;
  readonly correlation: Readonly<Record<string, number>>;
}

/** The seeded market, and what was planted in it for analytics to find. */
export interface MarketModel extends Truth {
  values(symbol: string, minuteOpen: number): readonly SimulatedValue[];
  /**
   * The correlation regimes that touch `[from, to)`, cut to it. The values are those of the model's
   * unobserved prices given their volatilities; over a whole regime, traded prices show up to a twentieth
   * less, as volatility changes, trades are not simultaneous and prices move in ticks. Pairs of a future
   * hold while it trades.
   *
   * @param roots what the pairs are made of: spot symbols and roots of futures. @default BTCUSDT, ETHUSDT, ES, NQ
   * @throws {RangeError} for one that the model does not have.
   */
  planted(from: number, to: number, roots?: readonly string[]): PlantedRegime[];
  /** Pairs of coins that are cointegrated, that were until they broke, and that are only correlated. */
  readonly pairs: readonly PlantedPair[];
  /**
   * How USD-M futures (`BTCUSDT@usdm`) stand above their coin, in log price: it returns to its mean. `premium` has the
   * values.
   */
  readonly basis: typeof PERPETUAL_BASIS;
  premium(symbol: string, time: number): number;
  /** All prices of one named venue (`BTC-USD@kraken`) are those of the others, this much later. */
  readonly venueLag: typeof VENUE_LAG;
  /** BTC repeats what it shares with ES this much later. */
  readonly lead: { readonly leader: "ES"; readonly follower: "BTCUSDT"; readonly lagMs: number };
}

/** What trades under a symbol in one minute. */
interface Traded {
  readonly instrument: ModelInstrument;
  readonly activity: Activity;
  /** Price over the underlying's. */
  readonly basis: number;
}

/** Spot symbols that are remembered, and quotients of prices: more than are streamed at once. */
const KEPT_COINS = 128;
const KEPT_QUOTIENTS = 8;
const KEPT_LAGGED = 8;

/** Days and minutes of each symbol. */
const KEPT_TABLES = 8;
const KEPT_MINUTES = 16;
/** How strongly volume answers volatility. */
const VOLUME_HEAT = 0.8;
const VOLUME_NOISE = 0.35;

/**
 * A synthetic market: any coin at Binance, twelve of them listed; at IBKR every root of the products table, the two
 * nearest contract months of index futures and the listed months of the others. It runs from `from` without end. Days are generated on first use, in order, each from its own seed; only the last few are kept,
 * so memory is bounded, and the same query always has the same result.
 *
 * Planted: regimes of BTC–ES correlation that last hours; ES leading BTC by five seconds; volatility that
 * clusters and is highest in US hours; volume by time of day; Globex hours with break and weekend gap; a
 * roll in which volume passes to the dearer next active month; volatility indices DVOL, DVOL-ETH and VIX that
 * follow what BTC, ETH and ES realize. A micro has the price path of its big contract and trades of its own, a
 * bitcoin future that of BTCUSDT, MET that of ETHUSDT. RTY and YM follow ES, coins follow BTCUSDT, each with a
 * correlation of its own. USD-M futures (`BTCUSDT@usdm`) have trades of their own, a little above their coin. Kraken
 * repeats the prices of the other venues five seconds later; those move together. Two pairs of coins are cointegrated,
 * a third until it breaks. Gold is a factor of its own, correlated with nothing. There are no holidays.
 *
 * Spot symbols and USD-M futures trade in every minute. A quiet contract month, and a coin of another named venue
 * (`BTC-USD@kraken`), may have minutes without a bar.
 *
 * @throws {RangeError} for a seed, start or trade rate that cannot be used.
 *
 * @example
 * ```ts
 * import { createMarketModel } from "./market_model.ts";
 * import assert from "node:assert/strict";
 * const from = Date.UTC(2025, 11, 3);
 * const truth = createMarketModel({ seed: 1, from });
 * assert.deepEqual(truth.listings(from).slice(0, 6).map((listing) => listing.symbol), [
 *   "BTCUSDT",
 *   "ETHUSDT",
 *   "ESZ5",
 *   "ESH6",
 *   "NQZ5",
 *   "NQH6",
 * ]);
 * const parts = truth.fiveSeconds("ESZ5", from);
 * assert.equal(parts.length, 12);
 * assert.equal(parts.at(-1)?.close, truth.minute("ESZ5", from)?.close);
 * ```
 */
export function createMarketModel(options: MarketModelOptions): MarketModel {
  const { seed = 1, from, tradesPerMinute = 20 } = options;
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a whole number, got ${seed}`);
  if (!Number.isFinite(from)) throw new RangeError(`from must be epoch ms, got ${from}`);
  if (!(tradesPerMinute >= 1 && tradesPerMinute <= MOST_TRADES)) {
    throw new RangeError(
      `tradesPerMinute must be from 1 to ${MOST_TRADES}, got ${tradesPerMinute}`,
    );
  }
  const start = floorTo(from, DAY);
  const { breaksAt = start + BREAK_AFTER_MS } = options;
  if (!Number.isFinite(breaksAt)) {
    throw new RangeError(`breaksAt must be epoch ms, got ${breaksAt}`);
  }
  return new SeededMarket({ seed, from: start, tradesPerMinute, breaksAt });
}

/** More would make a day slow to draw. */
const MOST_TRADES = 1_000;

class SeededMarket implements MarketModel {
  readonly from: number;
  readonly to = Infinity;
  readonly pairs: readonly PlantedPair[];
  readonly basis = PERPETUAL_BASIS;
  readonly venueLag = VENUE_LAG;
  readonly lead = { leader: "ES", follower: "BTCUSDT", lagMs: SLOT_MS } as const;
  readonly #seed: number;
  readonly #tradesPerMinute: number;
  readonly #regimes: CorrelationRegimes;
  readonly #futures = modelFutures();
  readonly #days: MarketDays;
  /** By symbol: trades since the beginning, at each day's start. */
  readonly #tradesBefore = new LeastRecent<string, number[]>(KEPT_COINS);
  readonly #tables = new RecentMinutes<MinuteTable>(KEPT_TABLES);
  readonly #fives = new RecentMinutes<readonly SimulatedBar[]>(KEPT_MINUTES);
  readonly #trades = new RecentMinutes<readonly SimulatedTrade[]>(KEPT_MINUTES);
  readonly #prints = new MinutePrints();
  readonly #implied: ImpliedVolatility;
  readonly #following: FollowingPaths;
  readonly #coins = new LeastRecent<string, ModelInstrument | undefined>(KEPT_COINS);
  readonly #quotients = new LeastRecent<string, Float64Array>(KEPT_QUOTIENTS);
  readonly #lagged = new LeastRecent<string, Float64Array>(KEPT_LAGGED);
  readonly #listedCoins: readonly Listing[];
  readonly #premiums: VenuePremiums;

  constructor({ seed, from, tradesPerMinute, breaksAt }: Required<MarketModelOptions>) {
    this.from = from;
    this.pairs = plantedPairs(breaksAt);
    this.#seed = seed;
    this.#tradesPerMinute = tradesPerMinute;
    this.#premiums = new VenuePremiums(seed);
    this.#regimes = new CorrelationRegimes({ seed, from });
    this.#days = new MarketDays({ seed, from, regimes: this.#regimes });
    this.#implied = new ImpliedVolatility({ seed, from, days: this.#days });
    this.#following = new FollowingPaths({ seed, from, breaksAt, days: this.#days });
    this.#listedCoins = LISTED_COINS.map((symbol) => spotListing(this.#coin(symbol)!));
  }

  listings(at: number): readonly Listing[] {
    return [
      ...SPOT_LISTINGS,
      ...this.#futures.flatMap(({ months }) => months.at(at).map(toListing)),
      ...this.#listedCoins,
    ];
  }

  listing(symbol: string, at: number): Listing | undefined {
    const coin = this.#coin(symbol);
    if (coin !== undefined) return spotListing(coin);
    for (const { months } of this.#futures) {
      const month = months.find(symbol, at);
      if (month !== undefined) return toListing(month);
    }
    return undefined;
  }

  minute(symbol: string, openTime: number): SimulatedBar | undefined {
    if (isIndexSymbol(symbol)) {
      return this.#isMinute(openTime) ? this.#implied.minute(symbol, openTime) : undefined;
    }
    const traded = this.#traded(symbol, openTime);
    if (traded === undefined) return undefined;
    const bar = this.#table(symbol, this.#days.frame(openTime)).get(minuteOfDay(openTime));
    return bar && toBar(openTime, bar, traded.instrument);
  }

  fiveSeconds(symbol: string, minuteOpen: number): readonly SimulatedBar[] {
    return this.#fives.get(symbol, minuteOpen, () => {
      const traded = this.#traded(symbol, minuteOpen);
      if (traded === undefined || !this.#draw(symbol, minuteOpen, traded)) return [];
      return fiveSecondBars(this.#prints, minuteOpen, traded.instrument);
    });
  }

  trades(symbol: string, minuteOpen: number): readonly SimulatedTrade[] {
    return this.#trades.get(symbol, minuteOpen, () => {
      const traded = this.#traded(symbol, minuteOpen);
      if (traded === undefined) return [];
      const firstId = this.#firstId(symbol, minuteOpen);
      if (!this.#draw(symbol, minuteOpen, traded)) return [];
      return toTrades(this.#prints, minuteOpen, firstId, traded.instrument);
    });
  }

  values(symbol: string, minuteOpen: number): readonly SimulatedValue[] {
    if (!isIndexSymbol(symbol) || !this.#isMinute(minuteOpen)) return [];
    return this.#implied.values(symbol, minuteOpen);
  }

  isOpen(symbol: string, minuteOpen: number): boolean {
    if (isIndexSymbol(symbol)) {
      return this.#isMinute(minuteOpen) && this.#implied.isPublished(symbol, minuteOpen);
    }
    return this.#traded(symbol, minuteOpen) !== undefined;
  }

  planted(
    from: number,
    to: number,
    roots: readonly string[] = ["BTCUSDT", "ETHUSDT", "ES", "NQ"],
  ): PlantedRegime[] {
    const instruments = roots.map((root) => {
      const found = this.#coin(root) ??
        this.#futures.find(({ instrument }) => instrument.root === root)?.instrument;
      if (found !== undefined) return found;
      throw new RangeError(`roots must be spot symbols or roots of futures, got ${root}`);
    });
    return this.#regimes.between(from, to).map(({ from, to, level }) => ({
      from,
      to,
      correlation: plantedCorrelations(instruments, level),
    }));
  }

  premium(symbol: string, time: number): number {
    const coin = this.#coin(symbol);
    return coin === undefined ? 1 : this.#premiums.of(coin, time);
  }

  /** The coin of a spot symbol. */
  #coin(symbol: string): ModelInstrument | undefined {
    return this.#coins.get(symbol, () => coinOf(this.#seed, symbol));
  }

  /** Prices of a day, at each slot's start, as its venue has them. */
  #prices(instrument: ModelInstrument, dayStart: number): Float64Array {
    const { root, venue } = instrument;
    if (venue !== VENUE_LAG.follower) return this.#priced(instrument, dayStart);
    return this.#lagged.get(`${root} ${dayStart}`, () => {
      const before = dayStart - DAY;
      return laggedPrices(
        this.#priced(instrument, dayStart),
        before < this.from ? undefined : this.#priced(instrument, before),
      );
    });
  }

  /** In what the instrument is priced in. */
  #priced({ root, path, quote }: ModelInstrument, dayStart: number): Float64Array {
    if (quote === undefined) return this.#pathPrices(path, dayStart);
    return this.#quotients.get(`${root} ${dayStart}`, () => {
      const base = this.#pathPrices(path, dayStart), unit = this.#pathPrices(quote, dayStart);
      return base.map((price, slot) => price / unit[slot]!);
    });
  }

  #pathPrices(path: PathName | FollowingPath, dayStart: number): Float64Array {
    return typeof path === "string"
      ? this.#days.path(dayStart).prices[path]
      : this.#following.prices(path, dayStart);
  }

  #isMinute(openTime: number): boolean {
    return openTime >= this.from && openTime % MINUTE === 0;
  }

  /** Undefined before the beginning, for a symbol that is not listed, and while its market is shut. */
  #traded(symbol: string, minuteOpen: number): Traded | undefined {
    if (!this.#isMinute(minuteOpen)) return undefined;
    const { shift, isWeekend, isOpen } = this.#days.frame(minuteOpen);
    const minute = minuteOfDay(minuteOpen);
    const when: MinuteOfDay = { minute, shift, isWeekend };
    const spot = this.#coin(symbol);
    if (spot !== undefined) {
      return {
        instrument: spot,
        basis: this.#premiums.of(spot, minuteOpen) / (spot.unit ?? 1),
        activity: spotActivity(spot, when, this.#tradesPerMinute),
      };
    }
    for (const { instrument, months } of this.#futures) {
      const month = months.find(symbol, minuteOpen);
      if (month === undefined) continue;
      if (isOpen(months.product.calendar)[minute] === 0) return undefined;
      const share = shareOf(month, months.leading(minuteOpen), minuteOpen);
      const activity = futureActivity(instrument, when, share);
      return { instrument, activity, basis: basisOf(month, minuteOpen) };
    }
    return undefined;
  }

  /** The minute's own numbers; the first of them decide how many trades there are. */
  #count(symbol: string, minuteOpen: number, traded: Traded) {
    const random = new SeededRandom(this.#seed, symbol, minuteOpen / MINUTE);
    const count = random.poisson(traded.activity.trades);
    const { kind, venue } = traded.instrument;
    const isBusy = venue === undefined || venue === PERPETUAL_VENUE;
    const least = kind === "crypto" && isBusy ? 1 : 0;
    return { random, count: Math.max(least, count) };
  }

  /** Draws the minute's trades into the shared buffer; false when nothing traded. */
  #draw(symbol: string, minuteOpen: number, traded: Traded): boolean {
    const { random, count } = this.#count(symbol, minuteOpen, traded);
    if (count === 0) return false;
    const { instrument, activity, basis } = traded;
    const { start, shift } = this.#days.frame(minuteOpen);
    const constants = constantsOf(instrument.path);
    const prices = this.#prices(instrument, start);
    const minute = minuteOfDay(minuteOpen);
    const heat = this.#days.path(start).heat[constants.heat][minute]!;
    const volume = activity.volume * count / activity.trades *
      Math.exp(VOLUME_HEAT * heat + VOLUME_NOISE * random.gaussian());
    this.#prints.draw(random, {
      prices,
      slot: minute * SLOTS_A_MINUTE,
      deviation: stepDeviation(constants, minute, shift, heat),
      ticks: instrument.ticksPerUnit * basis,
      steps: volume * instrument.stepsPerUnit,
      count,
    });
    return true;
  }

  #table(symbol: string, { start }: DayFrame): MinuteTable {
    return this.#tables.get(symbol, start, () => {
      const table = new MinuteTable();
      for (let minute = 0; minute < MINUTES_A_DAY; minute++) {
        const openTime = start + minute * MINUTE;
        const traded = this.#traded(symbol, openTime);
        if (traded === undefined || !this.#draw(symbol, openTime, traded)) continue;
        table.set(minute, sumPrints(this.#prints, 0, this.#prints.count));
      }
      return table;
    });
  }

  #firstId(symbol: string, minuteOpen: number): number {
    const frame = this.#days.frame(minuteOpen);
    const day = (frame.start - this.from) / DAY;
    const before = this.#tradesBefore.get(symbol, () => [0]);
    while (before.length <= day) {
      const start = this.from + (before.length - 1) * DAY;
      before.push(before.at(-1)! + this.#tradesOfDay(symbol, start));
    }
    return 1 + before[day]! + this.#table(symbol, frame).tradesBefore(minuteOfDay(minuteOpen));
  }

  /** Counted without prices, so that ids of a far day need no tables of the days before. */
  #tradesOfDay(symbol: string, start: number): number {
    let sum = 0;
    for (let minute = start; minute < start + DAY; minute += MINUTE) {
      const traded = this.#traded(symbol, minute);
      if (traded !== undefined) sum += this.#count(symbol, minute, traded).count;
    }
    return sum;
  }
}

function minuteOfDay(time: number): number {
  return Math.floor(time % DAY / MINUTE);
}
