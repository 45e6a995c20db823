import { type Instrument, STABLECOINS } from "../model/instrument.ts";
import { alwaysOpen, neverOwed, type TradingCalendar } from "./calendar.ts";
import { globexEquityIndex } from "./globex.ts";
import { findProduct, productOf } from "./products.ts";

const MONTH_SUFFIX = /[FGHJKMNQUVXZ]\d{1,4}$/;
const COIN = /^(BTC|ETH|SOL|XRP|BNB|ADA|DOGE|LTC|XBT)([A-Z]{3,5})?$/;
/** Index futures whose bars are read from files, though they are not streamed. */
const OTHER_INDEX_FUTURES = ["MYM", "M2K"];

/** Where instruments come from that no venue of ours knows: the user's files. */
export const FILE_VENUE = "file";

/**
 * When an instrument trades: crypto always, a future by its product. An index of IBKR is sampled: no minute of it is
 * ever owed.
 */
export function calendarOf(
  { id, kind, venue }: Pick<Instrument, "id" | "kind"> & { readonly venue?: string },
): TradingCalendar {
  if (kind === "index" && venue === "ibkr") return neverOwed;
  if (venue === FILE_VENUE) return calendarOfSymbol(id) ?? neverOwed;
  return kind === "future" ? productOf(id).calendar : alwaysOpen;
}

/** Calendar inferred from a name (`ES`, `GCZ6`, `BTC`, `ETHUSDT`); undefined for other names. */
export function calendarOfSymbol(symbol: string): TradingCalendar | undefined {
  // A bare BTC is the coin; the future of that name is met with its month.
  if (COIN.test(symbol) || STABLECOINS.some((coin) => symbol.endsWith(coin))) return alwaysOpen;
  const root = findProduct(symbol) === undefined ? symbol.replace(MONTH_SUFFIX, "") : symbol;
  if (OTHER_INDEX_FUTURES.includes(root)) return globexEquityIndex;
  return findProduct(root)?.calendar;
}
