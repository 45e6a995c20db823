import { isLoopback } from "../runtime/address.ts";
import type { HttpAnswer, HttpRequest } from "../runtime/http_server.ts";

const AUTHORITY = /^(\[[\da-f:]+\]|[^\s:/?#@[\]]+)(?::\d{1,5})?$/i;

/**
 * The refusal of a request that a page from elsewhere makes a browser on this machine send; undefined for
 * everybody else. Programs send no `Origin`; a page may come from this machine. A `Host` that is not loopback is
 * a name that was made to point here (DNS rebinding): to the browser, its page and this server are one site.
 *
 * @example
 * ```ts
 * import { foreignRequest } from "./foreign_request.ts";
 * import assert from "node:assert/strict";
 * assert.equal(foreignRequest({ headers: { host: "127.0.0.1:9080" } }), undefined);
 * assert.equal(foreignRequest({ headers: { host: "evil.example:9080" } })?.status, 421);
 * ```
 */
export function foreignRequest({ headers }: Pick<HttpRequest, "headers">): HttpAnswer | undefined {
  const { host = "", origin } = headers;
  if (!isLocalAuthority(host)) {
    return refusal(421, "Host must be a loopback address or localhost");
  }
  const isForeign = origin !== undefined && !isLocalOrigin(origin);
  if (isForeign || headers["sec-fetch-site"] === "cross-site") {
    return refusal(403, "pages of other sites are not served");
  }
  return undefined;
}

/** `name` or `name:port` of this machine. */
function isLocalAuthority(authority: string): boolean {
  const [, name = ""] = AUTHORITY.exec(authority) ?? [];
  return isLoopback(name);
}

/** `null`, which sandboxed frames and files send, is anybody's. */
function isLocalOrigin(origin: string): boolean {
  const [, authority = ""] = /^https?:\/\/(.*)$/i.exec(origin) ?? [];
  return isLocalAuthority(authority);
}

function refusal(status: number, text: string): HttpAnswer {
  return { status, headers: { "Content-Type": "text/plain" }, text: `${text}\n` };
}
