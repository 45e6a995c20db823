import type { Market } from "../../market/market.ts";
import { SECOND } from "../../model/time.ts";
import type { SecondPrices } from "../../sync/studies/second_prices.ts";

/** Of the market's one-second bars; empty where it has none. */
export function secondPricesOf(market: Market, id: string): SecondPrices {
  const bars = market.bars(id, { timeframe: "1s" });
  return {
    time: Float64Array.from(bars, ({ openTime }) => openTime + SECOND),
    price: Float64Array.from(bars, ({ close }) => Math.log(close)),
  };
}
