import { centreInPlace } from "./pair_deviations.ts";
import { type InflationParts, inflationParts } from "./variance_inflation.ts";

/** Pairs of one cell in time order, gathered one by one, and which of them follow each other directly. */
export class PairList {
  #x = new Float64Array(64);
  #y = new Float64Array(64);
  #follows = new Uint8Array(64);
  #lastRow = -2;
  n = 0;

  clear(): void {
    this.n = 0;
    this.#lastRow = -2;
  }

  /** @param row number of the pair's row: the next one up follows it. */
  add(row: number, x: number, y: number): void {
    this.#makeRoom(1);
    this.#x[this.n] = x;
    this.#y[this.n] = y;
    this.#follows[this.n] = row === this.#lastRow + 1 ? 1 : 0;
    this.#lastRow = row;
    this.n++;
  }

  /** Makes the pairs deviations from their means. */
  centre(): void {
    centreInPlace(this.#x, this.n, 1);
    centreInPlace(this.#y, this.n, 1);
  }

  /** Adds another list's pairs after these; its first follows on none of them. */
  append(other: PairList): void {
    this.#makeRoom(other.n);
    this.#x.set(other.#x.subarray(0, other.n), this.n);
    this.#y.set(other.#y.subarray(0, other.n), this.n);
    this.#follows.set(other.#follows.subarray(0, other.n), this.n);
    this.n += other.n;
  }

  /** Pearson's r of pairs that are deviations; NaN for a constant side. */
  get correlation(): number {
    let xx = 0, yy = 0, xy = 0;
    for (let i = 0; i < this.n; i++) {
      xx += this.#x[i]! * this.#x[i]!;
      yy += this.#y[i]! * this.#y[i]!;
      xy += this.#x[i]! * this.#y[i]!;
    }
    if (!(xx > 0 && yy > 0)) return NaN;
    return Math.max(-1, Math.min(1, xy / (Math.sqrt(xx) * Math.sqrt(yy))));
  }

  /**
   * How much wider than among normal pairs r varies; of pairs that are deviations.
   *
   * @param means they are deviations from. @default 1
   */
  inflation(means = 1): InflationParts {
    return inflationParts(this.#x, this.#y, this.#follows, this.n, means);
  }

  #makeRoom(more: number): void {
    if (this.n + more <= this.#x.length) return;
    const length = 2 * (this.n + more);
    const longer = (values: Float64Array) => {
      const grown = new Float64Array(length);
      grown.set(values.subarray(0, this.n));
      return grown;
    };
    this.#x = longer(this.#x);
    this.#y = longer(this.#y);
    const follows = new Uint8Array(length);
    follows.set(this.#follows.subarray(0, this.n));
    this.#follows = follows;
  }
}
