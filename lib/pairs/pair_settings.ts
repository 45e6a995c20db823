import { checkWhole } from "../stats/check_whole.ts";
import { givenOptions } from "../stats/given_options.ts";

/** Lines of y on x that a pair can be hedged by. */
export const HEDGE_KINDS = ["ols", "total", "huber", "theil-sen", "kalman"] as const;
/**
 * `ols`: least squares. `total`: standardised total least squares, the same line whichever side is y. `huber` and
 * `theil-sen`: lines that wild rows hardly move. `kalman`: a line that wanders.
 */
export type HedgeKind = (typeof HEDGE_KINDS)[number];

/** Bar lengths a pair can be followed on. */
export const PAIR_TIMEFRAMES = ["1s", "1m", "5m", "15m", "1h"] as const;
export type PairTimeframe = (typeof PAIR_TIMEFRAMES)[number];

/** Options of a live pair. */
export interface PairOptions {
  /** @default "1m" */
  readonly timeframe?: PairTimeframe;
  /** Rows before a row that its line rests on, 20 to 1,200. @default 240 */
  readonly window?: number;
  /** Spreads before a spread that its z-score rests on, 5 to 5,000. @default 20 */
  readonly zWindow?: number;
  /** The line that spread and z-score are by. @default "ols" */
  readonly hedge?: HedgeKind;
  /** Newest rows that tests and the intervals of hedge ratios rest on, 60 to 1,200. @default max(720, window) */
  readonly testWindow?: number;
  /** Newest rows that are kept, `testWindow` to 20,000. @default max(2880, testWindow + window) */
  readonly history?: number;
}

/** {@link PairOptions} with every default filled in. */
export type PairSettings = Readonly<Required<PairOptions>>;

const KNOWN: Readonly<Record<keyof PairOptions, true>> = {
  timeframe: true,
  window: true,
  zWindow: true,
  hedge: true,
  testWindow: true,
  history: true,
};

/** Longest windows: the median of all slopes of more rows would hold the event loop up. */
const LONGEST_WINDOW = 1_200, LONGEST_SLOPES = 720;
const LONGEST_Z = 5_000, LONGEST_HISTORY = 20_000;

/**
 * Options with their defaults.
 *
 * @throws {RangeError} naming option, rule and value; {TypeError} for an option that there is not.
 *
 * @example
 * ```ts
 * import { pairSettings } from "./pair_settings.ts";
 * import assert from "node:assert/strict";
 * assert.equal(pairSettings({ window: 1_000 }).testWindow, 1_000);
 * assert.throws(() => pairSettings({ window: 3 }), /window must be a whole number of at least 20, got 3/);
 * ```
 */
export function pairSettings(options: PairOptions = {}): PairSettings {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(KNOWN, name)) continue;
    throw new TypeError(
      `options of a pair must be of ${Object.keys(KNOWN).join(", ")}, got ${name}`,
    );
  }
  const { timeframe = "1m", window = 240, zWindow = 20, hedge = "ols", ...rest } = givenOptions(
    options,
  );
  checkOneOf("timeframe", timeframe, PAIR_TIMEFRAMES);
  checkOneOf("hedge", hedge, HEDGE_KINDS);
  checkBetween("window", window, 20, longestWindow(hedge));
  checkBetween("zWindow", zWindow, 5, LONGEST_Z);
  const { testWindow = Math.max(720, window) } = rest;
  checkBetween("testWindow", testWindow, 60, LONGEST_WINDOW);
  const { history = Math.max(2_880, testWindow + window) } = rest;
  checkBetween("history", history, testWindow, LONGEST_HISTORY);
  return { timeframe, window, zWindow, hedge, testWindow, history };
}

/** Most rows that a line of a kind may rest on. */
export function longestWindow(hedge: HedgeKind): number {
  return hedge === "theil-sen" ? LONGEST_SLOPES : LONGEST_WINDOW;
}

/** @throws {RangeError} unless 0 ≤ exit < enter < Infinity. @param enter |z| that opens a position. */
export function checkBands(enter: number, exit: number): void {
  if (exit >= 0 && enter > exit && enter < Infinity) return;
  throw new RangeError(
    `enter must be above exit, and exit 0 or more, got ${enter} and ${exit}`,
  );
}

function checkOneOf(name: string, value: unknown, allowed: readonly string[]): void {
  if (allowed.some((one) => one === value)) return;
  throw new RangeError(`${name} must be one of ${allowed.join(", ")}, got ${value}`);
}

function checkBetween(name: string, value: number, least: number, most: number): void {
  checkWhole(name, value, least);
  if (value > most) throw new RangeError(`${name} must be at most ${most}, got ${value}`);
}
