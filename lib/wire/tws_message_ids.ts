/**
 * Numbers that begin a message from the client, as far as the simulated venue knows them.
 * Source: Interactive Brokers, TWS API, outgoing message ids.
 */
export const TwsRequestId = {
  MarketData: 1,
  CancelMarketData: 2,
  OpenOrders: 5,
  AccountUpdates: 6,
  Executions: 7,
  Ids: 8,
  ContractDetails: 9,
  ServerLogLevel: 14,
  AutoOpenOrders: 15,
  AllOpenOrders: 16,
  ManagedAccounts: 17,
  HistoricalData: 20,
  CancelHistoricalData: 25,
  CurrentTime: 49,
  RealTimeBars: 50,
  CancelRealTimeBars: 51,
  MarketDataType: 59,
  Positions: 61,
  CancelPositions: 64,
  StartApi: 71,
  AccountUpdatesMulti: 76,
  CancelAccountUpdatesMulti: 77,
  HeadTimestamp: 87,
  CancelHeadTimestamp: 90,
  TickByTick: 97,
  CancelTickByTick: 98,
  CompletedOrders: 99,
} as const;

/**
 * Numbers that begin a message to the client.
 * Source: Interactive Brokers, TWS API, incoming message ids.
 */
export const TwsReplyId = {
  TickPrice: 1,
  TickSize: 2,
  Error: 4,
  NextValidId: 9,
  ContractData: 10,
  ManagedAccounts: 15,
  HistoricalData: 17,
  TickString: 46,
  CurrentTime: 49,
  RealTimeBar: 50,
  ContractDataEnd: 52,
  OpenOrderEnd: 53,
  AccountDownloadEnd: 54,
  ExecutionDataEnd: 55,
  TickSnapshotEnd: 57,
  MarketDataType: 58,
  PositionEnd: 62,
  AccountUpdateMultiEnd: 74,
  TickRequestParameters: 81,
  HeadTimestamp: 88,
  HistoricalDataUpdate: 90,
  TickByTick: 99,
  CompletedOrdersEnd: 102,
} as const;

/** Protocol versions at which the layouts used here change. */
export const TwsVersion = {
  /** The oldest version the simulated venue speaks. */
  Oldest: 176,
  /** CONTRACT_DATA carries the bare last trade date after the raw one. */
  LastTradeDate: 182,
  /** CONTRACT_DATA ends in the reasons of ineligibility. */
  IneligibilityReasons: 186,
  /** The last all-text version, and the highest of `@stoqey/ib` 1.6.10. */
  Newest: 193,
} as const;
