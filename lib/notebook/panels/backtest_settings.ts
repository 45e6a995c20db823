import { productOf } from "../../calendar/products.ts";
import type { Instrument } from "../../model/instrument.ts";
import { checkPairStrategy, type PairStrategySettings } from "../../pairs/found_strategy.ts";
import type { OfLegs, StrategyTerms } from "../../pairs/strategy_rows.ts";
import { plainError } from "../plain_error.ts";

/** A number of both legs, or one of each, that which is hedged first. */
export type BothLegs = number | readonly [number, number];

/** What is tried, and at what cost. */
export interface BacktestOptions {
  /** Bars that line and deviation rest on. @default [24, 48, 96, 144, 192] */
  readonly windows?: readonly number[];
  /** |z| that opens a position. @default [1, 1.5, 2, 2.5, 3] */
  readonly entries?: readonly number[];
  /** |z| within which it is closed; below every entry. @default 0.5 */
  readonly exit?: number;
  /** |z| at which it is given up; above every entry. @default never */
  readonly stop?: number;
  /** Bars that a setting is chosen on, and those it is then used for. @default 288 and 96 */
  readonly train?: number;
  readonly test?: number;
  /** Money in both legs of a position. @default 10,000; 1,000,000 where a leg is a future */
  readonly gross?: number;
  /** Money at the start. @default the same */
  readonly capital?: number;
  /** Units that alone can be traded, and multiples of them. @default 0.01 coins; the multiplier of a future */
  readonly lots?: BothLegs;
  /** Fee of each fill in basis points. @default 10; 0.1 of a future */
  readonly feeBp?: BothLegs;
  /** Lost on each fill, half of the bid–ask spread within it, basis points of the price. @default 1 */
  readonly slippageBp?: number;
  /** Funding of perpetuals each eight hours in basis points, paid by who is long. @default what was paid */
  readonly fundingBp?: BothLegs;
}

/** Names of these options. */
export const OWN_OPTIONS: Readonly<Record<keyof BacktestOptions, true>> = {
  windows: true,
  entries: true,
  exit: true,
  stop: true,
  train: true,
  test: true,
  gross: true,
  capital: true,
  lots: true,
  feeBp: true,
  slippageBp: true,
  fundingBp: true,
};

const COIN_LOT = 0.01;
/** What takers pay: of a coin on an exchange's first tier, and of an index future. */
const COIN_FEE_BP = 10, FUTURE_FEE_BP = 0.1;

/** @throws {RangeError} naming the option, for a value that cannot be. */
export function backtestSettings(
  options: BacktestOptions,
  sides: OfLegs<Instrument>,
): PairStrategySettings {
  const { windows = [24, 48, 96, 144, 192], entries = [1, 1.5, 2, 2.5, 3] } = options;
  const { exit = 0.5, stop = Infinity, train = 288, test = 96 } = options;
  const hasFuture = sides.y.kind === "future" || sides.x.kind === "future";
  const { gross = hasFuture ? 1_000_000 : 10_000, capital = gross, slippageBp = 1 } = options;
  const lots = ofLegs(options.lots, sides, lotOf);
  const feeBp = ofLegs(options.feeBp, sides, feeOf);
  const fundingBp = ofLegs<number | null>(options.fundingBp, sides, () => null);
  const terms: StrategyTerms = { exit, stop, capital, gross, lots, feeBp, slippageBp, fundingBp };
  const settings = { grid: { windows, entries }, terms, plan: { train, test } };
  try {
    checkPairStrategy(settings);
  } catch (error) {
    throw error instanceof Error ? plainError(error) : error;
  }
  return settings;
}

function ofLegs<Value>(
  given: BothLegs | undefined,
  sides: OfLegs<Instrument>,
  usual: (side: Instrument) => Value,
): OfLegs<Value | number> {
  if (given === undefined) return { y: usual(sides.y), x: usual(sides.x) };
  return typeof given === "number" ? { y: given, x: given } : { y: given[0], x: given[1] };
}

function lotOf({ kind, id }: Instrument): number {
  return kind === "future" ? productOf(id).multiplier : COIN_LOT;
}

function feeOf({ kind }: Instrument): number {
  return kind === "future" ? FUTURE_FEE_BP : COIN_FEE_BP;
}
