import { z } from "zod";
import { isVenueSymbol, SYMBOL_RULE } from "../model/venue_symbol.ts";

// Every rule is one sentence, so that whatever breaks it, the message says the whole rule.

/** A number that keeps a rule. */
export function number(rule: string, isGood: (value: number) => boolean) {
  return z.number(rule).refine(isGood, rule);
}

/** A whole number, both ends included. */
export function whole(min: number, max: number) {
  const isGood = (value: number) => Number.isInteger(value) && value >= min && value <= max;
  return number(`must be a whole number from ${min} to ${max}`, isGood);
}

/** A text that keeps a rule. */
export function text(rule: string, isGood: (value: string) => boolean) {
  return z.string(rule).refine(isGood, rule);
}

/** A text of digits, which YAML takes for a number where it stands without quotes. */
export function digits(rule: string, isGood: (value: string) => boolean) {
  const written = (value: unknown) => Number.isSafeInteger(value) ? String(value) : value;
  return z.preprocess(written, text(rule, isGood));
}

/** One of a few words. */
export function oneOf<const T extends readonly string[]>(values: T) {
  return z.enum(values, `must be one of ${values.join(", ")}`);
}

/** `true` or `false`. */
export function flag() {
  return z.boolean("must be true or false");
}

/** Null, or what the field says. */
export function orNull<T extends z.ZodType>(field: T) {
  return field.nullable().default(null);
}

function url(schemes: readonly string[]) {
  const rule = `must be a ${schemes.map((scheme) => `${scheme}//`).join(" or ")} address`;
  return text(rule, (value) => URL.canParse(value) && schemes.includes(new URL(value).protocol));
}

/** Address of a WebSocket. */
export function webSocketUrl() {
  return url(["wss:", "ws:"]);
}

/** Address of an HTTP server. */
export function webUrl() {
  return url(["https:", "http:"]);
}

/** Name or address of a host. */
export function hostName() {
  return text("must be the name or address of a host", (value) => /^\S+$/.test(value));
}

export function port() {
  return whole(1, 65_535);
}

/** A list without repeats. */
export function list<T extends z.ZodType>(item: T, nameOf: (item: z.output<T>) => string = String) {
  return z.array(item, "must be a list").superRefine((items, context) => {
    const names = items.map(nameOf);
    const again = names.find((name, i) => names.indexOf(name) < i);
    if (again !== undefined) context.addIssue(`must name each once, and ${again} is there twice`);
  });
}

/** Name of an instrument or an exchange. */
export function upperCase() {
  return text(
    "must be upper-case letters and digits, such as BTCUSDT or ES",
    (value) => /^[A-Z0-9]+$/.test(value),
  );
}

/** Name of what a venue of coins lists. */
export function symbolName() {
  return text(`must be ${SYMBOL_RULE}, such as BTCUSDT or 1000PEPEUSDT`, isVenueSymbol);
}

/** Keys and values inside of a list. */
export function entry<T extends z.ZodRawShape>(shape: T, rule: string) {
  return z.strictObject(shape, { error: rule });
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Keys and values; left out, or left empty (`ibkr:`), it is all defaults.
 *
 * @param fill gives defaults that depend on other keys.
 */
export function section<T extends z.ZodRawShape>(shape: T, fill = (values: Values) => values) {
  const filled = z.strictObject(shape, "must be keys and values");
  const isFilled = (value: unknown) => typeof value === "object" && !Array.isArray(value);
  return z.preprocess(
    (value) => isFilled(value ?? {}) ? fill((value ?? {}) as Values) : value,
    filled,
  ).prefault({});
}
