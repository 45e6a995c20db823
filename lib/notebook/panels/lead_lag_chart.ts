import { leadFigure } from "../../charts/lead_figure.ts";
import { LeadStrip } from "../../charts/lead_strip.ts";
import { lagText, leaderText, leadSentence } from "../../charts/lead_text.ts";
import { PART_NAMES, PARTS_NOTE } from "../../charts/part_names.ts";
import { partSigns } from "../../charts/part_signs.ts";
import { pText } from "../../charts/sentence_text.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import { leadStudy } from "../../sync/studies/lead.ts";
import type { Panel } from "../panel.ts";
import { pairOf } from "./pair_of.ts";
import { secondPricesOf } from "./second_prices_of.ts";
import { studyPanel, type StudyPictureOptions } from "./study_panel.ts";

/**
 * Who leads: the correlation at each lag with what luck reaches, for all hours and each part of the day, and the lag over
 * the day. On one-second bars of the newest three hours where the trades of both sides are received (`data.trades` for
 * IBKR), else on bars, where a lead shorter than a bar cannot be seen.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function leadLagChart(market: Market, options: StudyPictureOptions = {}): Panel {
  const { a, b } = pairOf(market, options.pair);
  const labelOf = shortLabels(market.instruments);
  const strip = stripOf(market, `${a}/${b} ${options.hours ?? "all"}`);
  return studyPanel(market, options, {
    name: "leadLagChart",
    title: "who leads",
    study: leadStudy,
    settings: () => ({
      names: { first: labelOf(a), second: labelOf(b) },
      seconds: { a: secondPricesOf(market, a), b: secondPricesOf(market, b) },
    }),
    timeframe: "1m",
    days: 3,
    timeframes: ["1m", "5m", "15m", "1h"],
    ownOptions: { width: true },
    again: (next) => leadLagChart(next, options),
    show: (found, { labels, evidence, timeframe, theme }) => {
      const names = { first: labels[0]!, second: labels[1]! };
      const isSeconds = found.basis === "seconds";
      const shown = isSeconds ? { ...found, strip: strip.merged(found.strip) } : found;
      const sentence = leadSentence(found, names);
      const signs = partSigns(theme).map(({ symbol, name }) => `${symbol} ${name}`).join(" ");
      return {
        sentence,
        body: leadFigure(shown, {
          names,
          sentence,
          updatedAt: evidence.to,
          theme,
          width: options.width,
        }),
        method: isSeconds
          ? "Hayashi–Yoshida on one-second bars of trades since the last break, at most three hours; " +
            "peak tested by random signs of blocks"
          : `cross-correlation of ${timeframe} log returns; peak tested by random signs of blocks`,
        legend: `dashed lines: ${signs} · ${PARTS_NOTE}`,
        table: {
          caption: "By part of the day",
          columns: ["", isSeconds ? "seconds" : "pairs", "", "lag", "95 % interval", "corrected"],
          rows: found.parts.map(({ part, n, reading, adjusted }) => [
            PART_NAMES[part],
            n.toLocaleString("en-US"),
            leaderText(reading.direction, names),
            Number.isFinite(reading.lagMs) ? lagText(reading.lagMs) : "–",
            reading.interval === undefined
              ? "–"
              : `${lagText(reading.interval.loMs)} to ${lagText(reading.interval.hiMs)}`,
            pText(adjusted),
          ]),
          note: `Intervals: positive where ${names.first} is first.`,
        },
      };
    },
  });
}

const strips = new WeakMap<Market, Map<string, LeadStrip>>();

/** Lasts as long as its market: a cell that is run again goes on with the day's stretches. */
function stripOf(market: Market, key: string): LeadStrip {
  let ofMarket = strips.get(market);
  if (ofMarket === undefined) strips.set(market, ofMarket = new Map());
  let strip = ofMarket.get(key);
  if (strip === undefined) ofMarket.set(key, strip = new LeadStrip());
  return strip;
}
