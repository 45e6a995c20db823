import { priceText } from "../../charts/number_text.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import { MINUTE } from "../../model/time.ts";
import { align } from "../../sync/align.ts";
import type { Panel } from "../panel.ts";
import { marketPanel } from "./market_panel.ts";
import { assertOptions } from "../known_options.ts";
import { shareText } from "./numbers.ts";
import { priceDecimals } from "./price_decimals.ts";
import { tableFrame } from "./table_frame.ts";

/** Options of {@link alignedTable}. */
export interface AlignedTableOptions {
  /** @default all that trade */
  readonly instruments?: readonly string[];
  /** Newest minutes shown. @default 8 */
  readonly rows?: number;
}

const OPTIONS: Readonly<Record<keyof AlignedTableOptions, true>> = {
  instruments: true,
  rows: true,
};

/** Closes and one-minute returns side by side, newest first; what is not closed is left open. */
export function alignedTable(market: Market, options: AlignedTableOptions = {}): Panel {
  assertOptions("alignedTable", options, OPTIONS);
  const { rows = 8 } = options;
  return marketPanel(market, {
    again: (next) => alignedTable(next, options),
    instruments: options.instruments,
    draw(_id, followed) {
      const indices = market.instruments.filter(({ kind }) => kind === "index");
      const instruments = options.instruments === undefined
        ? followed.filter((id) => !indices.some((index) => index.id === id))
        : followed;
      const decimals = instruments.map((id) => priceDecimals(market, id));
      const grids = new Map(instruments.map((id) => [id, market.minuteGrid(id)]));
      const ends = [...grids.values()].map((grid) => grid.start + grid.length * MINUTE);
      const to = Math.max(...ends);
      const aligned = align(grids, { from: to - rows * MINUTE, to });
      const lines = Array.from(aligned.openTime, (openTime, row) => [
        new Date(openTime).toISOString().slice(0, 16).replace("T", " "),
        ...instruments.flatMap((_, i) => [
          priceText(aligned.closes[i]![row]!, decimals[i]!),
          shareText(aligned.returns[i]![row]!),
        ]),
        aligned.complete[row] === 1 ? "complete" : "waiting, or shut",
      ]).reverse();
      const labelOf = shortLabels(market.instruments);
      const columns = instruments.flatMap((id) => [labelOf(id), "return"]);
      return tableFrame("On one clock", ["minute (UTC)", ...columns, ""], lines, {
        empty: "No minutes yet.",
      });
    },
  });
}
