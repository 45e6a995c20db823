import { HEDGE_NAMES, pairFigure, pairSentence } from "../../charts/pair_figure.ts";
import type { Market } from "../../market/market.ts";
import type { Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { pairPanel, type PairPanelOptions } from "./pair_panel.ts";

/** Options of {@link pairChart}. */
export interface PairChartOptions extends PairPanelOptions {
  /** |z| at which a position would be opened. @default 2 */
  readonly enter?: number;
  /** |z| at which it would be closed, below `enter`. @default 0.5 */
  readonly exit?: number;
  /** Newest bars shown, 20 to 3,000. @default 720 */
  readonly lastBars?: number;
  /** CSS px, 480 or more. @default 1100 */
  readonly width?: number;
}

/**
 * The hedged spread of a pair and its z-score with the bands of entry and exit. Line and z-score were known before each
 * bar; the bands are levels to look at, not advice.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function pairChart(market: Market, options: PairChartOptions = {}): Panel {
  const { enter = 2, exit = 0.5, lastBars = 720, width = 1_100 } = options;
  if (!(exit >= 0 && enter > exit && enter < Infinity)) {
    refuse(`enter must be above exit, and exit 0 or more, got ${enter} and ${exit}`);
  }
  if (!(Number.isInteger(lastBars) && lastBars >= 20 && lastBars <= 3_000)) {
    refuse(`lastBars must be a whole number from 20 to 3,000, got ${lastBars}`);
  }
  if (!(width >= 480)) refuse(`width must be at least 480, got ${width}`);
  return pairPanel(market, options, {
    name: "pairChart",
    title: "spread and z-score",
    ownOptions: { enter: true, exit: true, lastBars: true, width: true },
    again: (next) => pairChart(next, options),
    show(pair, { labels, theme, stepMs, remark }) {
      const { latest: reading, columns: all, settings, source } = pair;
      if (reading === undefined || all.length < 2) return "No bar that both sides have yet.";
      const first = Math.max(0, all.length - lastBars);
      const cut = (column: Float64Array) => column.subarray(first);
      const columns = {
        length: all.length - first,
        openTime: cut(all.openTime),
        y: cut(all.y),
        x: cut(all.x),
        ratio: cut(all.ratio),
        beta: cut(all.beta),
        alpha: cut(all.alpha),
        spread: cut(all.spread),
        z: cut(all.z),
        correlation: cut(all.correlation),
        possible: all.possible.subarray(first),
        roll: all.roll.subarray(first),
      };
      const { timeframe, window, zWindow, hedge } = settings;
      const about = {
        labels,
        timeframe,
        stepMs,
        window,
        zWindow,
        enter,
        exit,
        source,
        remark,
        theme,
        width,
      };
      const count = (column: ArrayLike<number>) =>
        Array.from(column).reduce((sum, one) => sum + (one > 0 ? 1 : 0), 0);
      const both = columns.y.map((value, row) => value + columns.x[row]!);
      const correlation = Number.isFinite(reading.correlation)
        ? `correlation of returns ${reading.correlation.toFixed(2)} (${reading.returns} returns)`
        : "correlation not known yet";
      return {
        sentence: pairSentence(columns, reading, about),
        body: pairFigure(columns, reading, about),
        method:
          `${
            HEDGE_NAMES[hedge]
          } over the ${window} bars before each bar, z over ${zWindow} spreads before it; ` +
          correlation,
        n: count(both),
        expected: count(columns.possible),
        from: columns.openTime[0]!,
        to: reading.endTime,
      };
    },
  });
}

function refuse(text: string): never {
  throw plainError(new RangeError(`${text} (pairChart)`));
}
