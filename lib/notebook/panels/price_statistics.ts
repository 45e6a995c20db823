import { PAGE } from "../../charts/page_theme.ts";
import { priceText } from "../../charts/number_text.ts";
import { signed } from "../../charts/estimate_text.ts";
import { plainTable } from "../../charts/table.ts";
import { htmlTable } from "../../charts/table.ts";
import { sourceBadge } from "../../charts/labels.ts";
import type { Theme } from "../../charts/theme.ts";
import { dataRemarks } from "../../market/data_remarks.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import { hasBar, MinuteStatus, minutesWithin } from "../../model/minute_grid.ts";
import { formatUtc, MINUTE } from "../../model/time.ts";
import { describe } from "../../stats/rolling/describe.ts";
import { assertOptions } from "../known_options.ts";
import type { Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { marketPanel } from "./market_panel.ts";
import { newestMinuteEnd } from "./newest_minute_end.ts";
import { volumeText } from "./numbers.ts";
import { priceDecimals } from "./price_decimals.ts";
import { assertInstruments, tradedIds } from "./traded.ts";

/** Options of {@link priceStatistics}. */
export interface PriceStatisticsOptions {
  /** @default all that are traded */
  readonly instruments?: readonly string[];
  /** Newest minutes that are described, 10 to 43,200. @default 1440 */
  readonly minutes?: number;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof PriceStatisticsOptions, true>> = {
  instruments: true,
  minutes: true,
  theme: true,
};
const MOST_MINUTES = 43_200;

const COLUMNS = [
  "",
  "mean",
  "median",
  "sd",
  "min",
  "max",
  "skew",
  "kurtosis",
  "trades",
  "volume",
  "n of expected",
];

/**
 * What the closes of the newest minutes look like, an instrument a row: mean, median, standard deviation (divisor n - 1),
 * ends, sample skewness and excess kurtosis, trades where the venue counts them, and volume.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a number of minutes that is none allowed, and
 * for an instrument that is not in the market.
 */
export function priceStatistics(market: Market, options: PriceStatisticsOptions = {}): Panel {
  assertOptions("priceStatistics", options, OPTIONS);
  assertInstruments("priceStatistics", options.instruments);
  const { instruments: asked = tradedIds(market), minutes = 1_440, theme = PAGE } = options;
  if (!(Number.isInteger(minutes) && minutes >= 10 && minutes <= MOST_MINUTES)) {
    const rule = `a whole number from 10 to ${MOST_MINUTES.toLocaleString("en-US")}`;
    const text = `minutes of priceStatistics must be ${rule}, got ${minutes}`;
    throw plainError(new RangeError(text));
  }
  return marketPanel(market, {
    again: (next) => priceStatistics(next, options),
    instruments: asked,
    draw(_id, instruments) {
      const to = newestMinuteEnd(market, instruments), from = to - minutes * MINUTE;
      const labelOf = shortLabels(market.instruments);
      const remarks = dataRemarks(market, instruments);
      const rows = instruments.map((id, row) => {
        const remark = remarks[row];
        const name = remark === undefined ? labelOf(id) : `${labelOf(id)} (${remark.word})`;
        return [name, ...cellsOf(market, id, { from, to })];
      });
      const source = instruments.map((id) => market.sourceOf(id));
      const note = Number.isNaN(to)
        ? "No minute yet."
        : `Closes of complete minutes, ${formatUtc(from)} to ${
          formatUtc(to)
        }; minutes in gaps are left out, and closed ` +
          `hours are not expected. Kurtosis is in excess of 3. ${
            sourceBadge(source.find((one) => one !== market.source) ?? market.source)
          } data`;
      const table = { caption: "Prices in numbers", columns: COLUMNS, rows, note };
      return { html: htmlTable({ ...table, theme }), text: plainTable(table) };
    },
  });
}

function cellsOf(
  market: Market,
  id: string,
  { from, to }: { readonly from: number; readonly to: number },
): string[] {
  const { close, volume, status } = minutesWithin(market.minuteGrid(id), from, to);
  const known = close.filter((_, row) => hasBar(status[row]!));
  const expected = status.filter((one) => one !== MinuteStatus.OutOfSession).length;
  const { n, mean, median, sd1, min, max, skew1, kurt1 } = describe(known);
  const decimals = priceDecimals(market, id);
  const price = (value: number) => Number.isNaN(value) ? "–" : priceText(value, decimals);
  const shape = (value: number) => Number.isNaN(value) ? "–" : signed(value);
  const counted = n === 0 ? [] : market.bars(id, { from, to });
  // A venue that counts trades does so for every bar; without that the sum is not known.
  const trades = counted.length > 0 && counted.every((bar) => bar.trades !== undefined)
    ? counted.reduce((sum, bar) => sum + bar.trades!, 0).toLocaleString("en-US")
    : "–";
  const total = volume.reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : one), 0);
  return [
    price(mean),
    price(median),
    Number.isNaN(sd1) ? "–" : priceText(sd1, decimals),
    price(min),
    price(max),
    shape(skew1),
    shape(kurt1),
    trades,
    n === 0 ? "–" : volumeText(total),
    `${n.toLocaleString("en-US")} of ${expected.toLocaleString("en-US")}`,
  ];
}
