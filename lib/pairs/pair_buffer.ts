/** Numbers kept for each row of a pair. */
const NAMES = [
  "openTime",
  "y",
  "x",
  "logY",
  "logX",
  "ratio",
  "beta",
  "alpha",
  "spread",
  "z",
  "correlation",
  "returns",
  "lineZ",
  "kalmanZ",
  "filterBeta",
  "filterAlpha",
  "kalmanBeta",
  "kalmanAlpha",
  "kalmanVarianceBeta",
  "kalmanCovariance",
  "kalmanVarianceAlpha",
  "totalBeta",
  "totalAlpha",
  "olsBeta",
  "olsAlpha",
] as const;
/** Flags and small numbers kept for each row. */
const FLAGS = ["cut", "roll", "possible", "contractY", "contractX"] as const;

type Numbers = { readonly [name in (typeof NAMES)[number]]: Float64Array };
type Flags = { readonly [name in (typeof FLAGS)[number]]: Uint8Array };

/** Name of a column. */
export type PairColumn = (typeof NAMES)[number] | (typeof FLAGS)[number];

/** The newest rows of a pair as columns, oldest first. Bounded: the oldest go as new ones come. */
export class PairBuffer {
  readonly most: number;
  readonly #capacity: number;
  readonly #numbers: Readonly<Record<string, Float64Array>>;
  readonly #flags: Readonly<Record<string, Uint8Array>>;
  #first = 0;
  #length = 0;

  /** @param most rows that are kept. */
  constructor(most: number) {
    this.most = most;
    // Twice as many, so that they are moved once in so many rows.
    const capacity = this.#capacity = 2 * most;
    const column = (name: string) => [name, new Float64Array(capacity)] as const;
    this.#numbers = Object.fromEntries(NAMES.map(column));
    this.#flags = Object.fromEntries(FLAGS.map((name) => [name, new Uint8Array(capacity)]));
  }

  get length(): number {
    return this.#length;
  }

  /** Views on the rows: to be read, and written by the owner, at once. */
  get columns(): Numbers & Flags {
    const from = this.#first, to = from + this.#length;
    const views = [...Object.entries(this.#numbers), ...Object.entries(this.#flags)]
      .map(([name, column]) => [name, column.subarray(from, to)]);
    return Object.fromEntries(views) as Numbers & Flags;
  }

  /** Adds a row, to be written; the oldest goes where there are as many as are kept. */
  grow(): void {
    if (this.#length === this.most) this.#first++;
    else this.#length++;
    if (this.#first + this.#length > this.#capacity) {
      const from = this.#first;
      for (const column of Object.values(this.#numbers)) {
        column.copyWithin(0, from, from + this.#length);
      }
      for (const column of Object.values(this.#flags)) {
        column.copyWithin(0, from, from + this.#length);
      }
      this.#first = 0;
    }
  }

  /** Keeps the oldest `length` rows alone. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, Math.max(0, length));
  }

  /** A number of a row, the newest at `length - 1`. */
  at(name: PairColumn, row: number): number {
    return (this.#numbers[name] ?? this.#flags[name])![this.#first + row] ?? NaN;
  }

  /** Numbers of rows in `[from, to)`: a view, to be read at once. */
  view(name: (typeof NAMES)[number], from: number, to: number): Float64Array {
    const first = this.#first;
    return this.#numbers[name]!.subarray(first + from, first + Math.max(from, to));
  }

  set(name: PairColumn, row: number, value: number): void {
    (this.#numbers[name] ?? this.#flags[name])![this.#first + row] = value;
  }
}
