import type { MinuteGrid } from "../../model/minute_grid.ts";
import { ceilTo, floorTo } from "../../model/time.ts";
import { stepOf } from "../../model/timeframe.ts";
import { PastSpread } from "../../pairs/past_spread.ts";
import { defaultMinPeriods } from "../../sync/pair_window.ts";
import { commonSlots } from "../../sync/pair_correlation.ts";
import { type GridTimeframe, type Slot, slotAt } from "../../sync/timeframe_grid.ts";
import { sameNumber, sameText, type TableBlock, type TableColumn } from "../table.ts";
import type { MinuteRange } from "./aligned_table.ts";

const EVIDENCE: readonly TableColumn[] = [
  { name: "openTime", kind: "time" },
  { name: "pair", kind: "text" },
  { name: "timeframe", kind: "text" },
  { name: "window", kind: "integer" },
  { name: "n", kind: "integer" },
  { name: "expected", kind: "integer" },
];

/** Columns of the two tables of a pair: the spread with its line, and the z-score. */
export const SPREAD_COLUMNS: Readonly<Record<"spread" | "zscore", readonly TableColumn[]>> = {
  spread: [
    ...EVIDENCE,
    { name: "beta", kind: "number" },
    { name: "alpha", kind: "number" },
    { name: "spread", kind: "number" },
  ],
  zscore: [...EVIDENCE, { name: "zscore", kind: "number" }],
};

/** One pair's spread. */
export interface SpreadPart {
  /** `y/x`: y is hedged by x. */
  readonly pair: string;
  readonly y: MinuteGrid;
  readonly x: MinuteGrid;
  readonly timeframe: GridTimeframe;
  /** Bars before each row that its line rests on. */
  readonly window: number;
}

/**
 * Spread or z-score of log prices, a row each slot that opens at or after `from` and ends by `to`: as alerts read them,
 * the line and its deviation by the `window` bars before the row. Bars of another contract month than the row's count
 * for nothing. Every row is worked out from its own window, so that it is the same wherever the table begins.
 */
export function spreadBlock(
  what: "spread" | "zscore",
  { pair, y, x, timeframe, window }: SpreadPart,
  { from = -Infinity, to = Infinity }: MinuteRange = {},
): TableBlock {
  const stepMs = stepOf(timeframe);
  const common = commonSlots(y, x, stepMs, to);
  const first = Math.max(common.start, ceilTo(from, stepMs));
  const rows = Math.max(0, (floorTo(common.end, stepMs) - first) / stepMs || 0);
  const before = first - window * stepMs;
  const slotsOf = (grid: MinuteGrid) =>
    Array.from({ length: rows + window }, (_, i) => slotAt(grid, stepMs, before + i * stepMs));
  const sides: Sides = { y: slotsOf(y), x: slotsOf(x) };
  const column = () => new Float64Array(rows);
  const openTime = column(), n = column(), expected = column();
  const beta = column(), alpha = column(), spread = column(), zscore = column();
  for (let row = 0; row < rows; row++) {
    const found = readingAt(sides, row, window);
    openTime[row] = first + row * stepMs;
    n[row] = found.n;
    expected[row] = found.expected;
    beta[row] = found.beta;
    alpha[row] = found.alpha;
    spread[row] = found.spread;
    zscore[row] = found.zscore;
  }
  const values = what === "spread" ? [beta, alpha, spread] : [zscore];
  return {
    length: rows,
    columns: [
      openTime,
      sameText(pair, rows),
      sameText(timeframe, rows),
      sameNumber(window, rows),
      n,
      expected,
      ...values,
    ],
  };
}

/** Slots of both legs, one below the other. */
interface Sides {
  readonly y: readonly Slot[];
  readonly x: readonly Slot[];
}

/** The slot behind the `window` slots from `first` on, against them. */
function readingAt({ y, x }: Sides, first: number, window: number) {
  const past = new PastSpread({ window, minPeriods: defaultMinPeriods(window) });
  const nowY = y[first + window]!, nowX = x[first + window]!;
  let expected = 0;
  for (let at = first; at < first + window; at++) {
    past.push(logOf(y[at]!, nowY), logOf(x[at]!, nowX));
    if (couldBe(y[at]!) && couldBe(x[at]!)) expected++;
  }
  const { n, beta, alpha, spread, zscore } = past.of(logOf(nowY, nowY), logOf(nowX, nowX));
  return { n, expected, beta, alpha, spread, zscore };
}

function logOf(slot: Slot, now: Slot): number {
  return slot.isComplete && slot.contract === now.contract ? Math.log(slot.close) : NaN;
}

function couldBe(slot: Slot): boolean {
  return slot.isCovered && slot.inSession;
}
