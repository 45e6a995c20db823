import type { HttpReply } from "../../runtime/http.ts";
import { PostFailure } from "../../runtime/http_post.ts";
import { hostPortOf } from "../../runtime/address.ts";
import { ATTEMPT_MS, type Channel, type ChannelPorts, type ChannelTraits } from "./channel.ts";
import type { Message } from "./message.ts";
import { type Outcome, outcomeOfFailure } from "./outcome.ts";

/** A request that carries a message. */
export interface MessageRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a channel by HTTP consists of: two pure functions. `Form` is what may have to be written in another way. */
export interface HttpPlan<Form> {
  readonly traits: ChannelTraits;
  /** Anything on the server: its host is shown. */
  readonly url: string;
  /** The usual form. */
  readonly form: Form;
  /** @param now local wall clock, epoch ms. */
  request(message: Message, form: Form, now: number): MessageRequest;
  /** What an answer means; with a form, the message is sent in that one at once. */
  outcome(reply: HttpReply, form: Form, now: number): Outcome | Again<Form>;
  /** What of a form that worked holds for later messages too. @default nothing */
  keep?(form: Form): Form;
}

/** The message is to be sent once more, at once and in another form. */
export interface Again<Form> {
  readonly kind: "again";
  readonly form: Form;
  /** Why, where that does not help either. */
  readonly reason: string;
}

/** Forms that are tried in one attempt. */
const MAX_FORMS = 3;

/** A channel that is reached by HTTP POST. */
export function httpChannel<Form>(
  { name, kind }: Pick<Channel, "name" | "kind">,
  plan: HttpPlan<Form>,
  { post, clock }: ChannelPorts,
): Channel {
  const { isChat, isDeduplicating, pace, parallel } = plan.traits;
  let usual = plan.form;
  const send = async (message: Message, signal: AbortSignal): Promise<Outcome> => {
    let form = usual;
    let reason = "";
    for (let tries = 0; tries < MAX_FORMS; tries++) {
      const { url, headers, body } = plan.request(message, form, clock.now());
      let reply: HttpReply;
      try {
        reply = await post(url, { headers, body, timeoutMs: ATTEMPT_MS, signal });
      } catch (error) {
        if (error instanceof PostFailure) return outcomeOfFailure(error);
        throw error;
      }
      const outcome = plan.outcome(reply, form, clock.now());
      if (outcome.kind !== "again") {
        if (outcome.kind === "delivered") usual = plan.keep?.(form) ?? usual;
        return outcome;
      }
      form = outcome.form;
      reason = outcome.reason;
    }
    return { kind: "refused", reason };
  };
  return {
    name,
    kind,
    isChat,
    isDeduplicating,
    pace,
    parallel,
    host: hostPortOf(plan.url),
    send,
  };
}

/** For a channel with one form only. */
export const ONE_FORM = undefined;
