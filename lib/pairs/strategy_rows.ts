import { checkAboveZero, checkNotNegative } from "../stats/numbers.ts";

/** Bars of one leg. NaN where there is no complete bar. */
export interface StrategyLeg {
  readonly open: Float64Array;
  readonly close: Float64Array;
  /** Money traded in the bar, in the leg's currency. */
  readonly money: Float64Array;
  /**
   * Of a perpetual: rate of the funding that fell due after the row before opened and by this one's open, as a share of
   * the notional. 0 where none did, NaN where one did and its rate is not known. @default no perpetual
   */
  readonly funding?: Float64Array;
}

/** Bars of both legs on the same rows; row `i` opens at `start + i * stepMs`. */
export interface StrategyRows {
  /** Epoch ms UTC, a multiple of `stepMs`. */
  readonly start: number;
  readonly stepMs: number;
  readonly length: number;
  readonly y: StrategyLeg;
  readonly x: StrategyLeg;
}

/** A value of each leg. */
export interface OfLegs<Value> {
  readonly y: Value;
  readonly x: Value;
}

/** What does not change between the settings that are tried. */
export interface StrategyTerms {
  /** |z| within which a position is closed. */
  readonly exit: number;
  /** |z| at which it is given up; Infinity for never. */
  readonly stop: number;
  /** Money at the start. */
  readonly capital: number;
  /** Money in both legs of a position together. */
  readonly gross: number;
  /** Units that can be traded at least, and multiples of which alone: 0.01 coins, 50 of ES. */
  readonly lots: OfLegs<number>;
  /** Fee of each fill, in basis points of its notional. */
  readonly feeBp: OfLegs<number>;
  /** Lost on each fill of a leg, half of the bid–ask spread within it, in basis points of its price. */
  readonly slippageBp: number;
  /** Funding each eight hours, in basis points, paid by who is long, instead of what was paid; null for what was paid. */
  readonly fundingBp: OfLegs<number | null>;
}

/** @throws {RangeError} for money, lots or costs that cannot be; the bands are checked with the entries. */
export function checkStrategyTerms(terms: StrategyTerms): void {
  const { capital, gross, lots, feeBp, slippageBp, fundingBp } = terms;
  for (const [name, value] of Object.entries({ gross, capital })) checkAboveZero(name, value);
  checkNotNegative("slippageBp", slippageBp);
  for (const leg of ["y", "x"] as const) {
    checkAboveZero(`lots.${leg}`, lots[leg]);
    checkNotNegative(`feeBp.${leg}`, feeBp[leg]);
    const rate = fundingBp[leg];
    if (rate !== null && !Number.isFinite(rate)) {
      throw new RangeError(`fundingBp.${leg} must be finite or null, got ${rate}`);
    }
  }
}
