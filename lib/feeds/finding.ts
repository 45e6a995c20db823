import { NETWORK_FAULTS, type NetworkFault } from "../runtime/http.ts";

/** What one check found. */
export interface Finding {
  /** What was checked: `IB Gateway`. */
  readonly name: string;
  /** What is the case. */
  readonly what: string;
  /** What to do about it; undefined when all is well. */
  readonly fix: string | undefined;
  /** False when Comove works without it on the configured source. */
  readonly isNeeded: boolean;
}

/** A check that went well. */
export function ok(name: string, what: string): Finding {
  return { name, what, fix: undefined, isNeeded: true };
}

/** A check that found something to do. */
export function broken(name: string, what: string, fix: string): Finding {
  return { name, what, fix, isNeeded: true };
}

/** The same finding, but of something that is not needed. */
export function optional(finding: Finding): Finding {
  return { ...finding, isNeeded: false };
}

/** A host that is checked, and where it is set. */
export interface CheckedHost {
  /** Name of the finding: `Binance REST`. */
  readonly name: string;
  /** `api.binance.com` */
  readonly host: string;
  /** `binance.restUrl` */
  readonly setting: string;
}

/**
 * A host that cannot be reached.
 *
 * @param otherwise what else the user may do: `set deribit.enabled: false`. @default nothing
 */
export function unreachable(
  { name, host, setting }: CheckedHost,
  fault: NetworkFault,
  otherwise?: string,
): Finding {
  const check = `check ${setting}, the internet connection, proxy and firewall`;
  const fix = otherwise === undefined ? check : `${check}; or ${otherwise}`;
  return broken(
    name,
    `${host}: ${NETWORK_FAULTS[fault]}`,
    fault === "not-permitted" ? "start it with deno task doctor" : fix,
  );
}

/** A host that answers, but not as the venue does. */
export function notTheVenue({ name, host, setting }: CheckedHost, venue: string): Finding {
  return broken(
    name,
    `${host} answers, but not as ${venue}`,
    `check ${setting}; a proxy or captive portal may answer in its place`,
  );
}

/** A host that closed the WebSocket it had opened or was asked to open. */
export function closedBy({ name, host, setting }: CheckedHost, code: number): Finding {
  return broken(name, `${host} closed the WebSocket (code ${code})`, `check ${setting}`);
}
