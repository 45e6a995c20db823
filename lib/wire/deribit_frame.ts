import { type DeribitError, deribitErrorOf } from "./deribit_error.ts";
import { isFraction, isVolatility, toPercent } from "./deribit_value.ts";
import { type Fields, fieldsOf, isEpochMs, parseJson } from "./json_fields.ts";

/** What one frame of Deribit's JSON-RPC says. Times are epoch ms, UTC. */
export type DeribitMessage =
  /** A request was answered; what `result` holds depends on the method, see `deribit_result.ts`. */
  | { readonly kind: "reply"; readonly id: number; readonly result: unknown }
  /** A request was refused; `id` is undefined where Deribit could not say which. */
  | { readonly kind: "error"; readonly id: number | undefined; readonly error: DeribitError }
  | { readonly kind: "heartbeat" }
  /** Must be answered with `public/test` at once, or Deribit closes the connection. */
  | { readonly kind: "test-request" }
  | VolatilityNotice
  | {
    readonly kind: "platform";
    /** True when maintenance begins, false when it ends; undefined where the notice is about an index. */
    readonly maintenance: boolean | undefined;
    /** The index that was locked or unlocked: `btc_usd`. */
    readonly index: string | undefined;
    readonly isLocked: boolean | undefined;
  }
  /** Well-formed, and nothing Comove uses. */
  | { readonly kind: "ignored"; readonly what: string }
  | { readonly kind: "rejected"; readonly reason: string };

export interface VolatilityNotice {
  readonly kind: "volatility";
  /** `btc_usd` */
  readonly index: string;
  readonly time: number;
  /** Per cent a year. */
  readonly value: number;
  /** It was sent as a fraction. */
  readonly wasFraction: boolean;
}

const VOLATILITY = "deribit_volatility_index.";
const LONGEST_NAME = 64;

/** The channel of an index: `deribit_volatility_index.btc_usd`. */
export function volatilityChannel(index: string): string {
  return VOLATILITY + index;
}

/**
 * Reads one text frame: replies, errors, heartbeats and the notices of subscribed channels. Total: any text
 * at all gives a message, never a throw. Unknown fields are ignored.
 *
 * Source: Deribit API documentation, "JSON-RPC", "Notifications", `public/set_heartbeat`.
 *
 * @example
 * ```ts
 * import { decodeDeribitFrame } from "./deribit_frame.ts";
 * import assert from "node:assert/strict";
 * const text = '{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}';
 * assert.deepEqual(decodeDeribitFrame(text), { kind: "test-request" });
 * assert.equal(decodeDeribitFrame("{").kind, "rejected");
 * ```
 */
export function decodeDeribitFrame(text: string): DeribitMessage {
  const fields = fieldsOf(parseJson(text, "page"));
  if (fields === undefined) return rejected("not a JSON object");
  if (fields.jsonrpc !== "2.0") return rejected("not JSON-RPC 2.0");
  return "method" in fields ? noticeOf(fields) : answerOf(fields);
}

function answerOf(fields: Fields): DeribitMessage {
  const id = Number.isSafeInteger(fields.id) ? fields.id as number : undefined;
  if ("error" in fields) {
    const error = deribitErrorOf(fields.error);
    return error === undefined ? rejected("an error without a code") : { kind: "error", id, error };
  }
  if (!("result" in fields)) return rejected("neither a result nor an error");
  return id === undefined
    ? rejected("a result without the number of its request")
    : { kind: "reply", id, result: fields.result };
}

function noticeOf({ method, params }: Fields): DeribitMessage {
  const given = fieldsOf(params);
  if (given === undefined) return rejected("a notice without parameters");
  switch (method) {
    case "heartbeat":
      if (given.type === "test_request") return { kind: "test-request" };
      return given.type === "heartbeat"
        ? { kind: "heartbeat" }
        : rejected("a heartbeat of no known type");
    case "subscription":
      return subscriptionOf(given);
    default:
      return typeof method === "string"
        ? { kind: "ignored", what: method.slice(0, LONGEST_NAME) }
        : rejected("a method without a name");
  }
}

function subscriptionOf({ channel, data }: Fields): DeribitMessage {
  if (typeof channel !== "string") return rejected("a notice without its channel");
  if (channel.startsWith(VOLATILITY)) return volatilityOf(channel, fieldsOf(data));
  if (channel === "platform_state") return platformOf(fieldsOf(data));
  return { kind: "ignored", what: channel.slice(0, LONGEST_NAME) };
}

function volatilityOf(channel: string, data: Fields | undefined): DeribitMessage {
  if (data === undefined) return rejected("a volatility notice without data");
  const { timestamp, volatility, index_name: index } = data;
  if (typeof index !== "string" || channel !== volatilityChannel(index)) {
    return rejected("the index is not the channel's");
  }
  if (!isEpochMs(timestamp)) return rejected("field timestamp is not an epoch time");
  if (!isVolatility(volatility)) return rejected("field volatility is not a number above 0");
  const wasFraction = isFraction(volatility);
  const value = wasFraction ? toPercent(volatility) : volatility;
  return { kind: "volatility", index, time: timestamp, value, wasFraction };
}

function platformOf(data: Fields | undefined): DeribitMessage {
  if (data === undefined) return rejected("a notice of the platform's state without data");
  const { maintenance, price_index: index, locked } = data;
  if (typeof maintenance === "boolean") {
    return { kind: "platform", maintenance, index: undefined, isLocked: undefined };
  }
  if (typeof index !== "string" || index.length > LONGEST_NAME || typeof locked !== "boolean") {
    return rejected("a notice of the platform's state in no known form");
  }
  return { kind: "platform", maintenance: undefined, index, isLocked: locked };
}

function rejected(reason: string): DeribitMessage {
  return { kind: "rejected", reason };
}
