import { nearest } from "../../model/nearest.ts";
import { plainError } from "./not_followed.ts";

/**
 * Refuses options that a panel does not have: cells are not type-checked, and a misspelt name would be ignored.
 *
 * @throws {TypeError} naming the panel, the option and what it may have meant.
 */
export function assertOptions(
  panel: string,
  options: object,
  known: Readonly<Record<string, true>>,
): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`the options of ${panel} must be an object, got ${options}`);
  }
  const names = Object.keys(known);
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    const meant = nearest(name, names);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    throw plainError(
      new TypeError(`options of ${panel} must be of ${names.join(", ")}, got ${name}${hint}`),
    );
  }
}
