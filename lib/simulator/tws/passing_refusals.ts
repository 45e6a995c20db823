import { SECOND } from "../../model/time.ts";
import { type Refusal, Refusals } from "./refusals.ts";

const OTHER_ADDRESS = "Trading TWS session is connected from a different IP address";
const NOT_SUBSCRIBED = Refusals.notSubscribed.text;

/** What TWS says with a code while it refuses for a while; a localised one says it in its own language. */
const TEXTS: Readonly<Record<number, readonly string[]>> = {
  101: [Refusals.noLine.text],
  162: [
    `Historical Market Data Service error message:${OTHER_ADDRESS}`,
    "历史市场数据服务错误",
    "Historical Market Data Service error message:No market data permissions for CME FUT",
  ],
  166: ["HMDS Expired Contract Violation"],
  200: [Refusals.unknownContract.text, "Keine Wertpapierdefinition für die Anfrage gefunden"],
  320: ["Error reading request."],
  321: ["Error validating request.-'bW' : cause - Please enter exchange"],
  322: [
    Refusals.repeatedId.text,
    "Error processing request.-'bX' : cause - Only 50 simultaneous API historical data requests allowed",
  ],
  354: [NOT_SUBSCRIBED, "Die gewünschten Marktdaten sind nicht abonniert."],
  386: [Refusals.repeatedHistoryId.text],
  420: [
    `Invalid Real-time Query:${OTHER_ADDRESS}`,
    "无效的实时查询",
    "Invalid Real-time Query:No market data permissions for CME FUT",
  ],
  10089: ["Requested market data requires additional subscription for API."],
  10091: ["Part of requested market data requires additional subscription for API."],
  10168: [Refusals.delayedNotEnabled.text],
  10182: ["Failed to request live updates (disconnected)."],
  10186: ["Requested market data is not subscribed. Delayed market data is not enabled."],
  10197: [Refusals.competing.text],
  10225: [Refusals.subscriptionEnded.text],
};

/** A refusal with a code; the texts of a code take turns by the second. @param now venue time, epoch ms. */
export function passingRefusal(code: number, now: number): Refusal {
  const texts = TEXTS[code] ?? [`A message with the code ${code}`];
  return { code, text: texts[Math.floor(now / SECOND) % texts.length]! };
}
