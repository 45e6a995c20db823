import { PAGE } from "../../charts/page_theme.ts";
import { priceText } from "../../charts/number_text.ts";
import { htmlTable, plainTable } from "../../charts/table.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import { formatUtc } from "../../model/time.ts";
import { assertOptions } from "../known_options.ts";
import type { Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { marketPanel } from "./market_panel.ts";
import { volumeText } from "./numbers.ts";
import { priceDecimals } from "./price_decimals.ts";
import { TradeCounts } from "./trade_counts.ts";
import { assertInstruments, tradedIds } from "./traded.ts";

/** Options of {@link tradeTape}. */
export interface TradeTapeOptions {
  /** @default all that are traded */
  readonly instruments?: readonly string[];
  /** Newest trades listed, 0 to 50. @default 6 */
  readonly rows?: number;
}

const OPTIONS: Readonly<Record<keyof TradeTapeOptions, true>> = { instruments: true, rows: true };

/**
 * Trades as they come: a counter for each instrument since the panel was made, and the newest ones of all. Memory is that
 * of the rows shown, however many trades come. Trades arrive where `data.trades` is on.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a number of rows that is none allowed.
 */
export function tradeTape(market: Market, options: TradeTapeOptions = {}): Panel {
  assertOptions("tradeTape", options, OPTIONS);
  assertInstruments("tradeTape", options.instruments);
  const { instruments: asked = tradedIds(market), rows = 6 } = options;
  if (!(Number.isInteger(rows) && rows >= 0 && rows <= 50)) {
    const text = `rows of tradeTape must be a whole number from 0 to 50, got ${rows}`;
    throw plainError(new RangeError(text));
  }
  const counts = new TradeCounts(asked, rows);
  const panel = marketPanel(market, {
    again: (next) => tradeTape(next, options),
    instruments: asked,
    on: ["trade", "transition", "minute"],
    draw(_id, instruments) {
      const labelOf = shortLabels(market.instruments);
      const price = (id: string, value: number) => priceText(value, priceDecimals(market, id));
      const counters = {
        caption: "Trades since the panel was opened",
        columns: ["", "trades", "volume", "bought by takers", "last", "at (UTC)"],
        rows: instruments.map((id) => {
          const { count, volume, bought, sided, last } = counts.of(id);
          return [
            labelOf(id),
            count.toLocaleString("en-US"),
            volumeText(volume),
            sided === 0 ? "–" : `${Math.round(100 * bought / sided)} %`,
            last === undefined ? "–" : price(id, last.price),
            last === undefined ? "–" : timeText(last.time),
          ];
        }),
        note: market.source === "stored"
          ? "No feed runs: a store is read for its minutes, and trades come from a venue alone."
          : counts.total === 0
          ? "No trade yet. They are received where data.trades is on."
          : `Source: ${market.source}. Share of the volume whose taker bought, where the venue says.`,
      };
      const tape = {
        caption: "Newest trades",
        columns: ["at (UTC)", "", "side", "price", "size"],
        rows: counts.newest().filter(({ instrument }) => instruments.includes(instrument)).map((
          { instrument, time, side, price: at, size },
        ) => [
          timeText(time),
          labelOf(instrument),
          side ?? "–",
          price(instrument, at),
          volumeText(size),
        ]),
      };
      const tables = rows === 0 || tape.rows.length === 0 ? [counters] : [counters, tape];
      return {
        html: tables.map((table) => htmlTable({ ...table, theme: PAGE })).join(""),
        text: tables.map(plainTable).join("\n"),
      };
    },
  });
  return {
    ...panel,
    subscribe(onChange) {
      // Counted whether or not it is drawn: drawings are at most as many as live allows.
      const stop = market.onEvent((event) => {
        if (event.kind === "trade") counts.take(event);
      }, "panel tradeTape");
      const leave = panel.subscribe(onChange);
      return () => {
        stop();
        leave();
      };
    },
  };
}

function timeText(time: number): string {
  return formatUtc(time).slice(11, 19);
}
