import type { FeedEvent } from "../model/feed_event.ts";
import { type FundingEstimate, HIGHEST_FUNDING_RATE } from "../model/funding.ts";
import type { Venue } from "../model/instrument.ts";
import { TRADING_MODES } from "../model/trading_mode.ts";
import {
  bodyOf,
  BusFormatError,
  finite,
  finiteOr,
  oneOf,
  recordOf,
  textIn,
  textOf,
} from "./bus_fields.ts";
import type { BusMessage } from "./bus_message.ts";
import { addressOf, subjectOf, WHOLE_VENUE } from "./bus_subject.ts";

/** Events that a stream keeps, beside rows. */
const KINDS = [
  "gap",
  "heal",
  "trade-gap",
  "trade-heal",
  "funding-estimate",
  "label",
  "contract",
  "trading",
  "transition",
  "clock",
  "failure",
] as const;

export type BusEvent = Extract<FeedEvent, { readonly kind: (typeof KINDS)[number] }>;

/** What a reader takes over as it was published; the rest it sees in the state of the venue's feed. */
export type RelayedEvent = Exclude<
  BusEvent,
  { readonly kind: "label" | "transition" | "clock" | "failure" }
>;

const KIND_SET: ReadonlySet<string> = new Set(KINDS);

export function isBusEvent(event: { readonly kind: string }): event is BusEvent {
  return KIND_SET.has(event.kind);
}

/** The message of an event. @param venue of its instrument, or its own. */
export function eventMessage(event: BusEvent, venue: Venue): BusMessage {
  const instrument = "instrument" in event ? event.instrument : WHOLE_VENUE;
  const subject = subjectOf({ venue, instrument, kind: "events" });
  return { subject, text: textOf({ event: plain(event) }) };
}

/** An error is published with what people and programs need of it, without its cause. */
function plain(event: BusEvent): unknown {
  if (event.kind !== "failure") return event;
  const { code, remedy, message, instrument } = event.error;
  return { ...event, error: { code, remedy, message, instrument } };
}

/**
 * An event of an instrument that a reader takes over; undefined for other kinds.
 *
 * @throws {BusFormatError} for what is no such message.
 */
export function relayedEvent(subject: string, text: string): RelayedEvent | undefined {
  const { event } = bodyOf(text);
  const address = addressOf(subject);
  if (address === undefined || address.instrument === WHOLE_VENUE) return undefined;
  if (typeof event !== "object" || event === null) throw new BusFormatError("event");
  const body = event as Readonly<Record<string, unknown>>;
  const number = (name: string) => finite(body[name], name);
  const known = { instrument: address.instrument, receivedAt: number("receivedAt") };
  switch (oneOf(body.kind, KINDS, "kind")) {
    case "gap": {
      const reason = textIn(body.reason, "reason");
      return { kind: "gap", ...known, from: number("from"), to: number("to"), reason };
    }
    case "heal": {
      const counts = { filled: number("filled"), absent: number("absent") };
      return { kind: "heal", ...known, from: number("from"), to: number("to"), ...counts };
    }
    case "trade-gap":
      return { kind: "trade-gap", ...known, fromId: number("fromId"), toId: number("toId") };
    case "trade-heal": {
      const ids = { fromId: number("fromId"), toId: number("toId") };
      const counts = { filled: number("filled"), missing: number("missing") };
      return { kind: "trade-heal", ...known, ...ids, ...counts };
    }
    case "funding-estimate":
      return { kind: "funding-estimate", ...known, estimate: estimateOf(body.estimate) };
    case "contract": {
      const contract = textIn(body.contract, "contract", 32);
      const expiry = textIn(body.expiry, "expiry", 8);
      return { kind: "contract", ...known, contract, expiry, rollAt: number("rollAt") };
    }
    case "trading":
      return { kind: "trading", ...known, mode: oneOf(body.mode, TRADING_MODES, "mode") };
    default:
      return undefined;
  }
}

function estimateOf(value: unknown): FundingEstimate {
  const estimate = recordOf(value, "estimate");
  const orNull = (name: string) => finiteOr(estimate[name], null, name);
  const rate = orNull("rate");
  if (Math.abs(rate ?? 0) > HIGHEST_FUNDING_RATE) throw new BusFormatError("rate");
  return {
    time: finite(estimate.time, "time"),
    markPrice: finite(estimate.markPrice, "markPrice"),
    indexPrice: orNull("indexPrice"),
    rate,
    nextTime: orNull("nextTime"),
  };
}
