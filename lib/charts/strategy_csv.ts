import { settingAt } from "../pairs/strategy_surface.ts";
import type { FoundStrategy } from "../pairs/found_strategy.ts";
import { csvData, type CsvTable } from "./csv_text.ts";

/** Every figure, trade, setting and bar of a backtest as files, numbers in full; times are epoch ms UTC. */
export function strategyFiles(found: FoundStrategy): string {
  return strategyTables(found).map(csvData).join("");
}

/** What these files hold. */
export function strategyTables(found: FoundStrategy): CsvTable[] {
  return [performanceRows(found), tradeRows(found), surfaceRows(found), equityRows(found)];
}

/** The account in figures; money in that of y. */
function performanceRows({ summary, terms }: FoundStrategy) {
  const { refused, ...figures } = summary;
  return {
    name: "performance",
    head: ["figure", "value"],
    rows: [
      ...Object.entries({ capital: terms.capital, ...figures }),
      ...refused.map(({ reason, count }): [string, number] => [`refused: ${reason}`, count]),
    ],
  };
}

function tradeRows({ trades }: FoundStrategy) {
  return {
    name: "trades",
    head: [
      "entryTime",
      "exitTime",
      "side",
      "beta",
      "quantityY",
      "quantityX",
      "entryY",
      "entryX",
      "exitY",
      "exitX",
      "gross",
      "fees",
      "slippage",
      "funding",
      "unknownFundings",
      "net",
    ],
    rows: trades.map((trade) => [
      trade.entryTime,
      trade.exitTime,
      trade.side,
      trade.beta,
      trade.quantity.y,
      trade.quantity.x,
      trade.entry.y,
      trade.entry.x,
      trade.exit.y,
      trade.exit.x,
      trade.gross,
      trade.fees,
      trade.slippage,
      trade.funding,
      trade.unknownFundings,
      trade.net,
    ]),
  };
}

function surfaceRows({ grid, surface, folds }: FoundStrategy) {
  return {
    name: "surface",
    head: ["window", "entry", "net", "gross", "trades", "sharpe", "timesChosen"],
    rows: [...surface.net].map((net, i) => {
      const { window, enter } = settingAt(grid, i);
      const chosen = folds.filter(({ choice }) => choice === i).length;
      return [
        window,
        enter,
        net,
        surface.gross[i]!,
        surface.trades[i]!,
        surface.sharpe[i]!,
        chosen,
      ];
    }),
  };
}

/** Money to the cent: a week has two thousand bars. */
function equityRows({ time, equity, drawdown }: FoundStrategy) {
  return {
    name: "equity",
    head: ["time", "equity", "drawdown"],
    rows: [...time].map((at, row) => [at, rounded(equity[row]!, 2), rounded(drawdown[row]!, 6)]),
  };
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
