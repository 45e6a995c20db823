import { formatUtc } from "../model/time.ts";
import type { AlertBody } from "../model/alert.ts";
import type { Message } from "./channels/message.ts";

/**
 * A message that says that a channel works: an alert of a rule `test` that watches nothing.
 *
 * @param now local wall clock, epoch ms UTC.
 */
export function testMessage(channel: string, now: number): Message {
  const body: AlertBody = {
    id: `test/${channel}/${now}`,
    rule: "test",
    metric: "test",
    of: channel,
    severity: "info",
    state: "firing",
    value: 0,
    threshold: 0,
    n: 0,
    expected: 0,
    time: now,
    utc: new Date(now).toISOString(),
    since: now,
    source: "test",
    message: `A test of Comove's alerts, sent ${formatUtc(now)}: this channel works.`,
  };
  return {
    items: [{ kind: "firing", body, json: JSON.stringify(body) }],
    delayedMs: 0,
    firstReceipt: undefined,
  };
}
