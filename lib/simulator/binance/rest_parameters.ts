import { RestError } from "./rest_error.ts";

/** Symbols may be of any script, percent-encoded in UTF-8 (Binance spot, changelog of October 2025). */
const SYMBOL = /^[\p{Lu}\p{Lo}\p{Lm}\p{M}\p{Nd}\-_.]{1,50}$/u;
const RANGE = "^[\\w\\-._&&[^a-z]]{1,50}$";
const MICROSECONDS_FROM = 1e14;

/**
 * The query of a REST call, read parameter by parameter; each reader throws the error Binance answers with.
 * Source: Binance, "Error codes", July 2026.
 */
export class RestParameters {
  readonly #given: URLSearchParams;
  readonly #read = new Set<string>();

  /** @throws {RestError} when a parameter is repeated. */
  constructor(query: string) {
    this.#given = new URLSearchParams(query);
    const names = [...this.#given.keys()];
    if (new Set(names).size < names.length) {
      throw new RestError(-1101, "Duplicate values for a parameter detected.");
    }
  }

  /** Undefined when it was not sent. */
  text(name: string): string | undefined {
    const value = this.#given.get(name);
    if (value === null) return undefined;
    this.#read.add(name);
    if (value === "") throw new RestError(-1105, `Parameter '${name}' was empty.`);
    return value;
  }

  mandatory(name: string): string {
    const value = this.text(name);
    if (value !== undefined) return value;
    throw new RestError(
      -1102,
      `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`,
    );
  }

  symbol(): string {
    return symbolOf("symbol", this.mandatory("symbol"));
  }

  whole(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^[0-9]{1,20}$/.test(value)) throw illegal(name, "^[0-9]{1,20}$");
    return Number(value);
  }

  /** Rows wanted, never more than `most`. */
  limit(most: number, usual = 500): number {
    const value = this.whole("limit") ?? usual;
    if (value < 1) throw notValid("limit");
    return Math.min(value, most);
  }

  /** An epoch time in ms or µs, as ms; µs are rounded into the range the time bounds. */
  time(name: "startTime" | "endTime"): number | undefined {
    const value = this.whole(name);
    if (value === undefined || value < MICROSECONDS_FROM) return value;
    return name === "startTime" ? Math.ceil(value / 1_000) : Math.floor(value / 1_000);
  }

  /** To be called when all have been read. @throws {RestError} when some were not. */
  finish(): void {
    const sent = [...this.#given.keys()].length;
    if (this.#read.size === sent) return;
    if (this.#read.size === 0) {
      throw new RestError(-1101, `Too many parameters; expected '0' and received '${sent}'.`);
    }
    throw new RestError(
      -1104,
      `Not all sent parameters were read; read '${this.#read.size}' parameter(s) but was sent '${sent}'.`,
    );
  }
}

/** @throws {RestError} when the text cannot be a symbol. */
export function symbolOf(name: string, text: string): string {
  if (!SYMBOL.test(text)) throw illegal(name, RANGE);
  return text;
}

export function illegal(name: string, range: string): RestError {
  return new RestError(
    -1100,
    `Illegal characters found in parameter '${name}'; legal range is '${range}'.`,
  );
}

export function notValid(name: string): RestError {
  return new RestError(-1130, `Data sent for parameter '${name}' is not valid.`);
}
