import { exchangeRule, findProduct, ROOT_RULE, tradesAt } from "../../calendar/products.ts";
import type { MarketDataTypeNumber, OpenGateway } from "./gateway.ts";

export type RollRule = "date" | "volume";

/** Where TWS or IB Gateway is, and what to stream from it. */
export interface IbkrOptions {
  readonly host: string;
  /** Gateway: 4001 live, 4002 paper. TWS: 7496 live, 7497 paper. */
  readonly port: number;
  /** Any number not used by another program; not 0, which sees manual orders. */
  readonly clientId: number;
  /** Roots of the products table and where they trade: `{ symbol: "ES", exchange: "CME" }`. */
  readonly futures: readonly { readonly symbol: string; readonly exchange: string }[];
  /** Indices, delayed where live data is not permitted: `{ symbol: "VIX", exchange: "CBOE" }`. @default none */
  readonly indices?: readonly { readonly symbol: string; readonly exchange: string }[];
  /** Contract month `YYYYMM` or last trade date `YYYYMMDD` to stay on; null follows the front month. */
  readonly manualExpiry: string | null;
  /**
   * When the front month moves on: on the customary date, or at the open after the first trading day on which
   * the next contract traded more.
   *
   * @default "date"
   */
  readonly roll?: RollRule;
  /** `live-or-delayed` takes delayed data, labelled so, for futures whose live data is not permitted. */
  readonly marketDataType: "live" | "live-or-delayed" | "frozen" | "delayed" | "delayed-frozen";
  /** How connections are made. @default over `@stoqey/ib` */
  readonly openGateway?: OpenGateway;
}

const ROLL_RULES: readonly string[] = ["date", "volume"] satisfies RollRule[];

const TYPE_NUMBERS: Readonly<Record<IbkrOptions["marketDataType"], MarketDataTypeNumber>> = {
  live: 1,
  "live-or-delayed": 1,
  frozen: 2,
  delayed: 3,
  "delayed-frozen": 4,
};

/** The number TWS uses for a kind of market data. */
export function typeNumberOf(type: IbkrOptions["marketDataType"]): MarketDataTypeNumber {
  return TYPE_NUMBERS[type];
}

/** True when delayed data may take the place of live data that is not permitted. */
export function mayFallBack({ marketDataType }: IbkrOptions): boolean {
  return marketDataType === "live-or-delayed";
}

/** @throws RangeError naming option, rule and value. */
export function assertIbkrOptions(options: IbkrOptions): void {
  const { host, port, clientId, futures, manualExpiry, marketDataType, roll = "date" } = options;
  if (host === "") throw new RangeError("ibkr.host must name a host, got an empty text");
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new RangeError(`ibkr.port must be a whole number from 1 to 65535, got ${port}`);
  }
  if (!Number.isInteger(clientId) || clientId < 0 || clientId > 2_147_483_647) {
    throw new RangeError(`ibkr.clientId must be a whole number from 0, got ${clientId}`);
  }
  if (futures.length === 0) throw new RangeError("ibkr.futures must name at least one, got none");
  for (const { symbol, exchange } of futures) {
    const product = findProduct(symbol);
    if (product === undefined) {
      throw new RangeError(`ibkr.futures: symbol must be ${ROOT_RULE}, got ${symbol}`);
    }
    if (!tradesAt(product, exchange)) {
      throw new RangeError(`ibkr.futures: exchange ${exchangeRule(product)}, got ${exchange}`);
    }
  }
  const symbols = futures.map((future) => future.symbol);
  if (new Set(symbols).size < symbols.length) {
    throw new RangeError(`ibkr.futures must name each symbol once, got ${symbols.join(", ")}`);
  }
  if (manualExpiry !== null && !/^\d{6}(\d{2})?$/.test(manualExpiry)) {
    throw new RangeError(`ibkr.manualExpiry must be YYYYMM, YYYYMMDD or null, got ${manualExpiry}`);
  }
  if (!ROLL_RULES.includes(roll)) {
    throw new RangeError(`ibkr.roll must be one of ${ROLL_RULES.join(", ")}, got ${roll}`);
  }
  if (TYPE_NUMBERS[marketDataType] === undefined) {
    const known = Object.keys(TYPE_NUMBERS).join(", ");
    throw new RangeError(`ibkr.marketDataType must be one of ${known}, got ${marketDataType}`);
  }
}
