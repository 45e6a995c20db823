import { isFinitePair } from "../finite_pair.ts";

/** A summary of rows that can grow and join, but not shrink. */
export interface RowSet<Self> {
  clear(): void;
  /** Adds one row whose values are all finite. */
  add(x: number, y: number): void;
  merge(other: Self): void;
  copy(other: Self): void;
}

/**
 * A summary of a window that rows enter at one end and leave at the other, amortised O(1) a row and
 * without ever subtracting: two stacks. The older part is held as summaries of all its suffixes, the
 * newer part as one running summary; when the older part is used up, the rows of the newer one are summed
 * backwards into new suffixes. (Folklore; see Tangwongsan, Hirzel & Schneider, DEBS 2017.)
 *
 * Rows with a value that is not finite keep their place and count for nothing.
 */
export class SlidingSets<Set extends RowSet<Set>> {
  readonly #make: () => Set;
  /** Rows of the newer part. */
  #x = new Float64Array(16);
  #y = new Float64Array(16);
  #newer = 0;
  /** Suffix `i` of the older part, which holds rows `i..`; those before `first` have left. */
  readonly #suffixes: Set[] = [];
  #first = 0;
  #older = 0;
  readonly #running: Set;
  readonly #scratch: Set;

  constructor(make: () => Set) {
    this.#make = make;
    this.#running = make();
    this.#scratch = make();
  }

  /** Rows in the window. */
  get length(): number {
    return this.#older - this.#first + this.#newer;
  }

  push(x: number, y: number): void {
    if (this.#newer === this.#x.length) {
      this.#x = grown(this.#x);
      this.#y = grown(this.#y);
    }
    this.#x[this.#newer] = x;
    this.#y[this.#newer] = y;
    this.#newer++;
    if (isFinitePair(x, y)) this.#running.add(x, y);
  }

  /** Drops the oldest row; there must be one. */
  shift(): void {
    if (this.#first === this.#older) this.#flip();
    this.#first++;
  }

  /** Summary of the window. The object is reused by the next call. */
  current(): Set {
    return this.#without(0);
  }

  /** Summary were the `dropped` oldest rows to leave and this row to enter; nothing changes. */
  peek(dropped: number, x: number, y: number): Set {
    const set = this.#without(dropped);
    if (isFinitePair(x, y)) set.add(x, y);
    return set;
  }

  #without(dropped: number): Set {
    const set = this.#scratch;
    const first = this.#first + dropped;
    if (first <= this.#older) {
      if (first < this.#older) set.copy(this.#suffixes[first]!);
      else set.clear();
      set.merge(this.#running);
      return set;
    }
    set.clear();
    for (let row = first - this.#older; row < this.#newer; row++) {
      const x = this.#x[row]!, y = this.#y[row]!;
      if (isFinitePair(x, y)) set.add(x, y);
    }
    return set;
  }

  /** Turns the rows of the newer part into suffixes. */
  #flip(): void {
    const set = this.#scratch;
    set.clear();
    for (let row = this.#newer - 1; row >= 0; row--) {
      const x = this.#x[row]!, y = this.#y[row]!;
      if (isFinitePair(x, y)) set.add(x, y);
      (this.#suffixes[row] ??= this.#make()).copy(set);
    }
    this.#older = this.#newer;
    this.#first = 0;
    this.#newer = 0;
    this.#running.clear();
  }
}

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * values.length);
  larger.set(values);
  return larger;
}
