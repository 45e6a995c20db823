/** A call that Deribit refuses. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data: unknown = null) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** Parameters that are not as the method wants them. */
export function invalid(param: string, reason: string): RpcError {
  return new RpcError(-32602, "Invalid params", { reason, param });
}

export type RpcId = number | string;
export type RpcParameters = Readonly<Record<string, unknown>>;

export interface RpcRequest {
  readonly id: RpcId;
  readonly method: string;
  readonly params: RpcParameters;
}

/** Reads a request. @throws {RpcError} with the documented code for whatever is wrong. */
export function rpcRequestOf(text: string): RpcRequest {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    throw new RpcError(-32700, "Parse error");
  }
  if (!isObject(message)) throw new RpcError(-32600, "Invalid Request");
  const { jsonrpc, id, method, params = {} } = message;
  const hasId = typeof id === "string" || Number.isSafeInteger(id);
  if (jsonrpc !== "2.0" || !hasId || typeof method !== "string") {
    throw new RpcError(-32600, "Invalid Request");
  }
  if (!isObject(params)) throw invalid("params", "must be an object");
  return { id: id as RpcId, method, params };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The reply to a call; venue time in ms. */
export function replyText(id: RpcId | undefined, result: unknown, now: number): string {
  return JSON.stringify({ jsonrpc: "2.0", ...withId(id), result, ...times(now) });
}

/** The refusal of a call. */
export function errorText(id: RpcId | undefined, error: RpcError, now: number): string {
  const { code, message, data } = error;
  return JSON.stringify({
    jsonrpc: "2.0",
    ...withId(id),
    error: { code, message, data },
    ...times(now),
  });
}

/** A notice without a call. */
export function noticeText(method: "heartbeat" | "subscription", params: RpcParameters): string {
  return JSON.stringify({ jsonrpc: "2.0", method, params });
}

function withId(id: RpcId | undefined): { readonly id?: RpcId } {
  return id === undefined ? {} : { id };
}

const MICROSECONDS = 1_000;
/** How long a call takes, µs. */
const CALL_US = 80;

function times(now: number) {
  const usIn = now * MICROSECONDS;
  return { usIn, usOut: usIn + CALL_US, usDiff: CALL_US, testnet: false };
}
