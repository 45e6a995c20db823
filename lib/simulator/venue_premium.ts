import { MINUTE } from "../model/time.ts";
import type { ModelInstrument } from "./model_instruments.ts";
import { BASIS_POINT } from "./model_instruments.ts";
import { SeededRandom } from "./seeded_random.ts";

/** Standard deviation of the premium that stays, and the largest wave about it, basis points. */
const STANDING = 1.5;
const WAVE = 2.5;
/** A wave takes from 20 minutes to 80, ms. */
const SHORTEST_MS = 20 * MINUTE;
const LONGER_MS = 60 * MINUTE;

/**
 * The price of a coin at a named venue over that of its path: a few basis points that stay, and a slow wave about
 * them, of its own for each venue and symbol. 1 where no venue is named.
 */
export function premiumOf(
  seed: number,
  { root, venue }: Pick<ModelInstrument, "root" | "venue">,
  time: number,
): number {
  if (venue === undefined) return 1;
  const random = new SeededRandom(seed, "premium", root);
  const standing = STANDING * random.gaussian();
  const wave = WAVE * random.next();
  const periodMs = SHORTEST_MS + LONGER_MS * random.next();
  const turns = time / periodMs + random.next();
  return Math.exp((standing + wave * Math.sin(2 * Math.PI * turns)) * BASIS_POINT);
}
