import type { Market } from "../../market/market.ts";
import { plainError } from "../plain_error.ts";

/** Instruments that are traded, in the market's order: all but indices. */
export function tradedIds({ instruments }: Pick<Market, "instruments">): readonly string[] {
  return instruments.filter(({ kind }) => kind !== "index").map(({ id }) => id);
}

/** @throws {TypeError} for what is no list of at least one instrument. */
export function assertInstruments(panel: string, instruments: unknown): void {
  const isList = Array.isArray(instruments) && instruments.length > 0 &&
    instruments.every((id) => typeof id === "string");
  if (instruments === undefined || isList) return;
  throw plainError(
    new TypeError(
      `instruments of ${panel} must be a list of at least one instrument, got ${
        JSON.stringify(instruments)
      }`,
    ),
  );
}
