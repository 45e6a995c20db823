/** Data of `n` rows: one list of rows, several typed columns, or a record of columns. */
export type Rows =
  | ArrayLike<unknown>
  | readonly ArrayBufferView[]
  | { readonly [name: string]: unknown };

/** Options of {@link assertNoLookAhead}. */
export interface NoLookAheadOptions<Data> {
  /** Lengths to cut the data to. @default every length to 200 rows, else 200 of them spread evenly */
  readonly lengths?: Iterable<number>;
  /** Largest difference of two numbers that counts as none. @default 0 */
  readonly tolerance?: number;
  /** The first `length` rows of the data, as a copy; needed for data of another form. */
  readonly truncate?: (data: Data, length: number) => Data;
  /** Rows of the data; needed for data of another form. */
  readonly length?: number;
}

/** A signal whose value at one row depends on later rows. */
export class LookAheadError extends Error {
  override readonly name = "LookAheadError";
  /** First row whose value changed. */
  readonly row: number;
  /** Rows the signal was given when it said otherwise. */
  readonly length: number;

  constructor(message: string, row: number, length: number) {
    super(message);
    this.row = row;
    this.length = length;
  }
}

const MOST_LENGTHS = 200;

/**
 * Proves that a signal never looks ahead, by truncation: whatever it says of row `t` given all the data
 * it must also say given the data up to any later row, `signal(data[0..m])[t] = signal(data)[t]` for all
 * `t < m`. This catches a mean over the whole sample, a smoothed regime, a fill at the bar that decided,
 * a value repainted later. It also catches a signal that answers differently when asked twice.
 *
 * Depends on nothing and works in any test runner: it throws or returns. The signal gets a copy each
 * time. Cost: one call of the signal for each length.
 *
 * @param signal gives one value a row: a list (numbers, texts, records) or a record of such lists.
 * @param data a list of rows, an array of typed columns, or a record, of which the lists as long as the
 * longest are cut and all else is passed on.
 * @throws {LookAheadError} naming the first row that changed, and both values.
 * @throws {TypeError} when the signal does not give one value a row.
 *
 * @example
 * ```ts
 * import { assertNoLookAhead } from "./no_look_ahead.ts";
 * import assert from "node:assert/strict";
 * const prices = [1, 3, 2, 5, 4];
 * const change = (p: number[]) => p.map((price, t) => t === 0 ? NaN : price - p[t - 1]!);
 * assertNoLookAhead(change, prices);
 * const toMean = (p: number[]) => p.map((price) => price - p.reduce((a, b) => a + b) / p.length);
 * assert.throws(() => assertNoLookAhead(toMean, prices), /row 0 was 0, became -2/);
 * ```
 */
export function assertNoLookAhead<Data extends Rows>(
  signal: (data: Data) => unknown,
  data: Data,
  options: NoLookAheadOptions<Data> = {},
): void {
  const { tolerance = 0, truncate = truncated } = options;
  if (!(tolerance >= 0)) throw new RangeError(`tolerance must be 0 or more, got ${tolerance}`);
  const total = options.length ?? lengthOf(data);
  const whole = listsOf(signal(truncate(data, total)), total);
  for (const length of options.lengths ?? lengthsTo(total)) {
    if (!Number.isSafeInteger(length) || length < 0 || length > total) {
      throw new RangeError(`lengths must be whole numbers within 0..${total}, got ${length}`);
    }
    const part = listsOf(signal(truncate(data, length)), length);
    for (const [name, values] of part) {
      const later = whole.get(name);
      if (later === undefined) throw new TypeError(`signal gives ${name} of some data only`);
      compare(name, values, later, length, total, tolerance);
    }
  }
}

function compare(
  name: string,
  early: ArrayLike<unknown>,
  late: ArrayLike<unknown>,
  length: number,
  total: number,
  tolerance: number,
): void {
  for (let row = 0; row < length; row++) {
    if (isSame(early[row], late[row], tolerance)) continue;
    const what = name === "" ? "" : ` of ${name}`;
    const message = `signal looks ahead: row ${row}${what} was ${show(early[row])}, ` +
      `became ${show(late[row])} when ${length} rows became ${total}`;
    throw new LookAheadError(message, row, length);
  }
}

/** All lengths, or so many of them that they are spread evenly, the whole length last. */
function lengthsTo(total: number): number[] {
  if (total <= MOST_LENGTHS) return Array.from({ length: total }, (_, i) => i + 1);
  return Array.from({ length: MOST_LENGTHS }, (_, i) => Math.round((i + 1) * total / MOST_LENGTHS));
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function isColumns(data: unknown): data is ArrayLike<unknown>[] {
  return Array.isArray(data) && data.length > 0 &&
    data.every((column) => ArrayBuffer.isView(column));
}

function lengthOf(data: Rows): number {
  if (isList(data) && !isColumns(data)) return data.length;
  const lists = Object.values(data).filter(isList);
  if (lists.length === 0) throw new TypeError("data must hold at least one list of rows");
  return Math.max(...lists.map((list) => list.length));
}

function truncated<Data extends Rows>(data: Data, length: number): Data {
  const cut = (list: ArrayLike<unknown>) => (list as unknown[]).slice(0, length);
  if (isColumns(data)) return data.map(cut) as unknown as Data;
  if (isList(data)) return cut(data) as unknown as Data;
  const rows = lengthOf(data);
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      isList(value) && value.length === rows ? cut(value) : value,
    ]),
  ) as Data;
}

/** The lists a signal gave, by name; the name of a single list is empty. */
function listsOf(output: unknown, length: number): Map<string, ArrayLike<unknown>> {
  const entries: [string, unknown][] = isList(output)
    ? [["", output]]
    : typeof output === "object" && output !== null
    ? Object.entries(output)
    : [];
  const lists = new Map<string, ArrayLike<unknown>>();
  for (const [name, list] of entries) {
    if (!isList(list) || list.length !== length) {
      const got = isList(list) ? `${list.length} values` : typeof list;
      throw new TypeError(
        `signal must give one value a row${name && ` in ${name}`}: got ${got} for ${length} rows`,
      );
    }
    lists.set(name, list);
  }
  if (lists.size === 0) throw new TypeError("signal must give a list, or a record of lists");
  return lists;
}

function isSame(a: unknown, b: unknown, tolerance: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) <= tolerance;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length &&
    names.every((name) => isSame(Reflect.get(a, name), Reflect.get(b, name), tolerance));
}

function show(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
