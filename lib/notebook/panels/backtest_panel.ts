import { PAGE } from "../../charts/page_theme.ts";
import { figureImage } from "../../charts/figure.ts";
import { strategyFiles } from "../../charts/strategy_csv.ts";
import { strategyFigure } from "../../charts/strategy_figure.ts";
import { noTradesNote, SURFACE_LEGEND, surfaceTable } from "../../charts/strategy_surface_table.ts";
import {
  performanceTable,
  strategySentence,
  surfaceSentence,
  tradesTable,
} from "../../charts/strategy_text.ts";
import { htmlTable } from "../../charts/table.ts";
import type { Market } from "../../market/market.ts";
import { type PairStrategySettings, pairStrategyStudy } from "../../pairs/studies/pair_strategy.ts";
import type { Panel } from "../panel.ts";
import { type BacktestOptions, backtestSettings, OWN_OPTIONS } from "./backtest_settings.ts";
import { mixedMoney } from "./mixed_money.ts";
import { sidesOf } from "./pair_panel.ts";
import { studyPanel, type StudyPanelOptions } from "./study_panel.ts";

/** Options of {@link backtestPanel}. */
export interface BacktestPanelOptions extends Omit<StudyPanelOptions, "pair">, BacktestOptions {
  /** Any two that are followed, `"AVAXUSDT/SOLUSDT"`: the first is hedged by the second. @default the first pair */
  readonly pair?: string;
}

/**
 * A pair traded on its past, at a cost: before each test the best of the settings on the bars before it, used on bars that
 * nobody has looked at. With every setting by hindsight, how far the best of them is luck, and each trade.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that cannot be.
 */
export function backtestPanel(market: Market, options: BacktestPanelOptions = {}): Panel {
  const { y, x } = sidesOf(market, options.pair);
  const sideOf = (id: string) => market.instruments.find((one) => one.id === id)!;
  const sides = { y: sideOf(y), x: sideOf(x) };
  const settings: PairStrategySettings = backtestSettings(options, sides);
  const { theme = PAGE } = options;
  const money = mixedMoney(sides);
  return studyPanel(market, options, {
    name: "backtestPanel",
    title: "traded on its past",
    study: pairStrategyStudy,
    settings: () => settings,
    timeframe: "5m",
    days: 7,
    timeframes: ["1m", "5m", "15m", "1h"],
    ownOptions: OWN_OPTIONS,
    instruments: [y, x],
    refresh: "15m",
    again: (next) => backtestPanel(next, options),
    show: (found, { labels, timeframe, source }) => {
      const names = { labels, money: sides.y.currency };
      const sentence = strategySentence(found, names);
      const tables = [performanceTable(found, names), tradesTable(found, names)];
      // Two flat lines and a table of dashes would say nothing that the sentence does not.
      const outcome = found.summary.trades === 0 ? { before: noTradesNote(theme), after: "" } : {
        before: figureImage(strategyFigure(found, { names, source, sentence, theme })),
        after: htmlTable({ ...tables[0]!, theme }),
      };
      return {
        sentence: [
          sentence,
          surfaceSentence(found.surface, found),
          ...(money === "" ? [] : [`${money}.`]),
        ]
          .join(" "),
        body: outcome.before + surfaceTable(found, theme) + outcome.after + strategyFiles(found),
        method:
          `least squares on ${timeframe} log prices of the bars before, decided at closes, filled at the next open, ` +
          "whole lots",
        legend: SURFACE_LEGEND,
        table: tables[1]!,
      };
    },
  });
}
