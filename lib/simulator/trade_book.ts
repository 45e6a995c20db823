import { floorTo, type Interval, MINUTE } from "../model/time.ts";
import { LeastRecent } from "./least_recent.ts";
import { RecentMinutes } from "./recent_minutes.ts";
import type { TradeSource } from "./trade_pages.ts";
import type { Listing, SimulatedBar, SimulatedTrade, Truth } from "./truth.ts";

/** Of each symbol. */
const KEPT_MINUTES = 512;
const KEPT_BARS = 2_048;
/** How far back the last trade of a quiet market is looked for, minutes. */
const MOST_QUIET = 24 * 60;

/** A stretch in which a venue lets nothing trade, `[from, to)`. */
export interface Halt extends Interval {
  /** Undefined for all of its pairs. */
  readonly pair: string | undefined;
}

/**
 * The truth as a venue of pairs has it: by `BTC-USD`, with trades of this venue's own, and none while it lets nothing
 * trade. The ids of later ones go on from the last before.
 */
export class TradeBook implements TradeSource {
  readonly truth: Truth;
  #halts: readonly Halt[] = [];
  readonly #venue: string;
  readonly #trades = new RecentMinutes<readonly SimulatedTrade[]>(KEPT_MINUTES);
  readonly #bars = new LeastRecent<string, SimulatedBar | null>(KEPT_BARS);
  /** Those of minutes in and after a halt. */
  #made = new RecentMinutes<readonly SimulatedTrade[]>(KEPT_MINUTES);

  constructor(truth: Truth, venue: string) {
    this.truth = truth;
    this.#venue = venue;
  }

  /** What the venue says of a pair; undefined when it does not list it. */
  listing(pair: string, at: number): Listing | undefined {
    const symbol = this.#symbol(pair), minute = floorTo(at, MINUTE);
    const listed = this.truth.listing?.(symbol, minute) ??
      this.truth.listings(minute).find((one) => one.symbol === symbol);
    return listed?.kind === "crypto" ? listed : undefined;
  }

  get halts(): readonly Halt[] {
    return this.#halts;
  }

  /** From now on nothing trades for a while. @param halt begins no earlier than what was asked for so far. */
  halt(halt: Halt): void {
    this.#halts = [...this.#halts, halt];
    this.#made = new RecentMinutes(KEPT_MINUTES);
  }

  /** What was halted trades again from then on. @param pair undefined for what was halted for all. */
  resume(pair: string | undefined, at: number): void {
    this.#halts = this.#halts.map((halt) =>
      halt.pair === pair ? { ...halt, to: Math.min(halt.to, at) } : halt
    );
    this.#made = new RecentMinutes(KEPT_MINUTES);
  }

  trades(pair: string, minuteOpen: number): readonly SimulatedTrade[] {
    if (!this.#knows(minuteOpen)) return [];
    const first = this.#haltsOf(pair)[0]?.from ?? Infinity;
    return minuteOpen + MINUTE <= first
      ? this.#planned(pair, minuteOpen)
      : this.#made.get(this.#symbol(pair), minuteOpen, () => this.#tradesMade(pair, minuteOpen));
  }

  /** The minute that opens then as it is known at `at`; undefined while nothing has traded in it. */
  minute(pair: string, openTime: number, at: number): SimulatedBar | undefined {
    if (!this.#knows(openTime) || openTime > at) return undefined;
    const isHalted = this.#haltsOf(pair)
      .some(({ from, to }) => from < openTime + MINUTE && to > openTime);
    if (openTime + MINUTE <= at && !isHalted) {
      const symbol = this.#symbol(pair);
      const make = () => this.truth.minute(symbol, openTime) ?? null;
      return this.#bars.get(`${symbol} ${openTime}`, make) ?? undefined;
    }
    return barOf(openTime, this.trades(pair, openTime).filter(({ time }) => time <= at));
  }

  /** The newest trade by then. */
  newest(pair: string, at: number): SimulatedTrade | undefined {
    let minute = floorTo(at, MINUTE);
    for (let i = 0; i < MOST_QUIET && this.#knows(minute); i++, minute -= MINUTE) {
      const found = this.trades(pair, minute).findLast(({ time }) => time <= at);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Those of the truth, which knows of no halt. */
  #planned(pair: string, minuteOpen: number): readonly SimulatedTrade[] {
    const symbol = this.#symbol(pair);
    return this.#trades.get(symbol, minuteOpen, () => this.truth.trades(symbol, minuteOpen));
  }

  #tradesMade(pair: string, minuteOpen: number): SimulatedTrade[] {
    const halts = this.#haltsOf(pair);
    const isMade = ({ time }: SimulatedTrade) =>
      !halts.some(({ from, to }) => time >= from && time < to);
    const minutes = new Set(halts.flatMap(({ from, to }) => minutesOf(from, to)));
    let unmade = 0;
    for (const minute of minutes) {
      if (minute >= minuteOpen) continue;
      unmade += this.#planned(pair, minute).filter((trade) => !isMade(trade)).length;
    }
    const planned = this.#planned(pair, minuteOpen);
    return planned.filter(isMade).map((trade) => {
      const before = planned.filter((other) => other.id < trade.id && !isMade(other)).length;
      return { ...trade, id: trade.id - unmade - before };
    });
  }

  #haltsOf(pair: string): Halt[] {
    return this.#halts.filter((halt) => halt.pair === undefined || halt.pair === pair);
  }

  #symbol(pair: string): string {
    return `${pair}@${this.#venue}`;
  }

  #knows(time: number): boolean {
    return time >= this.truth.from && time < this.truth.to;
  }
}

/** Open times of the minutes that a stretch touches. */
function minutesOf(from: number, to: number): number[] {
  const first = floorTo(from, MINUTE);
  return Array.from({ length: Math.ceil((to - first) / MINUTE) }, (_, i) => first + i * MINUTE);
}

/** Sizes have at most so many decimals. */
const DECIMALS = 8;

function barOf(openTime: number, trades: readonly SimulatedTrade[]): SimulatedBar | undefined {
  const [first] = trades, last = trades.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const prices = trades.map(({ price }) => price);
  const volume = trades.reduce((sum, { size }) => sum + size, 0);
  const money = trades.reduce((sum, { size, price }) => sum + size * price, 0);
  return {
    openTime,
    open: first.price,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: last.price,
    volume: Number(volume.toFixed(DECIMALS)),
    trades: trades.length,
    vwap: money / volume,
  };
}
