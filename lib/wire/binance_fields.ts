import { type Fields, isEpochMs } from "./json_fields.ts";

export { type Fields, fieldsOf, MAX_ROWS, parseJson } from "./json_fields.ts";

/** With `timeUnit=MICROSECOND` every time has 16 digits instead of 13. */
const MICROSECONDS_FROM = 1e14;

/** Epoch ms from a venue's ms or µs; NaN when it is neither. */
export function timeOf(value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) return NaN;
  const ms = value >= MICROSECONDS_FROM ? Math.floor(value / 1_000) : value;
  return isEpochMs(ms) ? ms : NaN;
}

const DECIMAL = /^-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,2})?$/;
/** Sizes beyond these are damage, not data. */
const SMALLEST = 1e-18;
const LARGEST = 1e18;

/**
 * A number sent as decimal text: `"0.00100000"`, with more places, or with an exponent, which mean the same;
 * NaN when it is not one.
 */
export function decimalOf(value: unknown): number {
  const number = typeof value === "string" && DECIMAL.test(value) ? Number(value) : NaN;
  const size = Math.abs(number);
  return size === 0 || (size >= SMALLEST && size < LARGEST) ? number : NaN;
}

/**
 * Reads fields of a message and remembers the first that is not what it must be, so that a decoder reads
 * straight down and judges once.
 */
export class FieldReader {
  /** What is wrong with the first bad field; undefined while all are good. */
  fault: string | undefined;
  readonly #read: (name: string | number) => unknown;

  constructor(fields: Fields | readonly unknown[]) {
    this.#read = (name) => (fields as Record<string | number, unknown>)[name];
  }

  time(name: string | number): number {
    return this.#number(name, timeOf(this.#read(name)), "an epoch time");
  }

  /** A decimal above zero. */
  price(name: string | number): number {
    const value = decimalOf(this.#read(name));
    return this.#number(name, value > 0 ? value : NaN, "a price above 0");
  }

  /** A decimal of zero or more. */
  size(name: string | number): number {
    const value = decimalOf(this.#read(name));
    return this.#number(name, value >= 0 ? value : NaN, "a size of 0 or more");
  }

  /** A whole number, not below `least`. */
  whole(name: string | number, least = 0): number {
    const value = this.#read(name);
    const isGood = typeof value === "number" && Number.isSafeInteger(value) && value >= least;
    return this.#number(name, isGood ? value : NaN, `a whole number from ${least}`);
  }

  flag(name: string): boolean {
    const value = this.#read(name);
    if (typeof value !== "boolean") this.#blame(name, "true or false");
    return value === true;
  }

  /** A short text that is not empty. */
  text(name: string): string {
    const value = this.#read(name);
    if (typeof value === "string" && value.length > 0 && value.length <= 64) return value;
    this.#blame(name, "a short text");
    return "";
  }

  #number(name: string | number, value: number, rule: string): number {
    if (Number.isNaN(value)) this.#blame(name, rule);
    return value;
  }

  #blame(name: string | number, rule: string): void {
    this.fault ??= `field ${name} is not ${rule}`;
  }
}
