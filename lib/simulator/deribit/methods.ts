import type { Truth } from "../truth.ts";
import { PUBLISHED } from "./indices.ts";
import { RpcError, type RpcParameters } from "./rpc.ts";
import type { Troubles } from "./troubles.ts";
import { volatilityData } from "./volatility_history.ts";

/** What a call sees of the venue. */
export interface MethodView {
  readonly truth: Truth;
  readonly troubles: Troubles;
  /** Venue time. */
  readonly now: number;
}

type Method = (params: RpcParameters, view: MethodView) => unknown;

const VERSION = { version: "1.2.26" } as const;

/** Methods that are the same over HTTP and over a socket. Source: Deribit API 2.1.1, `/public`. */
const METHODS: Readonly<Record<string, Method>> = {
  "public/get_time": (_, { now }) => now,
  "public/test": () => VERSION,
  "public/hello": () => VERSION,
  "public/status": (_, { troubles, now }) =>
    troubles.isLocked(now)
      ? { locked: "partial", locked_indices: PUBLISHED.map(({ name }) => name) }
      : { locked: "false", locked_indices: [] },
  "public/get_volatility_index_data": (params, { truth, troubles, now }) =>
    troubles.spoilt(volatilityData(truth, params, now), now),
};

/** Methods that need a socket. */
export const SOCKET_METHODS: readonly string[] = [
  "public/set_heartbeat",
  "public/disable_heartbeat",
  "public/subscribe",
  "public/unsubscribe",
  "public/unsubscribe_all",
];

/** The result of a method. @throws {RpcError} when there is none. */
export function callMethod(method: string, params: RpcParameters, view: MethodView): unknown {
  const called = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (called !== undefined) return called(params, view);
  throw SOCKET_METHODS.includes(method)
    ? new RpcError(10030, "must_be_websocket_request")
    : new RpcError(-32601, "Method not found");
}

/** Answers that hold market data, which can be spoilt. */
export function isMarketData(method: string): boolean {
  return method === "public/get_volatility_index_data";
}
