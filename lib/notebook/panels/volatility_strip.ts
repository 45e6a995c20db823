import { remarkText } from "../../charts/data_remark.ts";
import { PAGE } from "../../charts/page_theme.ts";
import type { Theme } from "../../charts/theme.ts";
import {
  type ShownIndex,
  VOLATILITY_UNITS,
  volatilityLine,
  volatilityNote,
  volatilityStripMarkup,
  type VolatilityUnit,
} from "../../charts/volatility_line.ts";
import { dataRemarks } from "../../market/data_remarks.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import { formatUtc, MINUTE } from "../../model/time.ts";
import { assertOptions } from "../known_options.ts";
import type { Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { marketPanel } from "./market_panel.ts";
import { newestPrice } from "./newest_price.ts";
import { firstPair } from "./pair_of.ts";
import { assertInstruments } from "./traded.ts";

/** Options of {@link volatilityStrip}. */
export interface VolatilityStripOptions {
  /** One line each. @default the first of the market's first pair */
  readonly instruments?: readonly string[];
  /** What realized volatility is a share of. Implied volatility is always of a year. @default "day" */
  readonly unit?: VolatilityUnit;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof VolatilityStripOptions, true>> = {
  instruments: true,
  unit: true,
  theme: true,
};

/**
 * How turbulent it is, in one line: realized volatility of the last 15 and 60 minutes and their ratio, beside the implied
 * volatility of each index that is followed. An index that is not followed is left out.
 *
 * @throws {RangeError} for a unit that is none.
 */
export function volatilityStrip(market: Market, options: VolatilityStripOptions = {}): Panel {
  assertOptions("volatilityStrip", options, OPTIONS);
  assertInstruments("volatilityStrip", options.instruments);
  const { instruments = firstPair(market).slice(0, 1), unit = "day", theme = PAGE } = options;
  if (!VOLATILITY_UNITS.includes(unit)) {
    throw plainError(
      new RangeError(`unit of volatilityStrip must be day or year, got ${JSON.stringify(unit)}`),
    );
  }
  return marketPanel(market, {
    again: (next) => volatilityStrip(next, options),
    instruments,
    on: ["minute", "heal", "transition"],
    tellsAge: true,
    draw(_id, followed) {
      const measured = market.latest?.measures.instruments ?? [];
      const labelOf = shortLabels(market.instruments);
      const indices = indicesOf(market);
      const remarks = dataRemarks(market, followed);
      const lines = followed.flatMap((id, i) => {
        const measures = measured.find(({ instrument }) => instrument === id);
        if (measures === undefined) return [];
        const remark = remarks[i];
        const time = measures.openTime + MINUTE;
        return [{
          label: labelOf(id),
          // Implied volatility is of the market, not of one line.
          line: volatilityLine(measures.volatility, i === 0 ? indices : [], unit),
          state: measures.volatility.state,
          until: remark !== undefined
            ? remarkText(remark, market.venueTime)
            : Number.isNaN(time)
            ? "no minute yet"
            : `to ${formatUtc(time)}`,
          isOld: remark !== undefined,
          source: market.sourceOf(id),
        }];
      });
      return volatilityStripMarkup(lines, {
        note: volatilityNote(unit, indices.length > 0),
        theme,
      });
    },
  });
}

function indicesOf(market: Market): ShownIndex[] {
  // Those of coins first, as the line is of one.
  const ids = market.instruments.filter(({ kind }) => kind === "index").map(({ id }) => id)
    .toSorted((a, b) => Number(b.startsWith("DVOL")) - Number(a.startsWith("DVOL")));
  const remarks = dataRemarks(market, ids);
  return ids.map((id, i) => {
    const remark = remarks[i];
    const notes = [
      market.isDelayed(id) ? "delayed" : "",
      remark === undefined ? "" : remarkText(remark, market.venueTime),
    ];
    return {
      label: id,
      value: newestPrice(market, id),
      note: notes.filter((text) => text !== "").join(", "),
    };
  });
}
