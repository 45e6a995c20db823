import type { Instrument } from "../model/instrument.ts";

/**
 * The zone whose clock the exchange of these instruments keeps: CME's for futures, all of which are of its group; UTC
 * for crypto.
 *
 * @example
 * ```ts
 * import { exchangeZone } from "./exchange_zone.ts";
 * import assert from "node:assert/strict";
 * assert.equal(exchangeZone([{ kind: "crypto" }, { kind: "future" }]), "America/Chicago");
 * assert.equal(exchangeZone([{ kind: "crypto" }]), "UTC");
 * ```
 */
export function exchangeZone(instruments: readonly Pick<Instrument, "kind">[]): string {
  return instruments.some(({ kind }) => kind === "future") ? "America/Chicago" : "UTC";
}
