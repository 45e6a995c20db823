import { floorTo, MINUTE } from "../model/time.ts";
import { LeastRecent } from "./least_recent.ts";
import { RecentMinutes } from "./recent_minutes.ts";
import type { TradeSource } from "./trade_pages.ts";
import type { Listing, SimulatedBar, SimulatedTrade, Truth } from "./truth.ts";

/** Of each symbol. */
const KEPT_MINUTES = 512;
const KEPT_BARS = 2_048;
/** How far back the last trade of a quiet market is looked for, minutes. */
const MOST_QUIET = 24 * 60;

/** The truth as a venue of pairs has it: by `BTC-USD`, with trades of this venue's own. */
export class TradeBook implements TradeSource {
  readonly truth: Truth;
  readonly #venue: string;
  readonly #trades = new RecentMinutes<readonly SimulatedTrade[]>(KEPT_MINUTES);
  readonly #bars = new LeastRecent<string, SimulatedBar | null>(KEPT_BARS);

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

  trades(pair: string, minuteOpen: number): readonly SimulatedTrade[] {
    if (!this.#knows(minuteOpen)) return [];
    const symbol = this.#symbol(pair);
    return this.#trades.get(symbol, minuteOpen, () => this.truth.trades(symbol, minuteOpen));
  }

  /** The minute that opens then as it is known at `at`; undefined while nothing has traded in it. */
  minute(pair: string, openTime: number, at: number): SimulatedBar | undefined {
    if (!this.#knows(openTime) || openTime > at) return undefined;
    if (openTime + MINUTE <= at) {
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

  #symbol(pair: string): string {
    return `${pair}@${this.#venue}`;
  }

  #knows(time: number): boolean {
    return time >= this.truth.from && time < this.truth.to;
  }
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
