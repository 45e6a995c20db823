import { assetsOf, type Instrument } from "../../model/instrument.ts";
import type { BinanceMarket } from "./api.ts";

/** What of Binance is followed, and under which venue. */
export interface BinanceSelection {
  /** @default that of the venue */
  readonly market?: BinanceMarket;
  /**
   * `usdm` is the futures market beside spot: its ids carry the venue, `BTCUSDT@usdm`.
   *
   * @default "binance"
   */
  readonly venue?: "binance" | "usdm";
  /** Uppercase: `["BTCUSDT", "ETHUSDT"]`. */
  readonly symbols: readonly string[];
}

/** The instruments of some symbols of a Binance market. */
export function binanceInstruments(selection: BinanceSelection): Instrument[] {
  const { venue = "binance", symbols } = selection;
  const { market = marketOf(venue) } = selection;
  return symbols.map((symbol): Instrument => {
    const plain = {
      venue,
      kind: "crypto",
      exchange: market,
      currency: quoteOf(symbol) ?? "unknown",
    } as const;
    return venue === "usdm" ? { id: `${symbol}@usdm`, ...plain, symbol } : { id: symbol, ...plain };
  });
}

/** What a symbol is quoted in; a dated future of USD-M (`BTCUSDT_260327`) as its pair is. */
export function quoteOf(symbol: string): string | undefined {
  const id = symbol.replace(/_\d{6}$/, "");
  return assetsOf({ id, kind: "crypto", currency: "" }).quote;
}

/** The market of a venue where none is named. */
export function marketOf(venue: "binance" | "usdm"): BinanceMarket {
  return venue === "usdm" ? "usdm" : "spot";
}
