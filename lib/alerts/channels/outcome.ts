import { redact } from "../../model/redact.ts";
import { cutText } from "../../model/cut_text.ts";
import { visible } from "../../model/visible.ts";
import { httpDateOf, type HttpReply, retryAfterOf } from "../../runtime/http.ts";
import type { PostFailure } from "../../runtime/http_post.ts";

/** What became of an attempt. Reasons are for people and hold no secret. */
export type Outcome =
  /** `receipt` says what the channel answered. It wants nothing more for `pauseMs`. */
  | { readonly kind: "delivered"; readonly receipt: string; readonly pauseMs?: number }
  /**
   * Not delivered. With `afterMs` the channel said when to come again, and wants nothing before; one that is `isBusy`
   * wants less, and did not say for how long.
   */
  | {
    readonly kind: "retry";
    readonly reason: string;
    readonly afterMs?: number;
    readonly isBusy?: true;
  }
  /** This message will never be taken; others may. */
  | { readonly kind: "refused"; readonly reason: string }
  /** Nothing will be taken until the user changes a setting. */
  | { readonly kind: "configure"; readonly reason: string }
  /** The address is no more. */
  | { readonly kind: "gone"; readonly reason: string }
  /** It may have arrived. */
  | { readonly kind: "unknown"; readonly reason: string };

/** Longest part of an answer that is kept, characters. */
const MAX_QUOTE = 200;

/**
 * What most servers mean by a status. A redirect is not followed: it would carry the message to another host.
 *
 * @param now local wall clock, epoch ms; used for a `Retry-After` that is a date where the server sends no date of its
 * own.
 * @param said what the channel answered, for people. @default the status alone
 */
export function usualOutcome(
  reply: HttpReply,
  now: number,
  said = answerText(reply),
): Outcome {
  const { status } = reply;
  if (status >= 200 && status < 300) return { kind: "delivered", receipt: said };
  if (status >= 300 && status < 400) {
    return { kind: "refused", reason: `HTTP ${status}: redirects are not followed` };
  }
  if (status === 429) return busyOf(said, waitOf(reply, now));
  if (status === 408 || status === 425 || status >= 500 || status < 200) {
    return retryOf(said, waitOf(reply, now));
  }
  return { kind: "refused", reason: said };
}

/** `HTTP 400: chat not found`. @param quote see {@link quoteOf}; @default none */
export function answerText({ status }: HttpReply, quote = ""): string {
  return quote === "" ? `HTTP ${status}` : `HTTP ${status}: ${quote}`;
}

/** A retry, after a while that the channel named or after our own. */
function retryOf(reason: string, afterMs: number | undefined): Outcome {
  return afterMs === undefined ? { kind: "retry", reason } : { kind: "retry", reason, afterMs };
}

/**
 * What 429 means: too much, for the whole channel. Discord limits a webhook and Telegram a chat, which is what a channel
 * is here, and what limits a bot or an address in all says it to each of them.
 */
export function busyOf(reason: string, afterMs: number | undefined): Outcome {
  return afterMs === undefined
    ? { kind: "retry", reason, isBusy: true }
    : { kind: "retry", reason, afterMs };
}

/** What `Retry-After` asks for, ms. */
export function waitOf({ headers }: HttpReply, now: number): number | undefined {
  return retryAfterOf(headers["retry-after"], httpDateOf(headers["date"]) ?? now);
}

/** What became of a request that got no answer. */
export function outcomeOfFailure({ fault, mayHaveArrived, message }: PostFailure): Outcome {
  if (mayHaveArrived) return { kind: "unknown", reason: message };
  if (fault === "not-permitted") return { kind: "configure", reason: message };
  return { kind: "retry", reason: message };
}

/** A part of what a channel wrote, fit to be shown: without secrets, on one line, short. */
export function quoteOf(text: string, secrets: readonly string[]): string {
  return cutText(visible(redact(text, secrets)).replace(/\s+/g, " ").trim(), MAX_QUOTE);
}
