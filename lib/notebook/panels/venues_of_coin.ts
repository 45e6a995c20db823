import { venueTitle } from "../../feeds/venues.ts";
import type { Market } from "../../market/market.ts";
import { assetsOf, type Instrument } from "../../model/instrument.ts";

/** Markets of one coin that are followed, in the market's order. */
export interface VenuesOfCoin {
  /** `BTC`; empty where no coin is followed at two venues and none is named. */
  readonly coin: string;
  readonly instruments: readonly Instrument[];
}

/** Lines that a reader can distinguish. */
export const MOST_VENUES = 6;

/**
 * Where a coin is followed, six markets at most.
 *
 * @param coin @default the first that is followed twice
 */
export function venuesOfCoin(
  { instruments }: Pick<Market, "instruments">,
  coin?: string,
): VenuesOfCoin {
  const coins = instruments.filter(({ kind }) => kind === "crypto");
  const of = (name: string) => coins.filter((one) => assetsOf(one).base === name);
  const found = coin ?? coins.map((one) => assetsOf(one).base).find((one) => of(one).length > 1);
  return found === undefined
    ? { coin: "", instruments: [] }
    : { coin: found, instruments: of(found).slice(0, MOST_VENUES) };
}

/** `Kraken`; with what a price is in where a venue has two: `Binance USDT`. */
export function venueNames(instruments: readonly Instrument[]): readonly string[] {
  const titles = instruments.map(({ venue }) => venueTitle(venue));
  return instruments.map((one, i) => {
    const title = titles[i]!;
    const isAlone = titles.indexOf(title) === titles.lastIndexOf(title);
    return isAlone ? title : `${title} ${assetsOf(one).quote ?? one.currency}`;
  });
}

/** Of Bitcoin, as examples. */
const OTHER_MARKETS = ["BTCUSDT@usdm", "BTC-USD@coinbase", "BTC-USD@kraken"];

/** What to do where no coin is followed at two venues. */
export function oneMarketText(
  { instruments, advice }: Pick<Market, "instruments" | "advice">,
): string {
  const followed = instruments.map(({ id }) => id).join(", ");
  return `It takes one coin at two venues; followed are ${followed}. ` +
    `To add it at another: ${advice.followOne(OTHER_MARKETS)}.`;
}
