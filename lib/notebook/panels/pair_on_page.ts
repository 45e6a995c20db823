import type { Figure } from "../../charts/figure.ts";
import type { PairLine } from "../../charts/packed_pair_line.ts";
import {
  isOfPage,
  PAGE_TIMEFRAMES,
  type PageTimeframe,
  type PairChoice,
  rowsNeeded,
} from "../../charts/pair_study.ts";
import { breakText } from "../../charts/pair_text.ts";
import { pairViewBars, pairViewFeed, pairViewMount } from "../../charts/pair_view.ts";
import { stillNote } from "../../charts/still_picture.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import type { MarketPair } from "../../market/market_pair.ts";
import { floorTo, MINUTE, SECOND } from "../../model/time.ts";
import { stepOf } from "../../model/timeframe.ts";
import { type PairRows, pairRows } from "../../sync/pair_rows.ts";
import type { PairOnPage, PairPanelBasis } from "./pair_panel.ts";
import { stillPart } from "./still_part.ts";

export interface PairOnPageOptions {
  readonly enter: number;
  readonly exit: number;
  readonly lastBars: number;
  /** Whether a server makes another chart where more is chosen than this one can draw. */
  readonly isServed: boolean;
  /** The picture that stands in; undefined while there is nothing to draw. */
  readonly still: (pair: MarketPair) => Figure | undefined;
}

/** Rows of each length of bars that travel, at least: what a reader may widen the windows over. */
const LEAST_ROWS = 1_440;
/** Most that travel, however long the windows. */
const MOST_ROWS = 4_320;
/** Least local time between two of the other bars' rows, however much changes. */
const BARS_EVERY_MS = 30_000;

/**
 * A pair's chart with its controls. Lines that are fitted anew at each bar come with the rows: of them the page changes
 * the bands and the window of z.
 */
export function pairOnPage(
  market: Market,
  basis: PairPanelBasis,
  { enter, exit, lastBars, isServed, still }: PairOnPageOptions,
): PairOnPage {
  const { y, x, settings, theme, money, open } = basis;
  const { timeframe: own, hedge, window, zWindow } = settings;
  const initial: PairChoice = { timeframe: own, hedge, window, zWindow, enter, exit };
  const most = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, rowsNeeded(lastBars, initial)));
  const labelOf = shortLabels(market.instruments);
  const labels = { y: labelOf(y), x: labelOf(x) };
  const others = PAGE_TIMEFRAMES.filter((one) => one !== own);
  const rowsOf = (timeframe: PageTimeframe, to: number) =>
    newestRowsOf(market, { y, x }, { timeframe, to, most });
  let sent = "";
  return {
    mount: (id) => {
      const setting = {
        pair: `${y}/${x}`,
        labels,
        initial,
        lastBars,
        remark: money,
        isServed,
        hasSeconds: market.source !== "stored",
        theme,
      };
      return {
        html: pairViewMount(id, setting, stillNote(theme)),
        text: `Spread and z-score of ${labels.y} – ${labels.x}`,
      };
    },
    parts: [
      {
        name: "bars",
        on: ["minute", "heal"],
        minIntervalMs: BARS_EVERY_MS,
        draw(id) {
          const { latest } = market;
          if (latest === undefined) return undefined;
          const to = latest.openTime + MINUTE;
          const rows = others.map((timeframe) => [timeframe, rowsOf(timeframe, to)] as const);
          const html = pairViewBars(id, rows.filter(([, { length }]) => length > 1));
          if (html === sent) return undefined;
          sent = html;
          return { html, text: "" };
        },
      },
      stillPart(() => {
        using pair = open();
        return still(pair);
      }),
    ],
    feed: (id, pair, { remark, labels, funding }, caption) => {
      const { latest, source, tests } = pair;
      const rows = own === "1s" ? secondsOf(pair, most) : rowsOf(own, latest!.endTime);
      const line = isOfPage(hedge) ? undefined : lineOf(pair, rows);
      const broken = tests === undefined ? "" : breakText(tests.break, labels);
      return pairViewFeed(id, { rows, line, source, remark, broken, funding }, caption, theme);
    },
  };
}

/** The newest rows of seconds that a pair has. */
function secondsOf({ columns }: MarketPair, most: number): PairRows {
  const first = Math.max(0, columns.length - most), length = columns.length - first;
  return {
    start: columns.openTime[first]!,
    stepMs: SECOND,
    length,
    y: columns.y.slice(first),
    x: columns.x.slice(first),
    // As the rows of `market.pair`: every second follows on the one before, and seconds know no contract.
    cut: new Uint8Array(length),
    possible: columns.possible.slice(first),
    contractY: new Uint8Array(length),
    contractX: new Uint8Array(length),
  };
}

/** The pair's own line at these rows. */
function lineOf({ columns, settings }: MarketPair, { start, stepMs, length }: PairRows): PairLine {
  const { hedge, window } = settings;
  const first = Math.round((start - columns.openTime[0]!) / stepMs);
  const at = (column: Float64Array) =>
    Float64Array.from({ length }, (_, row) => column[first + row] ?? NaN);
  return { hedge, window, beta: at(columns.beta), alpha: at(columns.alpha) };
}

function newestRowsOf(
  market: Market,
  { y, x }: { readonly y: string; readonly x: string },
  { timeframe, to, most }: { timeframe: PageTimeframe; to: number; most: number },
): PairRows {
  const stepMs = stepOf(timeframe), end = floorTo(to, stepMs);
  const grids = [market.minuteGrid(y), market.minuteGrid(x)] as const;
  const start = floorTo(Math.max(...grids.map((grid) => grid.start)) + stepMs - 1, stepMs);
  const from = Math.max(start, end - most * stepMs);
  return pairRows(...grids, timeframe, { from: Math.min(from, end), to: end });
}
