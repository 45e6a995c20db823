import { productOf } from "../calendar/products.ts";
import { ContractMonths } from "./contract_months.ts";
import { FUTURE_INSTRUMENTS, type ModelInstrument, SPOT_INSTRUMENTS } from "./model_instruments.ts";
import type { Listing } from "./truth.ts";

/** The spot symbols that the market model is built on. */
export const SPOT_LISTINGS: readonly Listing[] = SPOT_INSTRUMENTS.map(spotListing);

/** What the venue says of a spot symbol. */
export function spotListing(
  { root, kind, ticksPerUnit, stepsPerUnit }: ModelInstrument,
): Listing {
  return {
    symbol: root,
    root,
    kind,
    tickSize: 1 / ticksPerUnit,
    sizeStep: 1 / stepsPerUnit,
  };
}

/** A future of the market model with its contract months. */
export interface ModelFuture {
  readonly instrument: ModelInstrument;
  readonly months: ContractMonths;
}

/** The futures of the market model, in the order in which they are listed. */
export function modelFutures(): readonly ModelFuture[] {
  return FUTURE_INSTRUMENTS.map((instrument) => ({
    instrument,
    months: new ContractMonths(productOf(instrument.root)),
  }));
}
