import { priceText } from "../../charts/number_text.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import type { Bar } from "../../model/bar.ts";
import { briefUtc, MINUTE, SECOND } from "../../model/time.ts";
import type { Panel } from "../panel.ts";
import { dataRemarks } from "../../market/data_remarks.ts";
import { marketPanel } from "./market_panel.ts";
import { assertOptions } from "../known_options.ts";
import { volumeText } from "./numbers.ts";
import { priceDecimals } from "./price_decimals.ts";
import { tableFrame } from "./table_frame.ts";

/** Options of {@link formingTable}. */
export interface FormingTableOptions {
  /** @default all */
  readonly instruments?: readonly string[];
  /** Closed minutes shown beneath the forming one. @default 3 */
  readonly closed?: number;
}

const OPTIONS: Readonly<Record<keyof FormingTableOptions, true>> = {
  instruments: true,
  closed: true,
};

/** The minute being made, growing with each update, above the last closed ones. */
export function formingTable(market: Market, options: FormingTableOptions = {}): Panel {
  assertOptions("formingTable", options, OPTIONS);
  const { closed = 3 } = options;
  return marketPanel(market, {
    again: (next) => formingTable(next, options),
    instruments: options.instruments,
    on: ["forming", "bar", "transition"],
    draw(_id, instruments) {
      const labelOf = shortLabels(market.instruments);
      const remarks = dataRemarks(market, instruments);
      const rows = instruments.flatMap((instrument, row) => {
        const forming = market.forming(instrument);
        const past = market.bars(instrument, { from: market.venueTime - 60 * MINUTE });
        const last = past.slice(-closed).reverse();
        const bars = forming === undefined ? last : [forming, ...last];
        const decimals = priceDecimals(market, instrument);
        const state = (bar: Bar) => stateOf(bar, market.venueTime, remarks[row]?.word);
        return bars.map((
          bar,
          i,
        ) => [i === 0 ? labelOf(instrument) : "", ...cellsOf(bar, state(bar), decimals)]);
      });
      return tableFrame(
        "The minute in the making",
        ["", "minute (UTC)", "state", "open", "high", "low", "close", "volume"],
        rows,
        { empty: "No data yet." },
      );
    },
  });
}

/** `closed`; `forming, to 14:08:25 UTC`; `broken off: stale` where nothing comes any more. */
function stateOf(bar: Bar, venueTime: number, remark: string | undefined): string {
  if (bar.closed) return "closed";
  if (remark !== undefined) return `broken off: ${remark}`;
  const to = Math.min(bar.openTime + MINUTE - SECOND, Math.max(bar.openTime, venueTime));
  return `forming, to ${briefUtc(to, to)}`;
}

function cellsOf(bar: Bar, state: string, decimals: number): string[] {
  return [
    new Date(bar.openTime).toISOString().slice(11, 16),
    state,
    ...[bar.open, bar.high, bar.low, bar.close].map((price) => priceText(price, decimals)),
    volumeText(bar.volume),
  ];
}
