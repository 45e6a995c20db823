/**
 * What to do about a code of TWS:
 * - `ignore`: nothing; `note`: log it.
 * - `stale`: data has stopped upstream; keep the socket and wait for the restoring code.
 * - `verify`: upstream is back and claims the data kept flowing; believe it only when bars come.
 * - `resubscribe`: streams are gone; ask for them again and heal.
 * - `heal`: history is back.
 * - `suspect`: a farm broke, perhaps not ours; data must prove that it still flows.
 * - `slow-down`: too many messages. `lines`: no free market-data line.
 * - `history`: a history request failed; {@link historyFailure} reads why.
 * - `unknown-contract`, `permission`, `refused-request`: the request cannot succeed as it is.
 * - `competing`: another session of the same user took the data.
 * - `client-id`: the id is in use. `port-moved`: the API listens elsewhere now.
 * - `decode`: a message could not be read.
 */
export type TwsAction =
  | "ignore"
  | "note"
  | "stale"
  | "verify"
  | "resubscribe"
  | "heal"
  | "suspect"
  | "slow-down"
  | "lines"
  | "history"
  | "unknown-contract"
  | "permission"
  | "refused-request"
  | "competing"
  | "client-id"
  | "port-moved"
  | "decode";

export interface TwsCode {
  readonly meaning: string;
  readonly action: TwsAction;
  /** For people, in one breath. */
  readonly explanation: string;
}

function code(meaning: string, action: TwsAction, explanation: string): TwsCode {
  return { meaning, action, explanation };
}

const NOT_SUBSCRIBED = "The account has no live market-data subscription for this contract.";
const FARM_OK = "A data farm of IBKR is connected.";

/**
 * Codes of the TWS API and what they ask of a market-data client.
 * Source: Interactive Brokers, TWS API documentation, "Message Codes" and "System Message Codes".
 */
const CODES: Readonly<Record<number, TwsCode>> = {
  100: code("message rate exceeded", "slow-down", "More than 50 messages a second were sent."),
  101: code("no free data line", "lines", "All market-data lines of the account are in use."),
  162: code("history error", "history", "IBKR's history service did not deliver."),
  165: code("history notice", "note", "IBKR's history service sent a notice."),
  200: code("unknown contract", "unknown-contract", "IBKR knows no such contract, or several."),
  300: code("unknown data request", "ignore", "The cancelled request had ended already."),
  320: code("unreadable request", "refused-request", "TWS could not read the request."),
  321: code("invalid request", "refused-request", "TWS refused the request as invalid."),
  322: code("failed request", "refused-request", "TWS failed to process the request."),
  326: code("client id in use", "client-id", "Another program is connected with this client id."),
  354: code("not subscribed", "permission", NOT_SUBSCRIBED),
  366: code("unknown history request", "ignore", "The cancelled request had ended already."),
  386: code("repeated request id", "refused-request", "The request id was used twice."),
  420: code("real-time bars refused", "permission", "IBKR refused the real-time bars."),
  502: code("cannot connect", "note", "No connection to TWS could be made."),
  503: code("TWS too old", "note", "TWS speaks a protocol older than the client."),
  504: code("not connected", "note", "A message was sent without a connection."),
  505: code("unreadable message", "decode", "A message of TWS could not be read."),
  506: code("unsupported version", "note", "TWS speaks a protocol newer than the client."),
  507: code("bad length", "decode", "A message of TWS had a bad length."),
  1100: code("IBKR connection lost", "stale", "TWS has lost its connection to IBKR."),
  1101: code("restored, data lost", "resubscribe", "TWS is back at IBKR and has lost our streams."),
  1102: code("restored, data kept", "verify", "TWS is back at IBKR and says our streams go on."),
  1300: code("port changed", "port-moved", "The API port was changed in TWS."),
  2103: code("market data farm broken", "suspect", "A market-data farm of IBKR is disconnected."),
  2104: code("market data farm OK", "verify", FARM_OK),
  2105: code("history farm broken", "suspect", "A history farm of IBKR is disconnected."),
  2106: code("history farm OK", "heal", FARM_OK),
  2107: code("history farm dormant", "ignore", "A history farm sleeps until it is asked."),
  2108: code("market data farm dormant", "ignore", "A data farm sleeps until it is asked."),
  2110: code("server connection broken", "stale", "TWS has lost its server and will reconnect."),
  2119: code("farm connecting", "note", "A market-data farm is connecting."),
  2158: code("sec-def farm OK", "ignore", FARM_OK),
  10089: code("needs a subscription", "permission", NOT_SUBSCRIBED),
  10090: code("partly subscribed", "note", "Part of the data is not subscribed; the rest flows."),
  10091: code("partly subscribed", "permission", NOT_SUBSCRIBED),
  10167: code("delayed shown instead", "permission", "Not subscribed; delayed data is offered."),
  10168: code("delayed not enabled", "permission", "Not subscribed, and delayed is not enabled."),
  10182: code("live updates failed", "resubscribe", "Live updates stopped at a disconnection."),
  10186: code("delayed not enabled", "permission", "Not subscribed, and delayed is not enabled."),
  10189: code("ticks refused", "permission", "Tick-by-tick data is refused to this account."),
  10190: code(
    "no free tick stream",
    "lines",
    "All tick-by-tick streams of the account are in use.",
  ),
  10197: code("competing session", "competing", "Another session of this user took the data."),
  10225: code("subscription ended", "resubscribe", "IBKR ended the stream; it may be asked again."),
};

/** What a code asks for. Unknown warnings (2100 to 2999) and unknown codes are only noted. */
export function twsCode(number: number): TwsCode {
  return CODES[number] ??
    code(`code ${number}`, "note", "IBKR sent a code that Comove does not know.");
}

/** Codes that Comove knows, ascending. */
export function knownTwsCodes(): number[] {
  return Object.keys(CODES).map(Number);
}

/**
 * Why a history request failed:
 * - `pacing`: asked too often; ask again later, and later still the next time.
 * - `no-data`: the venue has no bars in the time asked for.
 * - `cancelled`: our own cancellation.
 * - `permission`: the account may not see this data.
 * - `other-session`: the user is logged in elsewhere, from another address.
 * - `other`: passing trouble of the service.
 */
export type HistoryFailure =
  | "pacing"
  | "no-data"
  | "cancelled"
  | "permission"
  | "other-session"
  | "other";

const HISTORY_TEXTS: readonly (readonly [RegExp, HistoryFailure])[] = [
  [/pacing/i, "pacing"],
  [/no data|returned no|no historical (market )?data/i, "no-data"],
  [/cancel/i, "cancelled"],
  [/permission|not subscribed|no market data/i, "permission"],
  [/different ip|another ip/i, "other-session"],
];

/**
 * Reads the text of code 162, which stands for several failures.
 *
 * @example
 * ```ts
 * import { historyFailure } from "./tws_codes.ts";
 * import assert from "node:assert/strict";
 * const text = "Historical Market Data Service error message:HMDS query returned no data: ESZ6@CME Trades";
 * assert.equal(historyFailure(text), "no-data");
 * ```
 */
export function historyFailure(text: string): HistoryFailure {
  return HISTORY_TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? "other";
}

/** True when code 420 complains about frequency, not about permission. */
export function isPacing(text: string): boolean {
  return /pacing/i.test(text);
}
