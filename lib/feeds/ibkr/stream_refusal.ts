import type { MarketError } from "../../model/errors.ts";
import { SECOND } from "../../model/time.ts";
import { isPacing, twsCode } from "../../wire/tws_codes.ts";
import {
  competingSession,
  noDelayedData,
  noFreeLine,
  noPermission,
  refusedRequest,
  unknownFuture,
} from "./instrument_failures.ts";

/** What an error about a stream asks for. */
export type StreamRefusal =
  /** The stream goes on. */
  | { readonly kind: "none" }
  /** Asked too fast: again after `waitMs`, venue ms. */
  | { readonly kind: "postpone"; readonly waitMs: number }
  /** IBKR ended it and would give it again. */
  | { readonly kind: "ask-again"; readonly reason: string }
  /** Not to be had now: that is reported, and it is asked for again now and then. */
  | { readonly kind: "ask-slowly"; readonly error: MarketError }
  /** Delayed data has to be asked for once more, as such. */
  | { readonly kind: "ask-delayed"; readonly waitMs: number; readonly error: MarketError }
  /** Asking again cannot help. */
  | { readonly kind: "failed"; readonly error: MarketError };

const PACING_WAIT_MS = 15 * SECOND;
/** "Not subscribed, delayed data is shown": in delayed mode the very thing asked for. */
const DELAYED_SHOWN = 10_167;

/** Reads the code and text of an error about the stream of a future. */
export function streamRefusal(
  code: number,
  text: string,
  { symbol, exchange, isDelayed }: {
    readonly symbol: string;
    readonly exchange: string;
    readonly isDelayed: boolean;
  },
): StreamRefusal {
  const { action, explanation } = twsCode(code);
  switch (action) {
    case "slow-down":
      return { kind: "postpone", waitMs: PACING_WAIT_MS };
    case "unknown-contract":
      return { kind: "failed", error: unknownFuture({ symbol, exchange }, text) };
    case "refused-request":
      return { kind: "failed", error: refusedRequest(symbol, code, text) };
    case "competing":
      return { kind: "ask-slowly", error: competingSession(symbol, text) };
    case "lines":
      return { kind: "ask-slowly", error: noFreeLine(symbol, text) };
    case "resubscribe":
      return { kind: "ask-again", reason: explanation };
    case "permission":
      break;
    default:
      return { kind: "none" };
  }
  if (isPacing(text)) return { kind: "postpone", waitMs: PACING_WAIT_MS };
  if (!isDelayed) return { kind: "failed", error: noPermission(symbol, exchange, code) };
  if (code === DELAYED_SHOWN) return { kind: "none" };
  return { kind: "ask-delayed", waitMs: SECOND, error: noDelayedData(symbol, code, text) };
}
