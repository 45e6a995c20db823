import { nearest } from "../model/nearest.ts";
import { plainError } from "./plain_error.ts";

/**
 * Refuses options that a panel or a function does not have: cells are not type-checked, and a misspelt name would be ignored.
 *
 * @throws {TypeError} naming the function, the option and what it may have meant.
 */
export function assertOptions(
  name: string,
  options: object,
  known: Readonly<Record<string, true>>,
): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`the options of ${name} must be an object, got ${options}`);
  }
  const names = Object.keys(known);
  for (const given of Object.keys(options)) {
    if (Object.hasOwn(known, given)) continue;
    const meant = nearest(given, names);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    throw plainError(
      new TypeError(`options of ${name} must be of ${names.join(", ")}, got ${given}${hint}`),
    );
  }
}
