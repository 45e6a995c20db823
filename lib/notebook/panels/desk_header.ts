import { deskHeaderMarkup, type DeskPrice, deskTick } from "../../charts/desk_header.ts";
import { divergencePill, leadPill, volumePill, vwapPill } from "../../charts/desk_pills.ts";
import { PAGE } from "../../charts/page_theme.ts";
import type { Theme } from "../../charts/theme.ts";
import { dataRemarks } from "../../market/data_remarks.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import { leadOfPair } from "../../market/lead_of_pair.ts";
import type { Market } from "../../market/market.ts";
import { TickPace, type TicksPerSecond } from "../../market/tick_pace.ts";
import { vwapCrossesOf } from "../../market/vwap_crosses_of.ts";
import { formatUtc, MINUTE } from "../../model/time.ts";
import { systemClock } from "../../runtime/clock.ts";
import type { LeadReading } from "../../stats/ticks/lead_reading.ts";
import { assertOptions } from "../known_options.ts";
import type { Panel } from "../panel.ts";
import { marketPanel, type MarketPart } from "./market_panel.ts";
import { newestPrice, priceADayAgo } from "./newest_price.ts";
import { pairOf } from "./pair_of.ts";
import { priceDecimals } from "./price_decimals.ts";
import { assertInstruments, tradedIds } from "./traded.ts";

/** Options of {@link deskHeader}. */
export interface DeskHeaderPanelOptions {
  /** @default all that are traded */
  readonly instruments?: readonly string[];
  /** Whose divergence and lead are shown: `"BTCUSDT/ES"`. @default the market's first pair */
  readonly pair?: string;
  /** Most updates of the prices a second, for all or by instrument. @default 2 */
  readonly ticksPerSecond?: TicksPerSecond;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof DeskHeaderPanelOptions, true>> = {
  instruments: true,
  pair: true,
  ticksPerSecond: true,
  theme: true,
};

/** So long a cross of the VWAP stays in the header, ms. */
const CROSS_STAYS_MS = 30 * MINUTE;
const NOTE =
  "VOL: the newest minute's volume over its mean of 20 · VWAP: a close across the session's VWAP on over " +
  "1.5x volume, last 30 minutes · DIV: difference of the 5-minute changes over its standard deviation, 60 minutes";
const LEAD_NOTE = "lead: one-second bars of the last hour";

/**
 * The desk in two lines: newest prices with their change and since when, then how much volume stands behind them, a VWAP
 * crossed with conviction, whether the pair has come apart, and which side leads. Prices move with the trades.
 */
export function deskHeader(market: Market, options: DeskHeaderPanelOptions = {}): Panel {
  assertOptions("deskHeader", options, OPTIONS);
  assertInstruments("deskHeader", options.instruments);
  const { theme = PAGE, ticksPerSecond } = options;
  const { instruments = tradedIds(market) } = options;
  const pair = options.pair === undefined && market.pairs.length === 0
    ? undefined
    : pairOf(market, options.pair);
  const lead = pair === undefined ? undefined : new MinuteLead(market, pair);
  return marketPanel(market, {
    again: (next) => deskHeader(next, options),
    instruments,
    restsOn: (one) => instruments.includes(one) || one === pair?.a || one === pair?.b,
    on: ["minute", "heal", "transition", "trading"],
    tellsAge: true,
    // Who asks for a pace wants each price soon, not together with the charts.
    parts: [
      tickPart(market, instruments, new TickPace(ticksPerSecond), ticksPerSecond === undefined),
    ],
    draw(id, followed) {
      const now = market.venueTime;
      const labelOf = shortLabels(market.instruments);
      const remarks = dataRemarks(market, followed);
      const { instruments: measured = [], divergences = [], openTime = NaN } =
        market.latest?.measures ?? {};
      const volumes = measured.filter(({ instrument }) => followed.includes(instrument));
      const crosses = followed.flatMap((one) => {
        const instrument = market.instruments.find((other) => other.id === one)!;
        const newest = vwapCrossesOf(instrument, market.minuteGrid(one), now - CROSS_STAYS_MS);
        return newest.slice(-1).map((cross) => vwapPill(labelOf(one), cross, now));
      });
      const apart = divergences.filter((one) => one.pair === pair?.name);
      const isPairThere = [pair?.a, pair?.b].every((one) =>
        market.instruments.some(({ id }) => id === one)
      );
      const leads = lead === undefined || !isPairThere ? [] : [leadPill(lead.reading())];
      const measuredTo = Number.isNaN(openTime)
        ? []
        : [`measured to ${formatUtc(openTime + MINUTE)}`];
      return deskHeaderMarkup({
        id,
        prices: followed.map((one, i) => priceOf(market, one, labelOf(one), remarks[i])),
        rows: [
          {
            name: "Volume",
            pills: volumes.map((one) => volumePill(labelOf(one.instrument), one.volume)),
          },
          { name: "VWAP crosses", pills: crosses },
          {
            name: "The pair",
            pills: [...apart.map(({ reading }) => divergencePill(reading)), ...leads],
          },
        ],
        notes: [[NOTE, ...lead === undefined ? [] : [LEAD_NOTE], ...measuredTo].join(" · ")],
        venueTime: now,
        theme,
      });
    },
  });
}

function priceOf(
  market: Market,
  id: string,
  label: string,
  remark: DeskPrice["remark"],
): DeskPrice {
  const past = priceADayAgo(market, id);
  return {
    label,
    price: newestPrice(market, id),
    decimals: priceDecimals(market, id),
    reference: past.price,
    since: past.time,
    source: market.sourceOf(id),
    remark,
  };
}

/** The newest prices between two drawings, some 150 bytes each time one of them has changed. */
function tickPart(
  market: Market,
  all: readonly string[],
  pace: TickPace,
  isInStep: boolean,
): MarketPart {
  const sent = new Map<string, number>();
  let isHeldBack = false;
  return {
    name: "ticks",
    on: ["forming", "bar"],
    minIntervalMs: pace.leastMs(all),
    isInStep,
    holdsBack: () => isHeldBack,
    draw(id, followed) {
      const now = systemClock.monotonic();
      let isNew = false;
      isHeldBack = false;
      for (const one of followed) {
        const price = newestPrice(market, one);
        if (Number.isNaN(price) || price === sent.get(one)) continue;
        if (!pace.take(one, now)) {
          isHeldBack = true;
          continue;
        }
        sent.set(one, price);
        isNew = true;
      }
      if (!isNew) return undefined;
      const prices = followed.map((one) => ({
        price: sent.get(one) ?? NaN,
        decimals: priceDecimals(market, one),
      }));
      return { html: deskTick(id, prices, market.venueTime), text: "" };
    },
  };
}

/** Who leads, estimated once a venue minute: it takes some milliseconds. */
class MinuteLead {
  readonly #market: Market;
  readonly #pair: { readonly a: string; readonly b: string };
  #minute = NaN;
  #reading: LeadReading | undefined;

  constructor(market: Market, pair: { readonly a: string; readonly b: string }) {
    this.#market = market;
    this.#pair = pair;
  }

  reading(): LeadReading {
    const minute = Math.floor(this.#market.venueTime / MINUTE);
    if (this.#reading === undefined || minute !== this.#minute) {
      this.#reading = leadOfPair(this.#market, this.#pair);
      this.#minute = minute;
    }
    return this.#reading;
  }
}
