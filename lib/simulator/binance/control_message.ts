/** What a client may ask for over a stream socket, or the error it gets. */
export type ControlRequest =
  | {
    readonly kind: "subscribe" | "unsubscribe";
    readonly id: RequestId;
    readonly streams: readonly string[];
  }
  | { readonly kind: "list"; readonly id: RequestId }
  | { readonly kind: "set-combined"; readonly id: RequestId; readonly value: boolean }
  | { readonly kind: "get-combined"; readonly id: RequestId }
  | { readonly kind: "error"; readonly reply: string };

export type RequestId = number | string | null;

const METHODS = ["SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY"];

/** The answer to a request that was carried out. Never wrapped, on combined streams either. */
export function controlReply(id: RequestId, result: unknown): string {
  return JSON.stringify({ result, id });
}

/** An error, in the nested form that goes over the wire. */
export function controlError(code: number, msg: string, id: RequestId): string {
  return JSON.stringify({ error: { code, msg }, id });
}

/**
 * Reads a control message. Total: whatever is wrong becomes the documented error.
 * Source: Binance, "WebSocket Streams", "Live subscribing" and "Error messages".
 */
export function controlRequestOf(text: string): ControlRequest {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return failed(3, "Invalid JSON: expected value at line 1 column 1", null);
  }
  if (typeof message !== "object" || message === null || Array.isArray(message)) {
    return failed(3, "Invalid JSON: expected an object", null);
  }
  const { method, params = [], id: given = null } = message as Record<string, unknown>;
  const id = requestIdOf(given);
  if (id === undefined) {
    return failed(2, "Invalid request: request ID must be an unsigned integer", null);
  }
  if (method === undefined) {
    return failed(2, "Invalid request: missing field `method` at line 1 column 1", id);
  }
  if (typeof method !== "string" || !METHODS.includes(method)) {
    const names = METHODS.map((name) => `\`${name}\``).join(", ");
    return failed(
      2,
      `Invalid request: unknown variant \`${method}\`, expected one of ${names}`,
      id,
    );
  }
  if (!Array.isArray(params)) return failed(2, "Invalid request: invalid type of `params`", id);
  switch (method) {
    case "SUBSCRIBE":
    case "UNSUBSCRIBE": {
      if (!("params" in message)) return failed(2, "Invalid request: missing field `params`", id);
      if (!params.every((name) => typeof name === "string")) {
        return failed(2, "Invalid request: stream names must be strings", id);
      }
      return { kind: method === "SUBSCRIBE" ? "subscribe" : "unsubscribe", id, streams: params };
    }
    case "LIST_SUBSCRIPTIONS":
      return params.length > 0
        ? failed(2, "Invalid request: too many parameters", id)
        : { kind: "list", id };
    default:
      return propertyRequestOf(method === "SET_PROPERTY", params, id);
  }
}

function propertyRequestOf(
  isSet: boolean,
  params: readonly unknown[],
  id: RequestId,
): ControlRequest {
  const [name, value] = params;
  if (typeof name !== "string") {
    return failed(2, "Invalid request: property name must be a string", id);
  }
  if (params.length > (isSet ? 2 : 1)) return failed(2, "Invalid request: too many parameters", id);
  if (name !== "combined") return failed(0, "Unknown property", id);
  if (!isSet) return { kind: "get-combined", id };
  return typeof value === "boolean"
    ? { kind: "set-combined", id, value }
    : failed(1, "Invalid value type: expected Boolean", id);
}

function failed(code: number, msg: string, id: RequestId): ControlRequest {
  return { kind: "error", reply: controlError(code, msg, id) };
}

/** A whole number, up to 36 letters and digits, or null; undefined for anything else. */
function requestIdOf(value: unknown): RequestId | undefined {
  if (value === null || (typeof value === "number" && Number.isInteger(value))) return value;
  return typeof value === "string" && /^[A-Za-z0-9_-]{1,36}$/.test(value) ? value : undefined;
}
