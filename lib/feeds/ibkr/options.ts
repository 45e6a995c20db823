import type { MarketDataTypeNumber, OpenGateway } from "./gateway.ts";

/** Where TWS or IB Gateway is, and what to stream from it. */
export interface IbkrOptions {
  readonly host: string;
  /** Gateway: 4001 live, 4002 paper. TWS: 7496 live, 7497 paper. */
  readonly port: number;
  /** Any number not used by another program; not 0, which sees manual orders. */
  readonly clientId: number;
  /** Roots and where they trade: `{ symbol: "ES", exchange: "CME" }`. */
  readonly futures: readonly { readonly symbol: string; readonly exchange: string }[];
  /** Contract month `YYYYMM` or last trade date `YYYYMMDD` to stay on; null follows the front month. */
  readonly manualExpiry: string | null;
  readonly marketDataType: "live" | "frozen" | "delayed" | "delayed-frozen";
  /** How connections are made. @default over `@stoqey/ib` */
  readonly openGateway?: OpenGateway;
}

const TYPE_NUMBERS: Readonly<Record<IbkrOptions["marketDataType"], MarketDataTypeNumber>> = {
  live: 1,
  frozen: 2,
  delayed: 3,
  "delayed-frozen": 4,
};

/** The number TWS uses for a kind of market data. */
export function typeNumberOf(type: IbkrOptions["marketDataType"]): MarketDataTypeNumber {
  return TYPE_NUMBERS[type];
}

/** @throws RangeError naming option, rule and value. */
export function assertIbkrOptions(options: IbkrOptions): void {
  const { host, port, clientId, futures, manualExpiry, marketDataType } = options;
  if (host === "") throw new RangeError("ibkr.host must name a host, got an empty text");
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new RangeError(`ibkr.port must be a whole number from 1 to 65535, got ${port}`);
  }
  if (!Number.isInteger(clientId) || clientId < 0 || clientId > 2_147_483_647) {
    throw new RangeError(`ibkr.clientId must be a whole number from 0, got ${clientId}`);
  }
  if (futures.length === 0) throw new RangeError("ibkr.futures must name at least one, got none");
  const symbols = futures.map((future) => future.symbol);
  if (new Set(symbols).size < symbols.length) {
    throw new RangeError(`ibkr.futures must name each symbol once, got ${symbols.join(", ")}`);
  }
  if (manualExpiry !== null && !/^\d{6}(\d{2})?$/.test(manualExpiry)) {
    throw new RangeError(`ibkr.manualExpiry must be YYYYMM, YYYYMMDD or null, got ${manualExpiry}`);
  }
  if (TYPE_NUMBERS[marketDataType] === undefined) {
    const known = Object.keys(TYPE_NUMBERS).join(", ");
    throw new RangeError(`ibkr.marketDataType must be one of ${known}, got ${marketDataType}`);
  }
}
