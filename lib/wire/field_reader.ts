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
 * Epoch ms of a time in ISO 8601 with a `Z`, as RFC 3339 writes it; digits beyond the ms are cut off. NaN when it is
 * another thing.
 */
export function isoTimeOf(value: unknown): number {
  const [, whole, fraction = ""] = typeof value === "string" ? ISO_TIME.exec(value) ?? [] : [];
  const ms = whole === undefined
    ? NaN
    : Date.parse(`${whole}.${fraction.slice(0, 3).padEnd(3, "0")}Z`);
  return isEpochMs(ms) ? ms : NaN;
}

const ISO_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

/**
 * A number sent as decimal text: `"0.00100000"`, with more places, or with an exponent, which mean the same;
 * NaN when it is not one.
 */
export function decimalOf(value: unknown): number {
  return usable(typeof value === "string" && DECIMAL.test(value) ? Number(value) : NaN);
}

/** The same of a number that may also be sent as one of JSON. */
function decimalOrNumber(value: unknown): number {
  return typeof value === "number" ? usable(value) : decimalOf(value);
}

function usable(number: number): number {
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
  readonly #decimal: (value: unknown) => number;

  /** @param options.hasNumbers decimals may be sent as numbers of JSON as well. @default false: as text alone */
  constructor(
    fields: Fields | readonly unknown[],
    { hasNumbers = false }: { readonly hasNumbers?: boolean } = {},
  ) {
    this.#read = (name) => (fields as Record<string | number, unknown>)[name];
    this.#decimal = hasNumbers ? decimalOrNumber : decimalOf;
  }

  time(name: string | number): number {
    return this.#number(name, timeOf(this.#read(name)), "an epoch time");
  }

  /** A time in ISO 8601. */
  isoTime(name: string): number {
    return this.#number(name, isoTimeOf(this.#read(name)), "a time in ISO 8601");
  }

  /** A time in whole seconds, as ms. */
  seconds(name: string | number): number {
    const value = this.#read(name);
    const ms = Number.isSafeInteger(value) ? value as number * 1_000 : NaN;
    return this.#number(name, isEpochMs(ms) ? ms : NaN, "an epoch time in seconds");
  }

  /** One of a few words. */
  word<const Word extends string>(name: string | number, words: readonly Word[]): Word {
    const value = this.#read(name);
    const word = words.find((one) => one === value);
    if (word === undefined) this.#blame(name, `one of ${words.join(", ")}`);
    return word ?? words[0]!;
  }

  /** A decimal above zero. */
  price(name: string | number): number {
    const value = this.#decimal(this.#read(name));
    return this.#number(name, value > 0 ? value : NaN, "a price above 0");
  }

  /** A decimal of zero or more. */
  size(name: string | number): number {
    const value = this.#decimal(this.#read(name));
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
