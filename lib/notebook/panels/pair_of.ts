import type { Market } from "../../market/market.ts";
import type { Pair } from "../../market/correlation_board.ts";
import { plainError } from "../plain_error.ts";
import { assertFollowed } from "./not_followed.ts";

/**
 * A market's pair by its name; without a name the first.
 *
 * @throws {RangeError} for an unknown one: which side is not followed and what to add where, or which pairs there are.
 */
export function pairOf(market: Market, name: string | undefined): Pair {
  const pair = name === undefined ? market.pairs[0] : market.pairs.find((one) => one.name === name);
  if (pair !== undefined) return pair;
  const sides = typeof name === "string" ? name.split("/") : [];
  if (sides.length === 2) assertFollowed(market, sides);
  assertPairs(market);
  const known = market.pairs.map((one) => one.name).join(", ");
  throw plainError(new RangeError(`pair must be one of ${known}; got ${name}`));
}

/** @throws {RangeError} for a market that has no pair at all, saying what to do. */
export function assertPairs({ pairs, instruments }: Pick<Market, "pairs" | "instruments">): void {
  if (pairs.length > 0) return;
  const followed = instruments.map(({ id }) => id).join(", ") || "nothing";
  const rule = "it takes two that trade, or two that correlation.pairs names";
  throw plainError(new RangeError(`there is no pair: ${rule}; followed: ${followed}`));
}

/** The instruments of a market's first pair: Bitcoin above ES by default; all where there is no pair. */
export function firstPair(market: Pick<Market, "pairs" | "instruments">): readonly string[] {
  const [pair] = market.pairs;
  return pair === undefined ? market.instruments.map(({ id }) => id) : [pair.a, pair.b];
}
