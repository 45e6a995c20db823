/**
 * What to do about a code of TWS:
 * - `ignore`: nothing; `note`: log it.
 * - `stale`: data has stopped upstream; keep the socket and wait for the restoring code.
 * - `verify`: upstream is back and claims the data kept flowing; believe it only when bars come.
 * - `resubscribe`: streams are gone; ask for them again and heal.
 * - `heal`: history is back.
 * - `suspect`: a farm broke, perhaps not ours; data must prove that it still flows.
 * - `slow-down`: too many messages. `lines`: no free market-data line.
 * - `by-text`: a code that stands for several failures; {@link complaintOf} reads which.
 * - `unknown-contract`, `permission`, `refused-request`: the request cannot succeed as it is.
 * - `advisory`: the same as `permission` for live data; for delayed data a remark, and the data follows.
 * - `no-delayed`: neither live nor delayed data.
 * - `busy`: TWS cannot serve the request now: an id in use, too many requests at once.
 * - `competing`: another session of the same user took the data.
 * - `client-id`: the id is in use. `port-moved`: the API listens elsewhere now.
 * - `decode`: a message could not be read.
 * - `unknown`: a code that is not in the table. It ends the request that it names; it may pass.
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
  | "by-text"
  | "unknown-contract"
  | "permission"
  | "advisory"
  | "no-delayed"
  | "busy"
  | "refused-request"
  | "competing"
  | "client-id"
  | "port-moved"
  | "decode"
  | "unknown";

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
const NO_DELAYED = "Not subscribed, and delayed data is not enabled.";
const FARM_OK = "A data farm of IBKR is connected.";

/**
 * Codes of the TWS API and what they ask of a market-data client.
 * Source: Interactive Brokers, TWS API documentation, "Message Codes" and "System Message Codes".
 */
const CODES: Readonly<Record<number, TwsCode>> = {
  100: code("message rate exceeded", "slow-down", "More than 50 messages a second were sent."),
  101: code("no free data line", "lines", "All market-data lines of the account are in use."),
  102: code("repeated request id", "busy", "The request id was used twice."),
  162: code("history error", "by-text", "IBKR's history service did not deliver."),
  165: code("history notice", "note", "IBKR's history service sent a notice."),
  166: code("expired contract", "busy", "IBKR gives no history of an expired contract now."),
  200: code("unknown contract", "unknown-contract", "IBKR knows no such contract, or several."),
  300: code("unknown data request", "ignore", "The cancelled request had ended already."),
  320: code("unreadable request", "refused-request", "TWS could not read the request."),
  321: code("invalid request", "refused-request", "TWS refused the request as invalid."),
  322: code("failed request", "busy", "TWS failed to process the request."),
  323: code("server error", "busy", "TWS met an error while it served the request."),
  326: code("client id in use", "client-id", "Another program is connected with this client id."),
  354: code("not subscribed", "permission", NOT_SUBSCRIBED),
  366: code("unknown history request", "ignore", "The cancelled request had ended already."),
  386: code("repeated request id", "busy", "The request id was used twice."),
  420: code("real-time bars refused", "by-text", "IBKR refused the real-time bars."),
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
  2109: code("order warning", "ignore", "A warning about orders, of which Comove places none."),
  2119: code("farm connecting", "note", "A market-data farm is connecting."),
  2157: code("sec-def farm broken", "note", "The farm of contract definitions is disconnected."),
  2158: code("sec-def farm OK", "ignore", FARM_OK),
  10089: code("needs a subscription", "advisory", NOT_SUBSCRIBED),
  10090: code("partly subscribed", "note", "Part of the data is not subscribed; the rest flows."),
  10091: code("partly subscribed", "advisory", NOT_SUBSCRIBED),
  10147: code("no such order", "ignore", "A cancelled order was not found; Comove places none."),
  10167: code("delayed shown instead", "advisory", "Not subscribed; delayed data is offered."),
  10168: code("delayed not enabled", "no-delayed", NO_DELAYED),
  10182: code("live updates failed", "resubscribe", "Live updates stopped at a disconnection."),
  10186: code("delayed not enabled", "no-delayed", NO_DELAYED),
  10189: code("ticks refused", "permission", "Tick-by-tick data is refused to this account."),
  10190: code(
    "no free tick stream",
    "lines",
    "All tick-by-tick streams of the account are in use.",
  ),
  10197: code("competing session", "competing", "Another session of this user took the data."),
  10225: code("subscription ended", "resubscribe", "IBKR ended the stream; it may be asked again."),
};

/** Warnings end nothing. Source: the same, "Warning Codes". */
const WARNINGS = { from: 2_100, to: 3_000 };
const UNKNOWN = "IBKR sent a code that Comove does not know.";

/** What a code asks for. Unknown warnings (2100 to 2999) are only noted; other unknown codes end their request. */
export function twsCode(number: number): TwsCode {
  const isWarning = number >= WARNINGS.from && number < WARNINGS.to;
  return CODES[number] ?? code(`code ${number}`, isWarning ? "note" : "unknown", UNKNOWN);
}

/** Codes that Comove knows, ascending. */
export function knownTwsCodes(): number[] {
  return Object.keys(CODES).map(Number);
}

/**
 * What codes 162 and 420 complain about, as far as their English text says:
 * - `pacing`: asked too often; ask again later, and later still the next time.
 * - `no-data`: the venue has no bars in the time asked for.
 * - `cancelled`: our own cancellation.
 * - `permission`: the account may not see this data.
 * - `other-session`: the user is logged in elsewhere, from another address.
 * - `unclear`: any other text. A localised TWS writes its own language, so nothing lasting follows from it.
 */
export type Complaint =
  | "pacing"
  | "no-data"
  | "cancelled"
  | "permission"
  | "other-session"
  | "unclear";

const COMPLAINTS: readonly (readonly [RegExp, Complaint])[] = [
  [/pacing/i, "pacing"],
  [/no data|returned no|no historical (market )?data/i, "no-data"],
  [/cancel/i, "cancelled"],
  [/permission|not subscribed|no market data/i, "permission"],
  [/different ip|another ip/i, "other-session"],
];

/**
 * Reads the text of codes 162 and 420, which stand for several failures.
 *
 * @example
 * ```ts
 * import { complaintOf } from "./tws_codes.ts";
 * import assert from "node:assert/strict";
 * const text = "Historical Market Data Service error message:HMDS query returned no data: ESZ6@CME Trades";
 * assert.equal(complaintOf(text), "no-data");
 * ```
 */
export function complaintOf(text: string): Complaint {
  return COMPLAINTS.find(([pattern]) => pattern.test(text))?.[1] ?? "unclear";
}
