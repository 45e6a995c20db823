/** Numbers from outside: NaN, an infinity, `null` and `undefined` are missing, anything else is refused. */
type Numbers = ArrayLike<number | null | undefined>;

/**
 * @throws {TypeError} when a value is neither a number nor missing, naming row and value: venues send
 * numbers as text, and text that passed for a missing value would leave an empty result without a reason.
 */
export function checkNumbers(column: Numbers, name: string): void {
  // A typed array holds one kind of number, so its first element says all.
  const rows = ArrayBuffer.isView(column) ? Math.min(1, column.length) : column.length;
  for (let row = 0; row < rows; row++) {
    if (typeof column[row] !== "number") checkMissing(column[row], `${name} in row ${row}`);
  }
}

/** A copy of a column, missing values as NaN. @throws {TypeError} as {@link checkNumbers}. */
export function copyNumbers(column: Numbers, name: string): Float64Array<ArrayBuffer> {
  checkNumbers(column, name);
  if (ArrayBuffer.isView(column)) return new Float64Array(column as Float64Array);
  const copy = new Float64Array(column.length);
  for (let row = 0; row < copy.length; row++) copy[row] = column[row] ?? NaN;
  return copy;
}

/** The finite numbers of a column, copied. @throws {TypeError} as {@link checkNumbers}. */
export function finiteNumbers(column: Numbers, name: string): Float64Array<ArrayBuffer> {
  const copy = copyNumbers(column, name);
  let n = 0;
  for (let row = 0; row < copy.length; row++) {
    const value = copy[row]!;
    if (value - value === 0) copy[n++] = value;
  }
  return n === copy.length ? copy : copy.slice(0, n);
}

/**
 * One number of a live stream as it is, NaN for a missing one.
 *
 * @throws {TypeError} when it is neither.
 */
export function liveNumber(value: number | null | undefined, name: string): number {
  if (typeof value === "number") return value;
  checkMissing(value, name);
  return NaN;
}

/** @throws {TypeError} unless the value is a number, NaN included: for arguments that may not be left out. */
export function checkNumber(name: string, value: unknown): void {
  if (typeof value !== "number") throw new TypeError(refusal(name, value));
}

/** @throws {RangeError} when a value is not a finite number above 0, naming it. */
export function checkAboveZero(name: string, value: unknown): void {
  if (typeof value === "number" && value > 0 && value < Infinity) return;
  throw new RangeError(`${name} must be above 0, got ${value}`);
}

/** @throws {RangeError} when a value is not a finite number of at least 0, naming it. */
export function checkNotNegative(name: string, value: unknown): void {
  if (typeof value === "number" && value >= 0 && value < Infinity) return;
  throw new RangeError(`${name} must be 0 or more, got ${value}`);
}

/** @throws {RangeError} when a time is not finite or before the last one. */
export function checkTimeOrder(time: unknown, now: number): void {
  if (Number.isFinite(time) && (time as number) >= now) return;
  throw new RangeError(`time must not go back, got ${time} after ${now}`);
}

function checkMissing(value: unknown, name: string): void {
  if (value !== null && value !== undefined) throw new TypeError(refusal(name, value));
}

function refusal(name: string, value: unknown): string {
  const shown = typeof value === "string"
    ? `the text ${JSON.stringify(value.slice(0, 40))}`
    : typeof value;
  return `${name} must be a number, got ${shown}` +
    (typeof value === "string" ? "; convert text by Number()" : "");
}
