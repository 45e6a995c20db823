import type { Clock } from "../../runtime/clock.ts";
import type { HttpPost } from "../../runtime/http_post.ts";
import type { SendMail } from "../../runtime/smtp.ts";
import type { Message } from "./message.ts";
import type { Outcome } from "./outcome.ts";

/** A token bucket: so many at once, and one more each `refillMs`. */
export interface Pace {
  readonly burst: number;
  /** Local ms. */
  readonly refillMs: number;
}

/** How a channel wants to be used. */
export interface ChannelTraits {
  /** True for a chat: alerts of the same few seconds, and late ones, share a message. */
  readonly isChat: boolean;
  /** True where the receiver knows a message that it already has: it may be sent again. */
  readonly isDeduplicating: boolean;
  readonly pace: Pace;
  /** Messages that may be on their way at once. */
  readonly parallel: number;
}

/** Where messages go: one entry of `alerts.channels`, its secrets read. */
export interface Channel extends ChannelTraits {
  /** Its key in `alerts.channels`. */
  readonly name: string;
  /** `webhook`, `telegram`, … */
  readonly kind: string;
  /** The server, for people: `discord.com:443`. Holds no path. */
  readonly host: string;
  /** Makes one attempt. Never throws for what the outside does; rejects with the signal's reason. */
  send(message: Message, signal: AbortSignal): Promise<Outcome>;
}

/** What channels reach the outside with. */
export interface ChannelPorts {
  readonly post: HttpPost;
  readonly mail: SendMail;
  readonly clock: Pick<Clock, "now">;
}

/** Of one attempt, local ms. */
export const ATTEMPT_MS = 10_000;
