import { settingAt } from "../pairs/strategy_surface.ts";
import type { FoundStrategy } from "../pairs/found_strategy.ts";
import { levelTint } from "./level_tint.ts";
import { escapeHtml } from "./markup.ts";
import { scrollBox } from "./scroll_box.ts";
import { signedMoney } from "./strategy_text.ts";
import { fontStyle } from "./table_style.ts";
import { EDGE_PX, type Theme } from "./theme.ts";

/** A cell, and the names of rows, CSS px: as wide as they like to be, and as they are where five entries fill a phone. */
const CELL_PX = 74, NAME_PX = 92, LEAST_CELL_PX = 56, LEAST_NAME_PX = 70;
const HEAD = "font-weight:500;padding:2px 1px;border:0;text-align:center";

/** What explains the surface. */
export const SURFACE_LEGEND =
  "the surface: money won after costs by each setting over all bars, by hindsight · bold: the best by Sharpe ratio · ×n: chosen n times · overfitting ranks settings: with costs it is low too where all lose";

/** Stands where the account's curve would, had anything been traded. */
export function noTradesNote(theme: Theme): string {
  return `<div style="padding:10px ${EDGE_PX}px;border:1px dashed ${theme.grid};margin:0 ${EDGE_PX}px 8px;` +
    `color:${theme.faintText};${
      fontStyle(13, theme)
    }">No trades out of sample: nothing was won or lost, ` +
    "and there is no curve to draw. The surface below is of every setting by hindsight.</div>";
}

/** Every setting as a table whose cells are coloured by what they won; numbers and colours say the same. */
export function surfaceTable(found: FoundStrategy, theme: Theme): string {
  const { grid: { windows, entries }, surface: { net } } = found;
  // Gains and losses each have a scale of their own: what many small trades lose to costs would hide all gains.
  const gain = Math.max(0, ...net), loss = -Math.min(0, ...net);
  const levelOf = (value: number) => value === 0 ? 0 : value / (value > 0 ? gain : loss);
  const names = entries.map((enter) =>
    `<th scope="col" style="${HEAD};color:${theme.faintText}">entry ${enter}</th>`
  );
  const lines = windows.map((window, row) => {
    const cells = entries.map((_, i) => cellOf(found, row * entries.length + i, levelOf, theme));
    return `<tr style="background-color:transparent"><th scope="row" style="${HEAD};` +
      `color:${theme.faintText}">window ${window}</th>${cells.join("")}</tr>`;
  });
  const width = NAME_PX + CELL_PX * entries.length;
  const least = LEAST_NAME_PX + LEAST_CELL_PX * entries.length;
  const table =
    `<table aria-label="Money won by window and entry" style="border-collapse:separate;` +
    `border-spacing:1px;border:0;margin:0;table-layout:fixed;width:clamp(${least}px,100%,${width}px);color:${theme.text};` +
    `${fontStyle(12, theme)}"><tr style="background-color:transparent"><th scope="col" ` +
    `style="${HEAD};width:${(100 * NAME_PX / width).toFixed(1)}%"></th>${names.join("")}</tr>${
      lines.join("")
    }</table>`;
  return `<div style="padding:0 ${EDGE_PX}px">${scrollBox(table, { least, theme })}</div>`;
}

function cellOf(
  found: FoundStrategy,
  index: number,
  levelOf: (value: number) => number,
  theme: Theme,
): string {
  const { surface, folds } = found;
  const value = surface.net[index]!, count = surface.trades[index]!;
  const chosen = folds.filter(({ choice }) => choice === index).length;
  const weight = index === surface.best ? ";font-weight:700" : "";
  // Only how often it was chosen may stand below what it won.
  const style = "text-align:center;padding:4px 0;border:0";
  const tint = count === 0 ? "" : `;background-color:${levelTint(levelOf(value), theme)}`;
  const times = chosen === 0 ? "" : ` ×${chosen}`;
  const text = count === 0 ? "no trade" : `${signedMoney(value)}${times}`;
  return `<td style="${style}${tint}${weight}" title="${
    escapeHtml(cellTitle(found, index))
  }">${text}</td>`;
}

/** `window 96, entry 2: +110.20 net, +901.00 gross, 35 trades, Sharpe 4.10 a year`. */
export function cellTitle(
  { grid, surface }: Pick<FoundStrategy, "grid" | "surface">,
  index: number,
): string {
  const { window, enter } = settingAt(grid, index);
  const { net, gross, trades, sharpe } = surface;
  const ratio = Number.isNaN(sharpe[index]!) ? "unknown" : sharpe[index]!.toFixed(2);
  return `window ${window}, entry ${enter}: ${signedMoney(net[index]!)} net, ${
    signedMoney(gross[index]!)
  } gross, ${trades[index]} trades, Sharpe ratio ${ratio} a year`;
}
