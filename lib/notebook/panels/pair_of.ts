import type { Market } from "../../market/market.ts";
import type { Pair } from "../../market/correlation_board.ts";

/** A market's pair by its name; without a name the first. @throws {RangeError} for an unknown one. */
export function pairOf(market: Pick<Market, "pairs">, name: string | undefined): Pair {
  const pair = name === undefined ? market.pairs[0] : market.pairs.find((one) => one.name === name);
  if (pair !== undefined) return pair;
  const known = market.pairs.map((one) => one.name).join(", ") ||
    "none, as it takes two instruments";
  throw new RangeError(`pair must be one of ${known}; got ${name}`);
}

/** The instruments of a market's first pair: Bitcoin above ES by default; all where there is no pair. */
export function firstPair(market: Pick<Market, "pairs" | "instruments">): readonly string[] {
  const [pair] = market.pairs;
  return pair === undefined ? market.instruments.map(({ id }) => id) : [pair.a, pair.b];
}
