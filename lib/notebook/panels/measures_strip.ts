import { type DataRemark, remarkText } from "../../charts/data_remark.ts";
import { divergencePill, volumePill } from "../../charts/desk_pills.ts";
import { PAGE } from "../../charts/page_theme.ts";
import { type Pill, pillHtml } from "../../charts/pill.ts";
import { EDGE_PX, type Theme } from "../../charts/theme.ts";
import { volatilityLine, volatilityNote } from "../../charts/volatility_line.ts";
import type { Market } from "../../market/market.ts";
import type { InstrumentMeasures } from "../../market/market_measures.ts";
import type { Panel } from "../panel.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import { pairRemark } from "../../market/data_remarks.ts";
import { marketPanel } from "./market_panel.ts";
import { assertOptions } from "../known_options.ts";
import { pairOf } from "./pair_of.ts";

/** Options of {@link measuresStrip}. */
export interface MeasuresStripOptions {
  /** E.g. `"BTCUSDT/ES"`. @default the market's first pair */
  readonly pair?: string;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof MeasuresStripOptions, true>> = {
  pair: true,
  theme: true,
};

/** Realized volatility, relative volume and divergence of a pair, in one strip. */
export function measuresStrip(market: Market, options: MeasuresStripOptions = {}): Panel {
  assertOptions("measuresStrip", options, OPTIONS);
  const { a, b, name } = pairOf(market, options.pair);
  const { theme = PAGE } = options;
  return marketPanel(market, {
    again: (next) => measuresStrip(next, options),
    instruments: [a, b],
    needsAll: true,
    on: ["minute", "heal", "transition"],
    draw() {
      const { instruments = [], divergences = [] } = market.latest?.measures ?? {};
      const remark = pairRemark(market, [a, b]);
      const labelOf = shortLabels(market.instruments);
      const measured = [a, b].flatMap((id) =>
        instruments.filter(({ instrument }) => instrument === id)
          .map((measures) => ({ ...measures, instrument: labelOf(id) }))
      );
      const pills = [
        ...(remark === undefined ? [] : [remarkPill(remark, market.venueTime)]),
        ...measured.map(volatilityPill),
        ...measured.map(({ instrument, volume }) => volumePill(instrument, volume)),
        ...divergences.filter(({ pair }) => pair === name).map(({ reading }) =>
          divergencePill(reading)
        ),
      ];
      const text = pills.map((pill) => pill.text).join(" · ");
      return { html: stripHtml(pills, theme), text: `${text} (${market.source} data)` };
    },
  });
}

/** What the pills are of, for those who cannot point at them. */
const NOTE = `${volatilityNote("day", false)} · ` +
  "x: the newest minute's volume over its mean of 20 · DIV: difference of the 5-minute changes, in σ";

/** Each side is measured at its own newest minute, the divergence at the newest that both have. */
function remarkPill(remark: DataRemark, now: number): Pill {
  return {
    text: remarkText(remark, now),
    tone: remark.isFault ? "warning" : "text",
    title: "What rests on that side is of then",
  };
}

function volatilityPill({ instrument, volatility }: InstrumentMeasures): Pill {
  return {
    text: `${instrument} ${volatilityLine(volatility, [], "day")}`,
    tone: volatility.state === "expanding" ? "weak" : "faintText",
    title: volatilityNote("day", false),
  };
}

function stripHtml(pills: readonly Pill[], theme: Theme): string {
  const parts = pills.map((pill) => pillHtml(pill, theme));
  return `<div style="background:${theme.background};padding:4px ${EDGE_PX}px;font:12px ${theme.fontFamily};` +
    `font-variant-numeric:tabular-nums">${parts.join("")}` +
    `<div style="color:${theme.faintText}">${NOTE}</div></div>`;
}
