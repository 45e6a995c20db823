import type { Contract } from "./contracts.ts";

/** An error to send in place of an answer. */
export interface Refusal {
  readonly code: number;
  readonly text: string;
}

const HISTORY = "Historical Market Data Service error message:";

/** What the venue says when it does not serve a request. Codes are TWS's own. */
export const Refusals = {
  unknownContract: {
    code: 200,
    text: "No security definition has been found for the request",
  },
  ambiguousContract: (symbol: string): Refusal => ({
    code: 200,
    text: `The contract description specified for ${symbol} is ambiguous.`,
  }),
  historyPacing: { code: 162, text: `${HISTORY}Historical data request pacing violation` },
  historyNoData: ({ listing, terms }: Contract, show: string): Refusal => ({
    code: 162,
    text: `${HISTORY}HMDS query returned no data: ${listing.symbol}@${terms.exchange} ${
      titleCase(show)
    }`,
  }),
  historyCancelled: (id: number): Refusal => ({
    code: 162,
    text: `${HISTORY}API historical data query cancelled: ${id}`,
  }),
  historyPermission: ({ terms }: Contract): Refusal => ({
    code: 162,
    text: `${HISTORY}No market data permissions for ${terms.exchange} FUT`,
  }),
  historyTrouble: {
    code: 162,
    text: `${HISTORY}Historical data service is temporarily unavailable`,
  },
  historyDisconnected: { code: 162, text: `${HISTORY}HMDS server disconnect occurred` },
  barsPermission: ({ terms }: Contract): Refusal => ({
    code: 420,
    text: `Invalid Real-time Query:No market data permissions for ${terms.exchange} FUT`,
  }),
  barsPacing: {
    code: 420,
    text: "Invalid Real-time Query:Historical data request pacing violation",
  },
  regulatorySnapshot: {
    code: 321,
    text: "Regulatory snapshots are billed, and a simulated account buys none.",
  },
  notSubscribed: {
    code: 354,
    text:
      "Requested market data is not subscribed. Check API status by selecting the Account menu then under Management choose Market Data Subscription Manager.",
  },
  delayedAvailable: ({ listing, terms }: Contract): Refusal => ({
    code: 10089,
    text:
      `Requested market data requires additional subscription for API. Delayed market data is available.${listing.symbol}@${terms.exchange}`,
  }),
  delayedShown: {
    code: 10167,
    text: "Requested market data is not subscribed. Displaying delayed market data.",
  },
  delayedNotEnabled: {
    code: 10168,
    text: "Requested market data is not subscribed. Delayed market data is not enabled.",
  },
  competing: { code: 10197, text: "No market data during competing live session" },
  subscriptionEnded: {
    code: 10225,
    text: "Bust event occurred, current subscription is deactivated. Please resubscribe.",
  },
  noLine: { code: 101, text: "Max number of tickers has been reached" },
  tooFast: (strike: number): Refusal => ({
    code: 100,
    text: `Max rate of messages per second has been exceeded:max=50 rec=51 (${strike})`,
  }),
  clientIdInUse: {
    code: 326,
    text: "Unable to connect as the client id is already in use. Retry with a unique client id.",
  },
  repeatedHistoryId: { code: 386, text: "Duplicate ticker ID for API historical data query" },
  repeatedId: { code: 322, text: "Error processing request.-'bT' : cause - Duplicate ticker id" },
  tickByTickPermission: ({ terms }: Contract): Refusal => ({
    code: 10189,
    text:
      `Failed to request tick-by-tick data.No market data permissions for ${terms.exchange} FUT`,
  }),
  tooManyTickByTick: {
    code: 10190,
    text: "Max number of tick-by-tick requests has been reached.",
  },
  unknownTickerId: (id: number): Refusal => ({
    code: 300,
    text: `Can't find EId with tickerId:${id}`,
  }),
  unknownHistoryId: (id: number): Refusal => ({
    code: 366,
    text: `No historical data query found for ticker id:${id}`,
  }),
  unreadable: (reason: string): Refusal => ({
    code: 320,
    text: `Error reading request. ${reason}`,
  }),
  invalid: (cause: string): Refusal => ({
    code: 321,
    text: `Error validating request.-'bN' : cause - ${cause}`,
  }),
  unknownMessage: (message: string): Refusal => ({
    code: 505,
    text: `Fatal Error: Unknown message id.:${message}`,
  }),
} as const;

function titleCase(text: string): string {
  return text.charAt(0) + text.slice(1).toLowerCase();
}
