import { priceText } from "../../charts/number_text.ts";
import { venueTitle } from "../../feeds/venues.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import { hasBar } from "../../model/minute_grid.ts";
import { formatUtc, MINUTE } from "../../model/time.ts";
import type { Panel } from "../panel.ts";
import { marketPanel } from "./market_panel.ts";
import { countText, shareText } from "./numbers.ts";
import { priceDecimals } from "./price_decimals.ts";
import { tableFrame } from "./table_frame.ts";

const COLUMNS = [
  "",
  "from",
  "minutes",
  "first opens",
  "last ends",
  "price",
  "change",
  "healed",
  "without a bar",
  "source",
];

/** What came in, in one place: span, minutes, first and last price, gaps and healing of each instrument. */
export function marketSummary(market: Market): Panel {
  return marketPanel(market, {
    again: marketSummary,
    on: ["minute", "heal", "transition"],
    tellsAge: true,
    draw() {
      const labelOf = shortLabels(market.instruments);
      const rows = market.instruments.map(({ id, venue, exchange }) => {
        const grid = market.minuteGrid(id);
        const { streamed, backfilled, healed, missing } = market.coverage(id);
        const first = grid.status.findIndex(hasBar), last = grid.status.findLastIndex(hasBar);
        const opensAt = grid.start + first * MINUTE, endsAt = grid.start + (last + 1) * MINUTE;
        const open = grid.open[first] ?? NaN, close = grid.close[last] ?? NaN;
        return [
          labelOf(id),
          placeOf(exchange, venueTitle(venue)),
          countText(streamed + backfilled + healed),
          first < 0 ? "–" : formatUtc(opensAt),
          last < 0 ? "–" : formatUtc(endsAt),
          priceText(close, priceDecimals(market, id)),
          shareText((close - open) / open),
          countText(healed),
          countText(missing.reduce((sum, span) => sum + span.minutes, 0)),
          market.sourceOf(id),
        ];
      });
      return tableFrame(
        "Summary",
        COLUMNS,
        rows,
        { note: market.status().message },
      );
    },
  });
}

/** `CME via IBKR`; a venue that is an exchange itself stands alone. */
function placeOf(exchange: string, venue: string): string {
  return exchange === venue ? venue : `${exchange} via ${venue}`;
}
