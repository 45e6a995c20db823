import { SeededRandom } from "../../../lib/simulator/seeded_random.ts";
import type { Decoder, Fate } from "./decoder.ts";

/** What came of many frames. */
export interface FuzzResult {
  readonly name: string;
  readonly received: number;
  readonly fates: Readonly<Record<Fate, number>>;
  /** What was thrown, with the number of the frame. */
  readonly thrown: readonly string[];
  /** The longest a frame takes, by the shortest of its timings. */
  readonly slowestMs: number;
  /** Frames that were timed again, alone. */
  readonly timedAgain: number;
}

const MOST_KEPT = 10;
/** What takes longer is timed again, so often. */
const SLOW_MS = 20;
const TRIES = 3;

/**
 * Gives a decoder mutated frames; the same seed gives the same ones. A frame that takes long is timed again,
 * alone and by a fresh decoder: a pause of the machine, or of the collection of garbage that the frames before
 * have left, does not come again with it, and what is slow by itself does.
 */
export function fuzz(decoder: Decoder, frames: number, seed: number): FuzzResult {
  const random = new SeededRandom(seed, decoder.name);
  const fates: Record<Fate, number> = { accepted: 0, ignored: 0, rejected: 0 };
  const thrown: string[] = [];
  let slowestMs = 0;
  let timedAgain = 0;
  for (let i = 0; i < frames; i++) {
    const frame = decoder.make(random);
    let tookMs = timeOf(() => {
      try {
        fates[frame.take()]++;
      } catch (error) {
        if (thrown.length < MOST_KEPT) thrown.push(`frame ${i}: ${error}`);
      }
    });
    if (tookMs > SLOW_MS) timedAgain++;
    for (let again = 0; again < TRIES && tookMs > SLOW_MS; again++) {
      tookMs = Math.min(tookMs, timeOf(() => ignoringThrows(frame.alone)));
    }
    slowestMs = Math.max(slowestMs, tookMs);
  }
  return { name: decoder.name, received: frames, fates, thrown, slowestMs, timedAgain };
}

function timeOf(act: () => void): number {
  const began = performance.now();
  act();
  return performance.now() - began;
}

/** What it throws was noted the first time. */
function ignoringThrows(act: () => void): void {
  try {
    act();
  } catch {
    return;
  }
}
