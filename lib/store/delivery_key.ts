import type { StoredDelivery } from "./store.ts";

/** What a message to a channel is known by. */
export function deliveryKey(
  { alert, channel, kind }: Pick<StoredDelivery, "alert" | "channel" | "kind">,
): string {
  return `${alert}\n${channel}\n${kind}`;
}
