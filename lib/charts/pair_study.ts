import type { PairFits } from "../pairs/pair_fits.ts";
import type { HedgeKind, PairOptions, PairTimeframe } from "../pairs/pair_settings.ts";
import { pairBarAt, type PairColumns, type PairReading, PairState } from "../pairs/pair_state.ts";
import { checkBands, pairSettings } from "../pairs/pair_settings.ts";
import type { PairRows } from "../sync/pair_rows.ts";

/** Lines that the page fits itself: those that are updated bar by bar. */
export const PAGE_HEDGES = ["ols", "total"] as const satisfies readonly HedgeKind[];
/** Bars that the page has. */
export const PAGE_TIMEFRAMES = [
  "1m",
  "5m",
  "15m",
  "1h",
] as const satisfies readonly PairTimeframe[];
export type PageTimeframe = (typeof PAGE_TIMEFRAMES)[number];

/** What a reader can change of a pair's chart. */
export interface PairChoice {
  readonly timeframe: PageTimeframe;
  readonly hedge: (typeof PAGE_HEDGES)[number];
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
 * @returns undefined before the first row.
 */
export function studyPair(
  rows: PairRows,
  choice: Pick<PairChoice, "timeframe" | "hedge" | "window" | "zWindow">,
  shown: number,
): StudiedPair | undefined {
  const { timeframe, hedge, window, zWindow } = choice;
  const history = Math.max(LEAST_HISTORY, shown);
  const settings = pairSettings({ timeframe, hedge, window, zWindow, history });
  const state = new PairState(settings, rows.stepMs, UNFITTED);
  for (let row = Math.max(0, rows.length - rowsNeeded(shown, choice)); row < rows.length; row++) {
    state.push(pairBarAt(rows, row));
  }
  const { reading } = state;
  return reading === undefined ? undefined : { columns: newestRows(state.columns, shown), reading };
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
