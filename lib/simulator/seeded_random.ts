/**
 * A reproducible stream of pseudo-random numbers, named by its parts: the same parts give the same
 * numbers, other parts an unrelated stream. So any minute can be made again without the ones before it.
 *
 * The generator is sfc32 (Doty-Humphrey, PractRand), seeded through murmur3's finaliser. Not for secrets.
 *
 * @example
 * ```ts
 * import { SeededRandom } from "./seeded_random.ts";
 * import assert from "node:assert/strict";
 * assert.equal(new SeededRandom(1, "BTC").next(), new SeededRandom(1, "BTC").next());
 * assert.notEqual(new SeededRandom(1, "BTC").next(), new SeededRandom(2, "BTC").next());
 * ```
 */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spare: number | undefined;

  /** @param parts numbers (safe integers) and short texts that name the stream; at least one. */
  constructor(...parts: (number | string)[]) {
    let a = 0x9e3779b9, b = 0x243f6a88, c = 0xb7e15162;
    for (const part of parts) {
      for (const word of wordsOf(part)) {
        a = mix(a ^ word);
        b = mix(b + a);
        c = mix(c ^ b);
      }
    }
    this.#a = a;
    this.#b = b;
    this.#c = c;
    for (let i = 0; i < 8; i++) this.next();
  }

  /** Uniform in `[0, 1)`, 32 bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** Standard normal (Marsaglia's polar method). */
  gaussian(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.next() - 1, y = 2 * this.next() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt(-2 * Math.log(square) / square);
      this.#spare = y * scale;
      return x * scale;
    }
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log(1 - this.next());
  }

  /** A count with this mean: Poisson, by its normal approximation from 16 up. */
  poisson(mean: number): number {
    if (mean >= 16) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.gaussian()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.next(); product > limit; product *= this.next()) count++;
    return count;
  }
}

function wordsOf(part: number | string): number[] {
  if (typeof part === "string") return Array.from(part, (letter) => letter.codePointAt(0)!);
  return [part | 0, Math.floor(part / 2 ** 32) | 0];
}

function mix(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}
