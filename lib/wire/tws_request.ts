import { TwsRequestId } from "./tws_message_ids.ts";

/** A client's contract query. Empty and zero fields mean unspecified and become undefined. */
export interface TwsContractQuery {
  readonly conId: number | undefined;
  readonly symbol: string;
  readonly secType: string;
  /** `YYYYMM`, `YYYYMMDD`, or a date with time and zone. */
  readonly lastTradeDateOrContractMonth: string;
  readonly multiplier: string;
  readonly exchange: string;
  readonly currency: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
  readonly includeExpired: boolean;
}

/** Requests with no field but their id. */
type IdOnly =
  | "cancelHistoricalData"
  | "cancelRealTimeBars"
  | "cancelMarketData"
  | "cancelHeadTimestamp"
  | "cancelTickByTick"
  | "executions"
  | "accountUpdatesMulti";

/** Requests without fields; `silent` ones have no reply either. */
type Bare =
  | "currentTime"
  | "ids"
  | "managedAccounts"
  | "openOrders"
  | "positions"
  | "completedOrders"
  | "silent";

/** One decoded client message. `unknown` is an unsupported message number; `unreadable` lacks a field. */
export type TwsRequest =
  | { readonly kind: "startApi"; readonly clientId: number }
  | {
    readonly kind: "contractDetails";
    readonly id: number;
    readonly contract: TwsContractQuery;
  }
  | {
    readonly kind: "headTimestamp";
    readonly id: number;
    readonly contract: TwsContractQuery;
    readonly formatDate: 1 | 2;
  }
  | {
    readonly kind: "historicalData";
    readonly id: number;
    readonly contract: TwsContractQuery;
    readonly end: string;
    readonly barSize: string;
    readonly duration: string;
    readonly regularHoursOnly: boolean;
    readonly whatToShow: string;
    readonly formatDate: 1 | 2;
    readonly keepUpToDate: boolean;
  }
  | {
    readonly kind: "realTimeBars";
    readonly id: number;
    readonly contract: TwsContractQuery;
    readonly barSize: number;
    readonly whatToShow: string;
    readonly regularHoursOnly: boolean;
  }
  | {
    readonly kind: "marketData";
    readonly id: number;
    readonly contract: TwsContractQuery;
    readonly snapshot: boolean;
    /** The snapshot that IBKR bills. */
    readonly regulatorySnapshot: boolean;
  }
  | {
    readonly kind: "tickByTick";
    readonly id: number;
    readonly contract: TwsContractQuery;
    /** `Last`, `AllLast`, `BidAsk` or `MidPoint`. */
    readonly type: string;
  }
  | { readonly kind: IdOnly; readonly id: number }
  | { readonly kind: "marketDataType"; readonly type: number }
  | { readonly kind: "accountUpdates"; readonly account: string }
  | { readonly kind: Bare }
  | { readonly kind: "unknown"; readonly message: string }
  | { readonly kind: "unreadable"; readonly id: number; readonly reason: string };

/**
 * Reads one message of a client at protocol versions 176 to 193. Total: whatever the fields hold, there
 * is an answer.
 *
 * @example
 * ```ts
 * import { readTwsRequest } from "./tws_request.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(readTwsRequest(["71", "2", "7", ""]), { kind: "startApi", clientId: 7 });
 * assert.equal(readTwsRequest(["12345"]).kind, "unknown");
 * ```
 */
export function readTwsRequest(fields: readonly string[]): TwsRequest {
  const reader = new Reader(fields);
  const message = reader.text();
  const read = READERS[Number(message)];
  if (message === "" || read === undefined) return { kind: "unknown", message };
  const request = read(reader);
  return reader.fault === undefined
    ? request
    : { kind: "unreadable", id: reader.id, reason: reader.fault };
}

/** Reads one field after another and remembers the first that is missing or not a number. */
class Reader {
  readonly #fields: readonly string[];
  #at = 0;
  fault: string | undefined;
  /** The request id once read; −1 before. */
  id = -1;

  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }

  text(): string {
    const field = this.#fields[this.#at++];
    if (field === undefined) this.fault ??= `field ${this.#at} is missing`;
    return field ?? "";
  }

  skip(count: number): this {
    for (let i = 0; i < count; i++) this.text();
    return this;
  }

  whole(): number {
    const text = this.text();
    const value = Number(text);
    if (text !== "" && Number.isSafeInteger(value)) return value;
    this.fault ??= `field ${this.#at} must be a whole number, got ${JSON.stringify(text)}`;
    return -1;
  }

  requestId(): number {
    this.id = this.whole();
    return this.id;
  }

  flag(): boolean {
    const text = this.text();
    return text === "1" || text.toLowerCase() === "true";
  }

  formatDate(): 1 | 2 {
    return this.text() === "2" ? 2 : 1;
  }

  contract(): TwsContractQuery {
    const conId = Number(this.text());
    const symbol = this.text();
    const secType = this.text();
    const lastTradeDateOrContractMonth = this.text();
    this.skip(2);
    const multiplier = this.text();
    const exchange = this.text();
    this.skip(1);
    const currency = this.text();
    const localSymbol = this.text();
    const tradingClass = this.text();
    return {
      conId: conId > 0 ? conId : undefined,
      symbol,
      secType,
      lastTradeDateOrContractMonth,
      multiplier,
      exchange,
      currency,
      localSymbol,
      tradingClass,
      includeExpired: false,
    };
  }

  contractWithExpired(): TwsContractQuery {
    return { ...this.contract(), includeExpired: this.flag() };
  }
}

type Read = (reader: Reader) => TwsRequest;

function idAfter(skipped: number, kind: IdOnly): Read {
  return (reader) => ({ kind, id: reader.skip(skipped).requestId() });
}

function bare(kind: Bare): Read {
  return () => ({ kind });
}

const READERS: Readonly<Record<number, Read>> = {
  [TwsRequestId.StartApi]: (r) => ({ kind: "startApi", clientId: r.skip(1).whole() }),
  [TwsRequestId.ContractDetails]: (r) => ({
    kind: "contractDetails",
    id: r.skip(1).requestId(),
    contract: r.contractWithExpired(),
  }),
  [TwsRequestId.HeadTimestamp]: readHeadTimestamp,
  [TwsRequestId.HistoricalData]: readHistoricalData,
  [TwsRequestId.RealTimeBars]: (r) => ({
    kind: "realTimeBars",
    id: r.skip(1).requestId(),
    contract: r.contract(),
    barSize: r.whole(),
    whatToShow: r.text(),
    regularHoursOnly: r.flag(),
  }),
  [TwsRequestId.MarketData]: (r) => {
    const id = r.skip(1).requestId();
    const contract = r.contract();
    if (r.flag()) r.skip(3);
    const snapshot = r.skip(1).flag();
    return { kind: "marketData", id, contract, snapshot, regulatorySnapshot: r.flag() };
  },
  [TwsRequestId.TickByTick]: (r) => ({
    kind: "tickByTick",
    id: r.requestId(),
    contract: r.contract(),
    type: r.text(),
  }),
  [TwsRequestId.CancelTickByTick]: idAfter(0, "cancelTickByTick"),
  [TwsRequestId.CancelHistoricalData]: idAfter(1, "cancelHistoricalData"),
  [TwsRequestId.CancelRealTimeBars]: idAfter(1, "cancelRealTimeBars"),
  [TwsRequestId.CancelMarketData]: idAfter(1, "cancelMarketData"),
  [TwsRequestId.CancelHeadTimestamp]: idAfter(0, "cancelHeadTimestamp"),
  [TwsRequestId.Executions]: idAfter(1, "executions"),
  [TwsRequestId.AccountUpdatesMulti]: idAfter(1, "accountUpdatesMulti"),
  [TwsRequestId.MarketDataType]: (r) => ({ kind: "marketDataType", type: r.skip(1).whole() }),
  [TwsRequestId.AccountUpdates]: (r) => ({ kind: "accountUpdates", account: r.skip(2).text() }),
  [TwsRequestId.CurrentTime]: bare("currentTime"),
  [TwsRequestId.Ids]: bare("ids"),
  [TwsRequestId.ManagedAccounts]: bare("managedAccounts"),
  [TwsRequestId.OpenOrders]: bare("openOrders"),
  [TwsRequestId.AllOpenOrders]: bare("openOrders"),
  [TwsRequestId.Positions]: bare("positions"),
  [TwsRequestId.CompletedOrders]: bare("completedOrders"),
  [TwsRequestId.ServerLogLevel]: bare("silent"),
  [TwsRequestId.AutoOpenOrders]: bare("silent"),
  [TwsRequestId.CancelPositions]: bare("silent"),
  [TwsRequestId.CancelAccountUpdatesMulti]: bare("silent"),
};

function readHeadTimestamp(reader: Reader): TwsRequest {
  const id = reader.requestId();
  const contract = reader.contractWithExpired();
  return { kind: "headTimestamp", id, contract, formatDate: reader.skip(2).formatDate() };
}

function readHistoricalData(reader: Reader): TwsRequest {
  const id = reader.requestId();
  const contract = reader.contractWithExpired();
  const end = reader.text();
  const barSize = reader.text();
  const duration = reader.text();
  const regularHoursOnly = reader.flag();
  const whatToShow = reader.text();
  const formatDate = reader.formatDate();
  return {
    kind: "historicalData",
    id,
    contract,
    end,
    barSize,
    duration,
    regularHoursOnly,
    whatToShow,
    formatDate,
    keepUpToDate: reader.flag(),
  };
}
