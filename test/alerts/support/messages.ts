import type { AlertBody, AlertChangeKind } from "../../../lib/model/alert.ts";
import type { Message, MessageItem } from "../../../lib/alerts/channels/message.ts";

/** A body with some fields of its own. */
export function bodyWith(fields: Partial<AlertBody> = {}): AlertBody {
  const body: AlertBody = {
    id: "wide/ETHUSDT/BTCUSDT/1764770700000",
    rule: "wide",
    metric: "zscore",
    of: "ETHUSDT/BTCUSDT",
    severity: "major",
    state: "firing",
    value: -2.41,
    threshold: 2,
    n: 60,
    expected: 60,
    time: Date.UTC(2025, 11, 3, 14, 5),
    utc: "2025-12-03T14:05:00.000Z",
    since: 1764770700000,
    source: "live",
    message: "z-score of ETHUSDT/BTCUSDT is -2.41.",
  };
  return { ...body, ...fields };
}

/** An item of that body. */
export function itemOf(body: AlertBody, kind: AlertChangeKind = body.state): MessageItem {
  return { kind, body, json: JSON.stringify(body) };
}

/** A message of these bodies. */
export function messageOf(...bodies: readonly AlertBody[]): Message {
  const [first = bodyWith(), ...others] = bodies;
  return {
    items: [itemOf(first), ...others.map((body) => itemOf(body))],
    delayedMs: 0,
    firstReceipt: undefined,
  };
}
