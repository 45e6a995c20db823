import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import { formatUtc } from "../../model/time.ts";
import type { Panel } from "../panel.ts";
import { marketPanel } from "./market_panel.ts";
import { assertOptions } from "../known_options.ts";
import { leftOut, tableFrame } from "./table_frame.ts";

/** Options of {@link flagsTable}. */
export interface FlagsTableOptions {
  /** Newest flags shown. @default 10 */
  readonly rows?: number;
}

const OPTIONS: Readonly<Record<keyof FlagsTableOptions, true>> = {
  rows: true,
};

/** Minutes worth a look, newest first. */
export function flagsTable(market: Market, options: FlagsTableOptions = {}): Panel {
  assertOptions("flagsTable", options, OPTIONS);
  const { rows = 10 } = options;
  return marketPanel(market, {
    again: (next) => flagsTable(next, options),
    draw() {
      const labelOf = shortLabels(market.instruments);
      const flags = market.instruments.flatMap(({ id }) =>
        market.flags(id).map((flag) => ({ instrument: id, ...flag }))
      ).sort((a, b) => b.openTime - a.openTime);
      const lines = flags.slice(0, rows).map((
        { instrument, openTime, kind, reason },
      ) => [formatUtc(openTime), labelOf(instrument), kind, reason]);
      const hidden = flags.length - lines.length;
      return tableFrame("Worth a second look", ["minute", "", "what", "why"], lines, {
        note: leftOut(hidden, "older flags", market.advice.olderFlags),
        empty: "Nothing stands out.",
      });
    },
  });
}
