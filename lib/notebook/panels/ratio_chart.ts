import { PAGE } from "../../charts/page_theme.ts";
import { figureImage } from "../../charts/figure.ts";
import { escapeHtml } from "../../charts/markup.ts";
import { ratioFigure, ratioSentence } from "../../charts/ratio_figure.ts";
import { fontStyle } from "../../charts/table_style.ts";
import { EDGE_PX, type Theme } from "../../charts/theme.ts";
import { pairRemark } from "../../market/data_remarks.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import type { Bar } from "../../model/bar.ts";
import { DAY } from "../../model/time.ts";
import { type BarTimeframe, barTimeframe, stepOf } from "../../model/timeframe.ts";
import { type NormalizedRatio, normalizedRatio } from "../../sync/normalized_ratio.ts";
import { assertOptions } from "../known_options.ts";
import type { Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { marketPanel } from "./market_panel.ts";
import { newestBarEnd } from "./newest_minute_end.ts";
import { pairOf } from "./pair_of.ts";

/** Options of {@link ratioChart}. */
export interface RatioChartOptions {
  /** E.g. `"BTCUSDT/ES"`: the first in units of the second. @default the market's first pair */
  readonly pair?: string;
  /** Length of a bar. @default "5m" */
  readonly timeframe?: BarTimeframe;
  /** Bars in the bands. @default 20 */
  readonly window?: number;
  /** Standard deviations from the middle to a band. @default 2 */
  readonly bandWidth?: number;
  /** Venue time looked back, ms. @default a day */
  readonly lookBackMs?: number;
  /** CSS px. @default 1100 */
  readonly width?: number;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof RatioChartOptions, true>> = {
  pair: true,
  timeframe: true,
  window: true,
  bandWidth: true,
  lookBackMs: true,
  width: true,
  theme: true,
};

/** More bars fill no screen. */
const MOST_BARS = 3_000;
const LEAST_WIDTH = 320;

/**
 * One market in units of another with its Bollinger bands, marked where it is beyond them, above the moves of both. It
 * begins at 100; a contract that follows another begins its bands anew.
 *
 * @throws {RangeError} for a window, a width or a look back that cannot be drawn.
 */
export function ratioChart(market: Market, options: RatioChartOptions = {}): Panel {
  assertOptions("ratioChart", options, OPTIONS);
  const { a, b } = pairOf(market, options.pair);
  const { window = 20, bandWidth = 2, lookBackMs = DAY, width = 1_100, theme = PAGE } = options;
  const timeframe = barTimeframe(options.timeframe ?? "5m"), stepMs = stepOf(timeframe);
  assertAtLeast("window", window, 2, Number.isInteger(window));
  assertAtLeast("bandWidth", bandWidth, 0.1);
  assertAtLeast("lookBackMs", lookBackMs, 2 * stepMs);
  assertAtLeast("width", width, LEAST_WIDTH);
  return marketPanel(market, {
    again: (next) => ratioChart(next, options),
    instruments: [a, b],
    needsAll: true,
    draw() {
      // The same picture until its next bar closes: what does not change is not sent again.
      const updatedAt = stepMs * Math.floor(newestBarEnd(market, [a, b]) / stepMs);
      const from = Math.max(updatedAt - lookBackMs, updatedAt - MOST_BARS * stepMs);
      const future = market.instruments.find(({ id, kind }) =>
        kind === "future" && [a, b].includes(id)
      );
      const barsOf = (id: string) =>
        Number.isNaN(from) ? [] : market.bars(id, { timeframe, daysOf: future?.id ?? id, from });
      const { openTime, ratio, rolls } = ratioOf(barsOf(a), barsOf(b), {
        window,
        bandWidth,
        stepMs,
      });
      const labelOf = shortLabels(market.instruments);
      const settings = {
        labels: { a: labelOf(a), b: labelOf(b) },
        timeframe,
        stepMs,
        window,
        bandWidth,
        rolls,
        source: market.sourceOf(a) === market.source ? market.sourceOf(b) : market.sourceOf(a),
        updatedAt,
        remark: pairRemark(market, [a, b]),
        theme,
        width,
      };
      const figure = ratioFigure(openTime, ratio, settings);
      // Beside the picture: where there is little room words go on in further lines.
      const said = `<div style="background-color:${theme.background};color:${theme.text};` +
        `padding:4px ${EDGE_PX}px;${fontStyle(13, theme)}">${
          escapeHtml(ratioSentence(ratio, settings))
        }</div>`;
      return { html: said + figureImage(figure), text: figure.alt };
    },
  });
}

function assertAtLeast(name: string, value: unknown, least: number, isRight = true): void {
  if (typeof value === "number" && Number.isFinite(value) && value >= least && isRight) return;
  throw plainError(
    new RangeError(`${name} of ratioChart must be a number of ${least} or more, got ${value}`),
  );
}

interface PairRatio {
  readonly openTime: Float64Array;
  readonly ratio: NormalizedRatio;
  readonly rolls: readonly number[];
}

/** Bars of both sides, by time: a row for each that either has, and what is unknown where one lacks. */
function ratioOf(
  a: readonly Bar[],
  b: readonly Bar[],
  { window, bandWidth, stepMs }: {
    readonly window: number;
    readonly bandWidth: number;
    readonly stepMs: number;
  },
): PairRatio {
  const times = [...a, ...b].map(({ openTime }) => openTime);
  const start = times.reduce((least, time) => Math.min(least, time), Infinity);
  const end = times.reduce((most, time) => Math.max(most, time), -Infinity) + stepMs;
  const length = times.length === 0 ? 0 : Math.round((end - start) / stepMs);
  const openTime = Float64Array.from({ length }, (_, row) => start + row * stepMs);
  const priceA = new Float64Array(length).fill(NaN), priceB = priceA.slice();
  const rolls: number[] = [];
  for (const [bars, column] of [[a, priceA], [b, priceB]] as const) {
    let contract: string | undefined;
    for (const bar of bars) {
      column[Math.round((bar.openTime - start) / stepMs)] = bar.close;
      const isNew = contract !== undefined && bar.contract !== undefined &&
        bar.contract !== contract;
      if (isNew) rolls.push(bar.openTime);
      contract = bar.contract ?? contract;
    }
  }
  rolls.sort((one, other) => one - other);
  const rollRows = rolls.map((time) => Math.round((time - start) / stepMs));
  const ratio = normalizedRatio(priceA, priceB, { window, width: bandWidth, restarts: rollRows });
  return { openTime, ratio, rolls };
}
