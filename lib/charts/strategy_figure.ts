import type { Source } from "../model/instrument.ts";
import type { FoundStrategy } from "../pairs/found_strategy.ts";
import type { Figure } from "./figure.ts";
import { lineFigure } from "./line_figure.ts";
import { shortNumber } from "./number_text.ts";
import type { StrategyNames } from "./strategy_text.ts";
import type { Theme } from "./theme.ts";

export interface StrategyFigureOptions {
  readonly names: StrategyNames;
  readonly source: Source;
  readonly sentence: string;
  readonly theme: Theme;
  /** CSS px. @default 900 */
  readonly width?: number;
}

/** Room for the names at the right ends, CSS px. */
const NAMES_PX = 124;

/** Money won out of sample, and below it how far the account stood under its highest. */
export function strategyFigure(
  { equity, drawdown, time, terms, folds }: FoundStrategy,
  { names, source, sentence, theme, width = 900 }: StrategyFigureOptions,
): Figure {
  const title = `${names.labels.join(" against ")}: money won out of sample`;
  const zero = { value: 0, name: "", colour: theme.faintText, dash: "none" };
  const updatedAt = time.at(-1) ?? NaN;
  return lineFigure([
    {
      label: `won so far after costs, ${names.money}`,
      height: 150,
      lines: [{
        name: `net ${newestOf(equity, -terms.capital)}`,
        values: equity.map((value) => value - terms.capital),
        colour: theme.lines[0]!,
      }],
      levels: [zero],
    },
    {
      label: "below the highest so far, %",
      height: 80,
      lines: [{
        name: `drawdown ${newestOf(drawdown, 0, 100)} %`,
        values: drawdown.map((value) => 100 * value),
        colour: theme.down,
      }],
      levels: [zero],
    },
  ], {
    title,
    alt: `${title}. ${sentence}`,
    source,
    isOld: false,
    time,
    from: folds[0]?.testFrom ?? updatedAt,
    to: updatedAt,
    rolls: [],
    footer:
      `each test of ${folds.length} begins without a position · marked at closes · times in UTC`,
    updatedAt,
    theme,
    width,
    namesPx: NAMES_PX,
  });
}

/** The newest value, beside the end of its line: on a phone the numbers of the axis are out of sight. */
function newestOf(values: Float64Array, plus: number, times = 1): string {
  return shortNumber(Number((times * ((values.at(-1) ?? NaN) + plus)).toFixed(2)));
}
