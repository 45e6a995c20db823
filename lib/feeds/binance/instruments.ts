import { assetsOf, type Instrument } from "../../model/instrument.ts";
import type { BinanceMarket } from "./api.ts";

/** The instruments of some symbols of a Binance market. */
export function binanceInstruments(
  { market = "spot", symbols }: {
    readonly market?: BinanceMarket;
    readonly symbols: readonly string[];
  },
): Instrument[] {
  return symbols.map((id): Instrument => ({
    id,
    venue: "binance",
    kind: "crypto",
    exchange: market,
    currency: assetsOf({ id, kind: "crypto", currency: "" }).quote ?? "unknown",
  }));
}
