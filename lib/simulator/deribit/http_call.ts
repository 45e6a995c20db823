import type { HttpRequest } from "../../runtime/http_server.ts";
import type { RpcParameters } from "./rpc.ts";

const BASE = "/api/v2/";
/** Parameters that are numbers; all others are text. */
const NUMBERS = new Set(["start_timestamp", "end_timestamp", "interval"]);

/** The call that a GET encodes: `/api/v2/public/get_time`; undefined for another address. */
export function httpCallOf(
  { method, target }: HttpRequest,
): { readonly method: string; readonly params: RpcParameters } | undefined {
  const [path = "", query = ""] = target.split("?", 2);
  if (method !== "GET" || !path.startsWith(`${BASE}public/`)) return undefined;
  const params = [...new URLSearchParams(query)].map(([name, value]) => [
    name,
    NUMBERS.has(name) && value !== "" ? Number(value) : value,
  ]);
  return { method: path.slice(BASE.length), params: Object.fromEntries(params) };
}
