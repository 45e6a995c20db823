import { statusOf } from "../../market_status_body.ts";
import type { ChannelKind } from "../channel_source.ts";

const KINDS: ReadonlySet<string> = new Set([
  "transition",
  "outage",
  "follow",
  "unfollow",
  "label",
  "summary",
  "minute",
  "gap",
  "heal",
]);
const PACE_MS = 1_000;

/** The market at a glance, when it changes; at most once a second. */
export const status: ChannelKind = {
  name: "status",
  form: "status",
  open({ market }, of) {
    if (of !== undefined) return undefined;
    return {
      paceMs: PACE_MS,
      snapshot: () => statusOf(market),
      update: ({ kind }) =>
        KINDS.has(kind) ? { data: () => statusOf(market), isFleeting: true } : undefined,
    };
  },
};
