import { type Basis, basisFigure, basisSentence } from "../../charts/basis_figure.ts";
import { newestRows } from "../../charts/pair_study.ts";
import { PAGE } from "../../charts/page_theme.ts";
import { pairEvidence } from "../../charts/pair_text.ts";
import { studyNote } from "../../charts/study_box.ts";
import type { Market } from "../../market/market.ts";
import { assetsOf } from "../../model/instrument.ts";
import type { PairColumns } from "../../pairs/pair_state.ts";
import { quantile } from "../../stats/rolling/quantile.ts";
import type { Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { marketPanel } from "./market_panel.ts";
import { pairPanel, type PairPanelOptions } from "./pair_panel.ts";
import { assertWidth } from "./study_panel.ts";
import { oneMarketText, venuesOfCoin } from "./venues_of_coin.ts";

/** Options of {@link basisChart}. */
export interface BasisChartOptions extends Pick<PairPanelOptions, "timeframe" | "theme"> {
  /** The same asset twice, `"BTCUSDT@usdm/BTCUSDT"`. @default the coin's second market over its first */
  readonly pair?: string;
  /** Whose first two markets are compared: `"BTC"`. @default the first coin that is followed at two venues */
  readonly coin?: string;
  /** Newest bars shown, 20 to 3,000. @default 720 */
  readonly lastBars?: number;
  /** CSS px, 320 or more. @default 1100 */
  readonly width?: number;
}

/**
 * What an asset costs on one venue, or in one quote currency, over what it costs on another, in per cent: closes of the
 * same bar by event time. Where the quote currencies differ the basis holds their rate too, and the panel says so.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed, and
 * for two sides that are not the same asset.
 */
export function basisChart(market: Market, options: BasisChartOptions = {}): Panel {
  const { lastBars = 720, width = 1_100 } = options;
  if (!(Number.isInteger(lastBars) && lastBars >= 20 && lastBars <= 3_000)) {
    refuse(`lastBars must be a whole number from 20 to 3,000, got ${lastBars}`);
  }
  assertWidth("basisChart", width);
  const { coin, ...others } = options;
  const pair = options.pair ?? firstBasis(market, coin);
  if (pair === undefined) return noBasis(market, options);
  const assets = () =>
    pair.split("/").map((id) => {
      const instrument = market.instruments.find((one) => one.id === id);
      return instrument === undefined ? undefined : assetsOf(instrument);
    });
  const [first, second] = assets();
  if (first !== undefined && second !== undefined && first.base !== second.base) {
    refuse(`pair must be one asset twice, got ${first.base} and ${second.base} in ${pair}`);
  }
  const all = Object.assign({}, others, { pair });
  return pairPanel(market, all, {
    name: "basisChart",
    title: "basis",
    ownOptions: { lastBars: true, width: true },
    // The rate of two currencies is in the basis.
    money: "",
    again: (next) => basisChart(next, options),
    show({ columns, settings: { timeframe }, source }, { labels, theme, stepMs, remark }) {
      if (columns.length < 2) return "No bar that both sides have yet.";
      const shown = newestRows(columns, lastBars);
      const basis = basisOf(shown, stepMs);
      const about = { labels, timeframe, source, remark, theme, width };
      const quotes = assets().map((one) => one?.quote ?? "");
      const isMixed = quotes[0] !== quotes[1];
      return {
        sentence: basisSentence(basis, about),
        body: basisFigure(basis, about),
        method: `closes of ${timeframe} bars at the same UTC time` +
          (isMixed ? `; in ${quotes.join(" and ")}: their rate is part of the basis` : ""),
        evidence: pairEvidence(shown, { endTime: basis.to }, timeframe),
      };
    },
  });
}

/** The first two markets of one coin; undefined where there are none. */
function firstBasis(market: Market, coin: string | undefined): string | undefined {
  const [first, second] = venuesOfCoin(market, coin).instruments;
  return second === undefined ? undefined : `${second.id}/${first!.id}`;
}

/** Says what to follow. */
function noBasis(market: Market, options: BasisChartOptions): Panel {
  return marketPanel(market, {
    again: (next) => basisChart(next, options),
    draw: () =>
      studyNote(oneMarketText(market), {
        title: "Basis",
        source: market.source,
        theme: options.theme ?? PAGE,
      }),
  });
}

function basisOf({ y, x, openTime, roll }: PairColumns, stepMs: number): Basis {
  const percent = y.map((value, row) => 100 * (value - x[row]!) / x[row]!);
  const known = percent.filter((value) => Number.isFinite(value));
  const sum = known.reduce((total, value) => total + value, 0);
  return {
    time: openTime.map((time) => time + stepMs),
    percent,
    from: openTime[0]!,
    to: openTime.at(-1)! + stepMs,
    rolls: [...openTime].filter((_, row) => roll[row] === 1),
    mean: sum / known.length,
    low: known.length === 0 ? NaN : quantile(known, 0.05),
    high: known.length === 0 ? NaN : quantile(known, 0.95),
    now: percent.at(-1)!,
    n: known.length,
  };
}

function refuse(text: string): never {
  throw plainError(new RangeError(`${text} (basisChart)`));
}
