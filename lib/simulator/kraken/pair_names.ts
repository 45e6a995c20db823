/** Kraken's older names of two coins. */
const OLD_NAMES: Readonly<Record<string, string>> = { BTC: "XBT", DOGE: "XDG" };
const NEW_NAMES: Readonly<Record<string, string>> = { XBT: "BTC", XDG: "DOGE" };
const QUOTES = ["USDT", "USDC", "USD", "EUR", "XBT", "BTC", "ETH"];
/** What answers name money and the oldest coins. */
const PREFIXES: Readonly<Record<string, string>> = {
  USD: "ZUSD",
  EUR: "ZEUR",
  XBT: "XXBT",
  ETH: "XETH",
  XRP: "XXRP",
  LTC: "XLTC",
  XDG: "XXDG",
};

/** What of a pair REST calls what. */
export interface PairNames {
  /** `BTC-USD`, as the truth has it. */
  readonly pair: string;
  /** `XBTUSD` */
  readonly altname: string;
  /** `XBT/USD` */
  readonly wsname: string;
  /** Where the answer's list stands: `XXBTZUSD`. */
  readonly key: string;
  readonly base: string;
  readonly quote: string;
}

/** The pair that REST is asked for: `XBTUSD`, `XBT/USD`, `BTC/USD` or `XXBTZUSD`; undefined when it is none. */
export function pairNamesOf(asked: string): PairNames | undefined {
  if (!/^[A-Z0-9/]{4,24}$/.test(asked)) return undefined;
  const [, oldBase, oldQuote] = /^([XZ][A-Z]{3})([XZ][A-Z]{3})$/.exec(asked) ?? [];
  const isOld = oldBase !== undefined && oldQuote !== undefined &&
    Object.values(PREFIXES).includes(oldBase) && Object.values(PREFIXES).includes(oldQuote);
  const name = isOld ? `${oldBase.slice(1)}${oldQuote.slice(1)}` : asked.replace("/", "");
  const quote = QUOTES.find((one) => name.endsWith(one) && name.length > one.length);
  if (quote === undefined) return undefined;
  return namesOf(name.slice(0, -quote.length), quote);
}

/** The names of the pair of two assets. */
export function namesOf(base: string, quote: string): PairNames {
  const [oldBase, oldQuote] = [base, quote].map((one) => OLD_NAMES[one] ?? one) as [string, string];
  const [newBase, newQuote] = [base, quote].map((one) => NEW_NAMES[one] ?? one) as [string, string];
  const isOld = PREFIXES[oldBase] !== undefined && PREFIXES[oldQuote] !== undefined;
  return {
    pair: `${newBase}-${newQuote}`,
    altname: `${oldBase}${oldQuote}`,
    wsname: `${oldBase}/${oldQuote}`,
    key: isOld ? `${PREFIXES[oldBase]}${PREFIXES[oldQuote]}` : `${oldBase}${oldQuote}`,
    base: PREFIXES[oldBase] ?? oldBase,
    quote: PREFIXES[oldQuote] ?? oldQuote,
  };
}
