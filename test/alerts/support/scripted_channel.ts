import type { Channel } from "../../../lib/alerts/channels/channel.ts";
import { type Message, messageIdOf } from "../../../lib/alerts/channels/message.ts";
import type { Outcome } from "../../../lib/alerts/channels/outcome.ts";
import type { Clock } from "../../../lib/runtime/clock.ts";

/** An attempt that a scripted channel saw. */
export interface Attempt {
  /** Monotonic ms. */
  readonly at: number;
  /** Ids of the items. */
  readonly ids: readonly string[];
  readonly message: Message;
}

/** A channel that comes to planned outcomes, one an attempt, then to `delivered`. */
export interface ScriptedChannel extends Channel {
  readonly attempts: readonly Attempt[];
  plan(...outcomes: readonly (Outcome | Promise<Outcome> | Error)[]): void;
}

export const DELIVERED: Outcome = { kind: "delivered", receipt: "HTTP 200" };

/** Makes one; a webhook unless traits say otherwise. */
export function scriptedChannel(
  clock: Pick<Clock, "monotonic">,
  traits: Partial<Channel> = {},
): ScriptedChannel {
  const attempts: Attempt[] = [];
  const planned: (Outcome | Promise<Outcome> | Error)[] = [];
  const channel: ScriptedChannel = {
    name: "hook",
    kind: "webhook",
    host: "hooks.example:443",
    isChat: false,
    isDeduplicating: true,
    pace: { burst: 1_000, refillMs: 1 },
    parallel: 1,
    attempts,
    plan: (...outcomes) => void planned.push(...outcomes),
    send(message, signal) {
      attempts.push({ at: clock.monotonic(), ids: message.items.map(messageIdOf), message });
      const next = planned.shift() ?? DELIVERED;
      if (next instanceof Error) return Promise.reject(next);
      return Promise.race([
        Promise.resolve(next),
        new Promise<never>((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        }),
      ]);
    },
  };
  return Object.assign(channel, traits);
}

/** A chat that cannot know a message again. */
export const CHAT = { name: "chat", kind: "telegram", isChat: true, isDeduplicating: false };
