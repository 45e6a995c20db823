import type { Market } from "../../market/market.ts";
import { formatUtc, MINUTE } from "../../model/time.ts";
import type { Panel } from "../panel.ts";
import { marketPanel } from "./market_panel.ts";
import { percentText, priceText } from "./numbers.ts";
import { tableFrame } from "./table_frame.ts";

/** What came in, in one place: span, minutes, first and last price, gaps and healing of each instrument. */
export function marketSummary(market: Market): Panel {
  return marketPanel(market, {
    on: ["minute", "heal", "transition"],
    tellsAge: true,
    draw() {
      const rows = market.instruments.map(({ id, venue, exchange }) => {
        const bars = market.bars(id);
        const { healed, missing } = market.coverage(id);
        const first = bars[0], last = bars.at(-1);
        const lost = missing.reduce((sum, span) => sum + span.minutes, 0);
        return [
          ...[id, `${exchange} via ${venue}`, String(bars.length)],
          first === undefined ? "–" : formatUtc(first.openTime),
          last === undefined ? "–" : formatUtc(last.openTime + MINUTE),
          priceText(last?.close ?? NaN),
          percentText(((last?.close ?? NaN) - (first?.open ?? NaN)) / (first?.open ?? NaN)),
          ...[String(healed), String(lost), market.sourceOf(id)],
        ];
      });
      return tableFrame(
        "Summary",
        [
          ...["", "from", "minutes", "first opens", "last ends", "price"],
          ...["change", "healed", "without a bar", "source"],
        ],
        rows,
        { note: market.status().message },
      );
    },
  });
}
