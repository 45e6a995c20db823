import { venueOf } from "../../feeds/venues.ts";
import type { Market } from "../../market/market.ts";
import type { Instrument } from "../../model/instrument.ts";
import { plainError } from "../plain_error.ts";

/**
 * Checks that a market follows what a panel is asked to show.
 *
 * @throws {RangeError} naming each that it does not follow, and what to add where; in one line, without a stack.
 */
export function assertFollowed(market: Market, ids: readonly string[]): void {
  const followed = market.instruments.map(({ id }) => id);
  const missing = ids.filter((id) => !followed.includes(id));
  if (missing.length === 0) return;
  const known = followed.length === 0 ? "nothing" : followed.join(", ");
  const advice = market.source === "stored"
    ? [`Nothing of ${missing.join(", ")} is stored: deno task store import or fetch brings it.`]
    : missing.map((id) => adviceOf(id, market));
  throw plainError(
    new RangeError(
      `instruments must be of ${known}, got ${missing.join(", ")}. ${advice.join(" ")}`,
    ),
  );
}

function adviceOf(id: string, market: Market): string {
  const found = market.followable(id);
  if (found === undefined) return `${id} is followed by no venue of this market.`;
  const { listKey } = venueOf(found.venue);
  return `${id} is not followed: ${market.advice.followFirst(id, entryOf(found), listKey)}.`;
}

/** The line of an instrument in the list of its venue. */
function entryOf({ id, kind, exchange, symbol = id }: Instrument): string {
  return kind === "crypto" ? `"${symbol}"` : `{ symbol: "${symbol}", exchange: "${exchange}" }`;
}
