import type { FoundStrategy } from "../pairs/found_strategy.ts";
import type { StudyPicture } from "./study_box.ts";
import { strategyFiles } from "./strategy_csv.ts";
import { noTradesNote, SURFACE_LEGEND, surfaceTable } from "./strategy_surface_table.ts";
import {
  performanceTable,
  type StrategyNames,
  strategySentence,
  surfaceSentence,
  tradesTable,
} from "./strategy_text.ts";
import { htmlTable } from "./table.ts";
import type { Theme } from "./theme.ts";

export interface StrategyAbout {
  readonly names: StrategyNames;
  readonly timeframe: string;
  /** What a pair of two currencies leaves out; empty for nothing. */
  readonly money: string;
  readonly theme: Theme;
}

/**
 * What a backtest comes to, as kernel and page show it.
 *
 * @param curve the account over time as HTML, said in this sentence.
 */
export function strategyPicture(
  found: FoundStrategy,
  { names, timeframe, money, theme }: StrategyAbout,
  curve: (sentence: string) => string,
): StudyPicture {
  const sentence = strategySentence(found, names);
  // Two flat lines and a table of dashes would say nothing that the sentence does not.
  const isIdle = found.summary.trades === 0;
  const before = isIdle ? noTradesNote(theme) : curve(sentence);
  const after = isIdle ? "" : htmlTable({ ...performanceTable(found, names), theme });
  return {
    sentence: [
      sentence,
      surfaceSentence(found.surface, found),
      ...(money === "" ? [] : [`${money}.`]),
    ].join(" "),
    body: before + surfaceTable(found, theme) + after + strategyFiles(found),
    method:
      `least squares on ${timeframe} log prices of the bars before, decided at closes, filled at the next open, ` +
      "whole lots",
    legend: SURFACE_LEGEND,
    table: tradesTable(found, names),
  };
}
