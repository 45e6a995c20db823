import type { AlertBody, AlertChangeKind } from "../../model/alert.ts";

/** One change of an alert on its way to a channel. */
export interface MessageItem {
  readonly kind: AlertChangeKind;
  readonly body: AlertBody;
  /** The body as JSON, the same bytes at every attempt. */
  readonly json: string;
}

/** What is sent in one go. */
export interface Message {
  /** One or more, oldest first; channels that do not group get one. */
  readonly items: readonly [MessageItem, ...MessageItem[]];
  /** How long the oldest has waited beyond what is usual, local ms; 0 for a message in time. */
  readonly delayedMs: number;
  /** What the channel answered to the message of the same alert that said it fires; undefined where there is none. */
  readonly firstReceipt: string | undefined;
}

/** The id of one item: a receiver that knows it already has the message. */
export function messageIdOf({ kind, body }: Pick<MessageItem, "kind" | "body">): string {
  return `${body.id}:${kind}`;
}
