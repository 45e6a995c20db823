import type { MarketError } from "../../model/errors.ts";
import { historyFailure, twsCode } from "../../wire/tws_codes.ts";
import {
  noPermission,
  otherSession,
  refusedRequest,
  unknownFuture,
} from "./instrument_failures.ts";

/** What a refused history request means. */
export type HistoryRefusal =
  /** The venue has nothing in the time asked for. */
  | { readonly kind: "no-data" }
  | { readonly kind: "pacing" }
  /** Trouble of the service; ask again later. */
  | { readonly kind: "passing" }
  /** Asking again cannot help. */
  | { readonly kind: "failed"; readonly error: MarketError };

/** Reads the code and text with which a history request was refused. */
export function historyRefusal(
  code: number,
  text: string,
  future: { readonly symbol: string; readonly exchange: string },
): HistoryRefusal {
  const { symbol, exchange } = future;
  const failed = (error: MarketError) => ({ kind: "failed", error }) as const;
  switch (twsCode(code).action) {
    case "history":
      break;
    case "slow-down":
      return { kind: "pacing" };
    case "permission":
      return failed(noPermission(symbol, exchange, code));
    case "unknown-contract":
      return failed(unknownFuture(future, text));
    case "refused-request":
      return failed(refusedRequest(symbol, code, text));
    default:
      return { kind: "passing" };
  }
  switch (historyFailure(text)) {
    case "no-data":
      return { kind: "no-data" };
    case "pacing":
      return { kind: "pacing" };
    case "permission":
      return failed(noPermission(symbol, exchange, code));
    case "other-session":
      return failed(otherSession(symbol, text));
    default:
      return { kind: "passing" };
  }
}
