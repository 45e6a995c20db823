import { isLoopback } from "../../runtime/address.ts";
import { ApiProblem } from "../problem.ts";

const AUTHORITY = /^(\[[\da-f:.]+\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?$/i;

/** Which names and pages a server answers. */
export interface OwnAddress {
  readonly port: number;
  /** Further names, `desk.lan` or `desk.lan:8377`; without a port, any port of it. */
  readonly hosts: readonly string[];
}

/**
 * The refusal of a request that a page from elsewhere makes a browser send; undefined for everybody else. A `Host`
 * that is not ours is a name that was made to point here (DNS rebinding). A page may come from here alone, and a
 * browser names it in `Origin`; programs send none.
 *
 * @example
 * ```ts
 * import { foreignProblem } from "./own_address.ts";
 * import assert from "node:assert/strict";
 * const own = { port: 8377, hosts: [] };
 * const headers = (values: Record<string, string>) => new Headers(values);
 * assert.equal(foreignProblem(headers({ host: "127.0.0.1:8377" }), own), undefined);
 * assert.equal(foreignProblem(headers({ host: "evil.example:8377" }), own)?.status, 421);
 * ```
 */
export function foreignProblem(
  headers: Headers,
  own: OwnAddress,
): ApiProblem | undefined {
  const host = headers.get("host") ?? "";
  if (!isOwn(host, own)) {
    return new ApiProblem(421, {
      detail: "This server does not answer for that name. List it in api.hosts.",
      errors: [{
        pointer: "/header/host",
        rule: "must name this server",
        value: host.slice(0, 80),
      }],
    });
  }
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  // A link on another page may lead here: that is the user's own step, and reads nothing for that page.
  const isElsewhere = site === "cross-site" && headers.get("sec-fetch-mode") !== "navigate";
  if ((origin !== null && !isOwnOrigin(origin, own)) || isElsewhere) {
    return new ApiProblem(403, {
      detail: "Pages of other sites are not served.",
      errors: [{
        pointer: "/header/origin",
        rule: "must be this server's own, or left out",
        value: (origin ?? site ?? "").slice(0, 80),
      }],
    });
  }
  return undefined;
}

function isOwn(authority: string, { port, hosts }: OwnAddress): boolean {
  const [, name, given] = AUTHORITY.exec(authority) ?? [];
  if (name === undefined) return false;
  const asked = given === undefined ? 80 : Number(given);
  if (isLoopback(name) && asked === port) return true;
  const lower = name.toLowerCase();
  return hosts.some((host) => {
    const [, known = "", knownPort] = AUTHORITY.exec(host) ?? [];
    return known.toLowerCase() === lower &&
      (knownPort === undefined || Number(knownPort) === asked);
  });
}

/** `null`, which sandboxed frames and files send, is anybody's. */
function isOwnOrigin(origin: string, own: OwnAddress): boolean {
  const [, scheme, authority = ""] = /^(https?):\/\/([^/]*)$/i.exec(origin) ?? [];
  if (scheme === undefined) return false;
  if (isOwn(authority, own)) return true;
  // A proxy with TLS before us: its name is in api.hosts, its port is the scheme's.
  return !/:\d+$/.test(authority) &&
    isOwn(`${authority}:443`, { port: own.port, hosts: own.hosts });
}
