import type { PairFits } from "../pairs/pair_fits.ts";
import type { HedgeKind, PairOptions, PairTimeframe } from "../pairs/pair_settings.ts";
import { pairBarAt, type PairColumns, type PairReading, PairState } from "../pairs/pair_state.ts";
import { checkBands, pairSettings } from "../pairs/pair_settings.ts";
import { pairScore } from "../pairs/past_z_score.ts";
import { hedgedSpread } from "../pairs/past_hedge.ts";
import type { PairRows } from "../sync/pair_rows.ts";
import type { PairLine } from "./packed_pair_line.ts";

/** Lines that the page fits itself: those that are updated bar by bar. The others come with the rows, as {@link PairLine}. */
export const PAGE_HEDGES = ["ols", "total"] as const satisfies readonly HedgeKind[];
/** Bars that travel beside those that a chart was made for. */
export const PAGE_TIMEFRAMES = [
  "1m",
  "5m",
  "15m",
  "1h",
] as const satisfies readonly PairTimeframe[];
export type PageTimeframe = (typeof PAGE_TIMEFRAMES)[number];

/** What a reader can change of a pair's chart. */
export interface PairChoice {
  readonly timeframe: PairTimeframe;
  readonly hedge: HedgeKind;
  /** Bars that each line rests on. */
  readonly window: number;
  /** Spreads that each z-score rests on. */
  readonly zWindow: number;
  /** |z| at which a position would be opened, and closed. */
  readonly enter: number;
  readonly exit: number;
}

/** @throws {RangeError} naming the option, its rule and the value, as `market.pair` and `pairChart` do. */
export function checkPairChoice({ enter, exit, ...options }: PairChoice): PairChoice {
  const { timeframe, hedge, window, zWindow } = pairSettings(options as PairOptions);
  checkBands(enter, exit);
  return { timeframe, hedge, window, zWindow, enter, exit } as PairChoice;
}

/** True for a line that the page fits itself. */
export function isOfPage(hedge: HedgeKind): boolean {
  return PAGE_HEDGES.some((one) => one === hedge);
}

/** The page's code has no room for lines that are fitted anew at each bar. */
const UNFITTED: PairFits = {
  robust: () => ({ beta: NaN, alpha: NaN }),
  learn: () => undefined,
};
/** Least that `market.pair` keeps with the longest window. */
const LEAST_HISTORY = 1_200;

/** What a choice comes to. */
export interface StudiedPair {
  readonly columns: PairColumns;
  readonly reading: PairReading;
}

/** Rows that the lines and z-scores of the newest `shown` rows rest on. */
export function rowsNeeded(shown: number, choice: Pick<PairChoice, "window" | "zWindow">): number {
  return shown + choice.window + choice.zWindow;
}

/**
 * A pair's spread and z-score as `market.pair` has them, from rows that have travelled to a page.
 *
 * @param shown newest rows that are wanted.
 * @param line for a hedge that the page does not fit itself; without one it is not known.
 * @returns undefined before the first row.
 */
export function studyPair(
  rows: PairRows,
  choice: Pick<PairChoice, "timeframe" | "hedge" | "window" | "zWindow">,
  shown: number,
  line?: PairLine,
): StudiedPair | undefined {
  const { timeframe, window, zWindow } = choice;
  const hedge = line === undefined ? choice.hedge : "ols";
  const history = Math.max(LEAST_HISTORY, shown + zWindow);
  const settings = pairSettings({ timeframe, hedge, window, zWindow, history });
  const state = new PairState(settings, rows.stepMs, UNFITTED);
  for (let row = Math.max(0, rows.length - rowsNeeded(shown, choice)); row < rows.length; row++) {
    state.push(pairBarAt(rows, row));
  }
  const { reading } = state;
  if (reading === undefined) return undefined;
  const columns = line === undefined ? state.columns : alongLine(state.columns, line, zWindow);
  const last = (column: Float64Array) => column.at(-1) ?? NaN;
  const { beta, alpha, spread, z } = columns;
  return {
    columns: newestRows(columns, shown),
    reading: {
      ...reading,
      beta: last(beta),
      alpha: last(alpha),
      spread: last(spread),
      z: last(z),
    },
  };
}

/** The same rows with their distance from a line that was known before each. */
function alongLine(columns: PairColumns, line: PairLine, zWindow: number): PairColumns {
  const { length, y, x, roll } = columns;
  const beta = line.beta.slice(-length), alpha = line.alpha.slice(-length);
  const spread = hedgedSpread(y.map(Math.log), x.map(Math.log), { beta, alpha });
  let score = pairScore(zWindow);
  const z = spread.map((value, row) => {
    if (roll[row] === 1) score = pairScore(zWindow);
    return score.push(value);
  });
  return { ...columns, beta, alpha, spread, z };
}

/** The newest rows of a pair. */
export function newestRows(columns: PairColumns, shown: number): PairColumns {
  const first = Math.max(0, columns.length - shown);
  const cut = (column: Float64Array) => column.subarray(first);
  return {
    length: columns.length - first,
    openTime: cut(columns.openTime),
    y: cut(columns.y),
    x: cut(columns.x),
    ratio: cut(columns.ratio),
    beta: cut(columns.beta),
    alpha: cut(columns.alpha),
    spread: cut(columns.spread),
    z: cut(columns.z),
    correlation: cut(columns.correlation),
    possible: columns.possible.subarray(first),
    roll: columns.roll.subarray(first),
  };
}
