import { tickerLine } from "../../charts/ticker_line.ts";
import { PAGE } from "../../charts/page_theme.ts";
import type { Theme } from "../../charts/theme.ts";
import type { Market } from "../../market/market.ts";
import type { Panel } from "../panel.ts";
import { dataRemark } from "../../market/data_remarks.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import { instrumentFreshness } from "../../market/instrument_freshness.ts";
import { newestPrice, priceADayAgo } from "./newest_price.ts";
import { marketPanel } from "./market_panel.ts";
import { assertOptions } from "../known_options.ts";
import { priceDecimals } from "./price_decimals.ts";

/** Options of {@link ticker}. */
export interface TickerOptions {
  /** @default all */
  readonly instruments?: readonly string[];
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof TickerOptions, true>> = {
  instruments: true,
  theme: true,
};

/** Prices are looked at for their age at this pace when nothing else happens, local ms. */
const AGE_EVERY_MS = 5_000;

/** The newest prices in one line, with their change over a day, and the time of those that are old. */
export function ticker(market: Market, options: TickerOptions = {}): Panel {
  assertOptions("ticker", options, OPTIONS);
  const { theme = PAGE } = options;
  return marketPanel(market, {
    again: (next) => ticker(next, options),
    instruments: options.instruments,
    on: ["forming", "bar", "transition"],
    tellsAge: true,
    everyMs: AGE_EVERY_MS,
    isInStep: true,
    draw(_id, instruments) {
      const labelOf = shortLabels(market.instruments);
      const fresh = instrumentFreshness(market.status(), instruments);
      const entries = instruments.map((id) => {
        const price = newestPrice(market, id);
        const before = priceADayAgo(market, id).price;
        const own = fresh.find(({ instrument }) => instrument === id);
        const remark = dataRemark(own);
        return {
          label: labelOf(id),
          price,
          changePercent: 100 * (price - before) / before,
          ageMs: own?.ageMs,
          lastAt: own?.lastAt ?? NaN,
          ...(remark === undefined ? {} : { remark }),
          source: market.sourceOf(id),
          decimals: priceDecimals(market, id),
        };
      });
      return tickerLine(entries, { theme, venueTime: market.venueTime });
    },
  });
}
