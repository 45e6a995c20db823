import { type DataRemark, remarkText } from "../../charts/data_remark.ts";
import { escapeHtml } from "../../charts/markup.ts";
import { PAGE } from "../../charts/page_theme.ts";
import { EDGE_PX, type Theme } from "../../charts/theme.ts";
import type { Market } from "../../market/market.ts";
import type { InstrumentMeasures, PairDivergence } from "../../market/market_measures.ts";
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

/** One thing to say, and how loudly. */
interface Pill {
  readonly text: string;
  readonly tone: "strong" | "weak" | "faintText" | "warning" | "text";
  /** Said where the pointer rests. */
  readonly title: string;
}

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
        ...measured.map(volumePill),
        ...divergences.filter(({ pair }) => pair === name).map(divergencePill),
      ];
      const text = pills.map((pill) => pill.text).join(" · ");
      return { html: stripHtml(pills, theme), text: `${text} (${market.source} data)` };
    },
  });
}

/** What the pills are of, for those who cannot point at them. */
const NOTE = "VOL: realized volatility of the last 15 and 60 minutes, as per cent a year · " +
  "volume: the newest minute's, against its mean of 20 · DIV: difference of the 5-minute changes, in σ";

/** Each side is measured at its own newest minute, the divergence at the newest that both have. */
function remarkPill(remark: DataRemark, now: number): Pill {
  return {
    text: remarkText(remark, now),
    tone: remark.isFault ? "warning" : "text",
    title: "What rests on that side is of then",
  };
}

function volatilityPill({ instrument, volatility }: InstrumentMeasures): Pill {
  const { rv15, rv60, ratio, state } = volatility;
  const tail = Number.isNaN(ratio)
    ? ""
    : ` (${ratio.toFixed(1)}x${state === "steady" ? "" : `, ${state}`})`;
  return {
    text: `${instrument} VOL: RV15 ${share(rv15)} · RV60 ${share(rv60)}${tail}`,
    tone: state === "expanding" ? "weak" : "faintText",
    title: "Realized volatility of the last 15 and 60 minutes, annualised; above 1.5x it expands",
  };
}

function volumePill({ instrument, volume }: InstrumentMeasures): Pill {
  const { ratio, colour, isSpike, vwapCross } = volume;
  const spike = isSpike ? " spike" : "";
  const cross = vwapCross === undefined ? "" : vwapCross === "up" ? " VWAP↑" : " VWAP↓";
  const tones = { green: "strong", yellow: "weak", grey: "faintText" } as const;
  const size = Number.isNaN(ratio) ? "n/a" : `${ratio.toFixed(1)}x`;
  return {
    text: `${instrument} volume ${size}${spike}${cross}`,
    tone: tones[colour],
    title: "The newest minute's volume over its mean of 20 minutes",
  };
}

function divergencePill({ reading }: PairDivergence): Pill {
  const { label, reason, state } = reading;
  return {
    text: reason === undefined ? label : `${label}, grey: ${reason}`,
    tone: state === "armed" ? "strong" : "faintText",
    title: "Difference of the five-minute changes, in standard deviations of its own past",
  };
}

function share(value: number): string {
  return Number.isNaN(value) ? "n/a" : `${(100 * value).toFixed(0)} %`;
}

function stripHtml(pills: readonly Pill[], theme: Theme): string {
  const parts = pills.map(({ text, tone, title }) =>
    `<span title="${
      escapeHtml(title)
    }" style="display:inline-block;margin:2px 6px 2px 0;padding:2px 8px;` +
    `border:1px solid ${theme.grid};border-left:3px solid ${theme[tone]};border-radius:3px;color:${
      tone === "faintText" ? theme.faintText : theme.text
    }">${escapeHtml(text)}</span>`
  );
  return `<div style="background:${theme.background};padding:4px ${EDGE_PX}px;font:12px ${theme.fontFamily};` +
    `font-variant-numeric:tabular-nums">${parts.join("")}` +
    `<div style="color:${theme.faintText}">${NOTE}</div></div>`;
}
