import { venues } from "../../feeds/venues.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import type { Panel } from "../panel.ts";
import { formatUtc } from "../../model/time.ts";
import { marketPanel } from "./market_panel.ts";
import { assertOptions } from "../known_options.ts";
import { leftOut, tableFrame } from "./table_frame.ts";

/** Options of {@link journalTable}. */
export interface JournalTableOptions {
  /** Newest entries shown. @default 12 */
  readonly rows?: number;
}

const OPTIONS: Readonly<Record<keyof JournalTableOptions, true>> = {
  rows: true,
};

/** What happened, newest first: connections, contracts, gaps, heals and failures, each once. */
export function journalTable(market: Market, options: JournalTableOptions = {}): Panel {
  assertOptions("journalTable", options, OPTIONS);
  const { rows = 12 } = options;
  if (!Number.isSafeInteger(rows) || rows < 1) {
    throw new RangeError(`rows must be a whole number of at least 1, got ${rows}`);
  }
  return marketPanel(market, {
    again: (next) => journalTable(next, options),
    on: [
      "transition",
      "failure",
      "gap",
      "heal",
      "contract",
      "label",
      "trading",
      "outage",
      "summary",
    ],
    tellsAge: true,
    draw() {
      const { entries } = market.journal;
      const labelOf = shortLabels(market.instruments);
      const lines = entries.slice(-rows).reverse().map((entry) => [
        formatUtc(entry.receivedAt).replace(" UTC", ""),
        nameOf(entry.source, labelOf),
        entry.level === "warning" ? "▲ warning" : "info",
        entry.text,
      ]);
      const hidden = entries.length - lines.length;
      const note = leftOut(hidden, "earlier entries", market.advice.earlierEntries);
      return tableFrame(
        "Log (by this machine's clock, UTC)",
        ["time", "source", "level", "what"],
        lines,
        {
          note,
          empty: "Nothing has happened yet.",
        },
      );
    },
  });
}

/** A source of the journal as a reader knows it: `IBKR` for `ibkr`, `BTC/USDT` for `BTCUSDT`. */
function nameOf(source: string, labelOf: (id: string) => string): string {
  return venues().find(({ id }) => id === source)?.title ?? labelOf(source);
}
