import { SeededRandom } from "../../../lib/simulator/seeded_random.ts";
import type { Decoder, Fate } from "./decoders.ts";

/** What came of many frames. */
export interface FuzzResult {
  readonly name: string;
  readonly received: number;
  readonly fates: Readonly<Record<Fate, number>>;
  /** What was thrown, with the number of the frame. */
  readonly thrown: readonly string[];
  readonly slowestMs: number;
}

const MOST_KEPT = 10;
/** What takes longer is timed again, so often. */
const SLOW_MS = 20;
const TRIES = 3;

/** Gives a decoder mutated frames; the same seed gives the same ones. */
export function fuzz(decoder: Decoder, frames: number, seed: number): FuzzResult {
  const random = new SeededRandom(seed, decoder.name);
  const fates: Record<Fate, number> = { accepted: 0, ignored: 0, rejected: 0 };
  const thrown: string[] = [];
  let slowestMs = 0;
  for (let i = 0; i < frames; i++) {
    let take = decoder.make(random);
    let tookMs = timeOf(() => {
      try {
        fates[take()]++;
      } catch (error) {
        if (thrown.length < MOST_KEPT) thrown.push(`frame ${i}: ${error}`);
        take = () => "rejected";
      }
    });
    // A pause of the machine does not come again with the same frame; a slow frame does.
    for (let again = 0; again < TRIES && tookMs > SLOW_MS; again++) {
      tookMs = Math.min(tookMs, timeOf(take));
    }
    slowestMs = Math.max(slowestMs, tookMs);
  }
  return { name: decoder.name, received: frames, fates, thrown, slowestMs };
}

function timeOf(act: () => void): number {
  const began = performance.now();
  act();
  return performance.now() - began;
}
