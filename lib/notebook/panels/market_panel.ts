import type { Market } from "../../market/market.ts";
import type { MarketEvent } from "../../market/market_event.ts";
import type { Panel } from "../panel.ts";
import { marketFreshness } from "../../market/market_freshness.ts";

export interface MarketPanelOptions extends Pick<Panel, "draw" | "mount" | "tellsAge" | "everyMs"> {
  /** Whose data the panel rests on: their age and source stand in its status line. @default all */
  readonly instruments?: readonly string[];
  /** Events that make it draw anew. @default each closed minute, and what was healed */
  readonly on?: readonly MarketEvent["kind"][];
}

/** A panel over a market. @throws {RangeError} for an instrument that is not in it. */
export function marketPanel(
  market: Market,
  { instruments = market.instruments.map((i) => i.id), on = ["minute", "heal"], ...drawing }:
    MarketPanelOptions,
): Panel {
  for (const instrument of instruments) market.sourceOf(instrument);
  return {
    ...drawing,
    freshness: () => marketFreshness(market, instruments),
    subscribe: (onChange) =>
      market.onEvent((event) => {
        if (on.includes(event.kind)) onChange();
      }),
  };
}
