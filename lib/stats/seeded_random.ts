/** A source of uniform numbers in `[0, 1)`, as a parameter. */
export type RandomSource = () => number;

/**
 * A reproducible {@link RandomSource}: sfc32 (C. Doty-Humphrey, PractRand), period at least 2^32, seeded
 * through a 32-bit mixer. For resampling and simulation, not for secrets.
 *
 * @param seed whole number; the same seed gives the same numbers.
 * @throws {RangeError} when `seed` is not a safe integer.
 *
 * @example
 * ```ts
 * import { seededRandom } from "./seeded_random.ts";
 * import assert from "node:assert/strict";
 * const a = seededRandom(7), b = seededRandom(7);
 * assert.equal(a(), b());
 * assert.notEqual(seededRandom(8)(), seededRandom(7)());
 * ```
 */
export function seededRandom(seed: number): RandomSource {
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`seed must be a whole number, got ${seed}`);
  }
  let a = mix(seed | 0), b = mix(a ^ Math.floor(seed / 2 ** 32)), c = mix(b), counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** A whole number in `[0, count)`. */
export function randomBelow(count: number, random: RandomSource): number {
  return Math.floor(random() * count);
}

function mix(word: number): number {
  word = Math.imul((word + 0x9e3779b9) ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}
