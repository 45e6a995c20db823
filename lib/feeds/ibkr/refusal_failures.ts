import { MarketError } from "../../model/errors.ts";
import { SECOND } from "../../model/time.ts";
import type { Asked, RefusalCause } from "../../wire/tws_refusals.ts";
import {
  noDelayedData,
  noPermission,
  refusedRequest,
  unknownFuture,
} from "./instrument_failures.ts";

/** One refusal of TWS. */
export interface Refused {
  readonly symbol: string;
  readonly exchange: string;
  readonly asked: Asked;
  readonly code: number;
  readonly text: string;
  /** The same was served before. */
  readonly wasServed: boolean;
}

const venue = "ibkr" as const;
/** What was refused is asked for again after this, venue ms. */
export const SLOW_RETRY_MS = 45 * SECOND;

const WHAT: Readonly<Record<Asked, string>> = {
  listing: "the contract months",
  stream: "the live bars",
  "delayed-stream": "the delayed ticks",
  history: "the history",
  index: "the values",
};
const HINTS: Readonly<Partial<Record<RefusalCause, string>>> = {
  permission: "If this stays, check the market-data subscriptions in Account Management.",
  "no-delayed": "If this stays, check the market-data subscriptions in Account Management.",
  contract: "IBKR says so of contracts it knows while it maintains its servers.",
  busy: "Other programs of the same user may ask for too much at once.",
  unclear:
    "Another session of the same user, too many requests or a missing subscription may be the reason: read what TWS says.",
};

/** Why an instrument is given up. */
export function finalFailure(cause: RefusalCause, refused: Refused): MarketError {
  const { symbol, exchange, code, text } = refused;
  switch (cause) {
    case "contract":
      return unknownFuture({ symbol, exchange }, text);
    case "no-delayed":
      return refused.asked === "delayed-stream"
        ? noDelayedData(symbol, code, text)
        : noPermission(symbol, exchange, code);
    case "permission":
    case "unclear":
      return noPermission(symbol, exchange, code);
    default:
      return refusedRequest(symbol, code, text);
  }
}

/** Why an instrument, or its history, is not to be had now. It is asked for again. */
export function passingFailure(cause: RefusalCause, refused: Refused): MarketError {
  const { symbol } = refused;
  const saying = `(code ${refused.code}: ${refused.text})`;
  const options = { venue, instrument: symbol, retryAfterMs: SLOW_RETRY_MS };
  if (cause === "competing") {
    return new MarketError(
      "competing-session",
      "wait",
      `Another session of the same IBKR user took the live data of ${symbol} ${saying}. Close the other TWS or mobile session, or use a second user name for the API; Comove asks again every minute.`,
      options,
    );
  }
  if (cause === "scarce") {
    return new MarketError(
      "no-free-line",
      "wait",
      `IBKR has no free market-data line for ${symbol} ${saying}. Close watchlists or other API programs; Comove asks again every minute.`,
      options,
    );
  }
  const before = refused.wasServed ? ", which it has given before" : "";
  const hint = HINTS[cause] ?? "Such refusals pass.";
  return new MarketError(
    "refused-for-now",
    "wait",
    `IBKR refuses ${
      WHAT[refused.asked]
    } of ${symbol}${before} ${saying}. Comove asks again every minute, and fills in from history what is missed. ${hint}`,
    options,
  );
}
