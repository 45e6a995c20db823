import { productOf } from "../calendar/products.ts";
import { ContractMonths } from "./contract_months.ts";
import { FUTURE_INSTRUMENTS, type ModelInstrument, SPOT_INSTRUMENTS } from "./model_instruments.ts";
import type { Listing } from "./truth.ts";

/** The spot symbols of the market model. */
export const SPOT_LISTINGS: readonly Listing[] = SPOT_INSTRUMENTS.map(
  ({ root, kind, ticksPerUnit, stepsPerUnit }) => ({
    symbol: root,
    root,
    kind,
    tickSize: 1 / ticksPerUnit,
    sizeStep: 1 / stepsPerUnit,
  }),
);

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
