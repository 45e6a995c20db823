/** Digest of a set of rows: their sum, so that rows come and go in any order. */
export interface RowsDigest {
  readonly rows: number;
  /** 16 hexadecimal digits. */
  readonly digest: string;
}

/**
 * Adds up a digest of a set of rows. Each row has a 64-bit hash over every bit of it, and the digest is the sum of
 * them: one flipped bit in one row changes it, and the order in which rows are written does not. It finds damage; it
 * does not guard against somebody who means harm.
 *
 * @example
 * ```ts
 * import { DigestSum } from "./digest.ts";
 * import assert from "node:assert/strict";
 * const [ab, ba] = [new DigestSum(), new DigestSum()];
 * for (const row of [[1, 2], [3, 4]]) ab.add(row);
 * for (const row of [[3, 4], [1, 2], [5, 6]]) ba.add(row);
 * ba.remove([5, 6]);
 * assert.deepEqual(ab.value(), ba.value());
 * ```
 */
export class DigestSum {
  #rows = 0;
  #low = 0;
  #high = 0;

  add(row: readonly (number | string | null)[]): void {
    hash(row);
    this.#rows++;
    this.#low = (this.#low + lanes[0]!) >>> 0;
    this.#high = (this.#high + lanes[1]!) >>> 0;
  }

  remove(row: readonly (number | string | null)[]): void {
    hash(row);
    this.#rows--;
    this.#low = (this.#low - lanes[0]!) >>> 0;
    this.#high = (this.#high - lanes[1]!) >>> 0;
  }

  /** Adds the rows of another digest. */
  merge({ rows, digest }: RowsDigest): void {
    this.#rows += rows;
    this.#high = (this.#high + parseInt(digest.slice(0, 8), 16)) >>> 0;
    this.#low = (this.#low + parseInt(digest.slice(8), 16)) >>> 0;
  }

  value(): RowsDigest {
    return { rows: this.#rows, digest: hex(this.#high) + hex(this.#low) };
  }
}

function hex(lane: number): string {
  return lane.toString(16).padStart(8, "0");
}

const cell = new Float64Array(1);
const halves = new Uint32Array(cell.buffer);
const lanes = new Uint32Array(2);

/** Bits that no number of ours has: what is not there. */
const NOTHING = 0x7ff80001;

/** Writes the hash of a row to `lanes`: two lanes of 32 bits, each MurmurHash3's mixing with a seed of its own. */
function hash(row: readonly (number | string | null)[]): void {
  let low = 0x9747b28c, high = 0x5bd1e995;
  for (const value of row) {
    if (typeof value === "string") {
      for (let i = 0; i < value.length; i++) {
        const code = value.charCodeAt(i);
        low = mix(low, code);
        high = mix(high, ~code);
      }
      low = mix(low, value.length);
      high = mix(high, value.length);
      continue;
    }
    // A zero has one sign here, as it has in the store.
    cell[0] = (value ?? 0) + 0;
    const upper = value === null ? NOTHING : halves[1]!;
    low = mix(mix(low, halves[0]!), upper);
    high = mix(mix(high, upper), halves[0]!);
  }
  lanes[0] = finish(low);
  lanes[1] = finish(high);
}

function mix(state: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const mixed = state ^ k;
  return Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64 | 0;
}

function finish(state: number): number {
  let h = state;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
