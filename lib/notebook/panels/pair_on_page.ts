import type { Figure } from "../../charts/figure.ts";
import {
  PAGE_HEDGES,
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
import { floorTo, MINUTE } from "../../model/time.ts";
import { stepOf } from "../../model/timeframe.ts";
import type { PairSettings } from "../../pairs/pair_settings.ts";
import { type PairRows, pairRows } from "../../sync/pair_rows.ts";
import type { PairOnPage, PairPanelBasis } from "./pair_panel.ts";
import { stillPart } from "./still_part.ts";

export interface PairOnPageOptions {
  readonly enter: number;
  readonly exit: number;
  readonly lastBars: number;
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
 * A pair's chart with its controls; undefined where the page cannot make the numbers itself: of seconds, and of lines that
 * are fitted anew at each bar.
 */
export function pairOnPage(
  market: Market,
  basis: PairPanelBasis,
  { enter, exit, lastBars, still }: PairOnPageOptions,
): PairOnPage | undefined {
  const { y, x, settings, theme, money, open } = basis;
  const initial = choiceOf(settings, enter, exit);
  if (initial === undefined) return undefined;
  const most = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, rowsNeeded(lastBars, initial)));
  const labelOf = shortLabels(market.instruments);
  const labels = { y: labelOf(y), x: labelOf(x) };
  const others = PAGE_TIMEFRAMES.filter((one) => one !== initial.timeframe);
  const rowsOf = (timeframe: PageTimeframe, to: number) =>
    newestRowsOf(market, { y, x }, { timeframe, to, most });
  let sent = "";
  return {
    mount: (id) => {
      const setting = { pair: `${y}/${x}`, labels, initial, lastBars, remark: money, theme };
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
    feed: (id, { latest, source, tests }, { remark, labels, funding }, caption) => {
      const rows = rowsOf(initial.timeframe, latest!.endTime);
      const broken = tests === undefined ? "" : breakText(tests.break, labels);
      return pairViewFeed(id, { rows, source, remark, broken, funding }, caption, theme);
    },
  };
}

/** Where the controls stand at first; undefined where there are none for it. */
function choiceOf(
  { timeframe, hedge, window, zWindow }: PairSettings,
  enter: number,
  exit: number,
): PairChoice | undefined {
  const ofPage = PAGE_TIMEFRAMES.find((one) => one === timeframe);
  const line = PAGE_HEDGES.find((one) => one === hedge);
  if (ofPage === undefined || line === undefined) return undefined;
  return { timeframe: ofPage, hedge: line, window, zWindow, enter, exit };
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
