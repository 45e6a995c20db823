import type { MarketError } from "../../model/errors.ts";
import type { NetworkFault } from "../../runtime/http.ts";
import type { Proxy } from "../../runtime/proxy.ts";
import { wayText } from "../proxy_text.ts";
import type { WaitedOut } from "./refusal_waits.ts";
import { AGAIN, failure, type Named, notCode, type Peer } from "./peer.ts";

/** What is known of a host that gave no answer. */
export interface UnreachableDetails {
  /** How long it was waited for, ms. */
  readonly limitMs: number;
  /** On the way there. */
  readonly proxy?: Proxy | undefined;
  readonly cause?: unknown;
}

/** Why there is no answer at all. */
export function unreachable(
  peer: Peer,
  fault: NetworkFault,
  { limitMs, proxy, cause }: UnreachableDetails,
): MarketError {
  const { host, setting, next, words: { title } } = peer;
  const again = next === undefined
    ? AGAIN
    : `Next is ${next}, another host of the venue with the same data.`;
  const limitSeconds = Math.round(limitMs / 100) / 10;
  const way = wayText(proxy);
  const said: Record<NetworkFault, string> = {
    proxy: `The proxy did not let a connection to the ${title} host ${host} through. ${AGAIN}`,
    "host-not-found":
      `The ${title} host ${host} cannot be found: no such name, or no network here. Check ${setting} and the internet connection. ${again}`,
    refused:
      `The ${title} host ${host} refused the connection: nothing listens there, or a firewall blocks it. Check host and port in ${setting}. ${again}`,
    unreachable:
      `The ${title} host ${host} is out of reach: no route from this machine. Check the internet connection, VPN and firewall. ${again}`,
    tls:
      `No trusted TLS connection to the ${title} host ${host}: its certificate or its protocol is not accepted (a proxy in between, a wrong local clock, or a port without TLS). Check ${setting}. ${again}`,
    timeout:
      `The ${title} host ${host} did not answer within ${limitSeconds} s. Check the internet connection, firewall and ${setting}. ${again}`,
    "not-permitted":
      `Comove was started without permission to reach ${host}. Start it with --allow-net=${host}, or change ${setting}.`,
    "not-http":
      `${host} answered, but not as ${title}: it does not speak HTTP. Check host and port in ${setting}.`,
    lost:
      `The connection to the ${title} host ${host} broke before it answered. Check the internet connection if it happens often. ${again}`,
  };
  const code = fault === "not-http" ? notCode(peer) : fault;
  const isFinal = fault === "not-http" || fault === "not-permitted";
  const text = `${said[fault]}${way}`;
  if (!isFinal) return failure(peer, code, "retry", text, { cause });
  return peer.isAlternative
    ? failure(peer, code, "retry", `${text} ${again}`, { cause })
    : failure(peer, code, "configure", text, { cause });
}

/** Trouble of a server is not waited out longer than this, whatever it says, venue ms. */
const LONGEST_TROUBLE_MS = 10 * 60_000;

/** What is known of a refusal besides its status. */
export interface StatusDetails {
  /** The status that came, where the venue's text says more than it. @default the status */
  readonly answered?: number;
  /** The venue has served this side before: whatever refuses now passes. */
  readonly wasServed: boolean;
  /** How long a refusal of this kind is waited out, venue ms. */
  readonly waitFor: (kind: WaitedOut) => number;
  /** What the venue asked for itself. */
  readonly retryAfterMs: number | undefined;
  /** What the venue said, if anything. */
  readonly detail: string | undefined;
}

/**
 * Why an HTTP status (of a request, or of a refused WebSocket upgrade) means failure; undefined for a status
 * that is ambiguous by itself.
 */
export function refusedByStatus(
  peer: Peer,
  status: number,
  { answered = status, wasServed, waitFor, retryAfterMs, detail = "" }: StatusDetails,
): MarketError | undefined {
  const { host, words: { title } } = peer;
  const said = detail === "" ? "" : ` It said: ${detail}`;
  if (status === 451 && wasServed) {
    const waitMs = waitFor("geo-blocked");
    return failure(
      peer,
      "geo-blocked",
      "wait",
      `${title} does not serve this location (HTTP 451 from ${host}), though it did before: a VPN may be down. Comove asks again in ${
        seconds(waitMs)
      } s; if it lasts, use a permitted network.${said}`,
      { retryAfterMs: waitMs },
    );
  }
  if (status === 451) {
    return failure(
      peer,
      "geo-blocked",
      "configure",
      `${title} does not serve this location (HTTP 451 from ${host}), so it is not retried. Use a permitted network or another venue host in ${
        bothSettings(peer)
      }.${said}`,
    );
  }
  if (status === 403) {
    const waitMs = waitFor("forbidden");
    return failure(
      peer,
      "forbidden",
      "wait",
      `${title}'s firewall turned the request away (HTTP 403 from ${host}). Comove asks again in ${
        seconds(waitMs)
      } s; if it lasts, change the network, or set another venue host in ${bothSettings(peer)}.`,
      { retryAfterMs: waitMs },
    );
  }
  if (status === 429 || status === 418) {
    const [code, what] = status === 429
      ? ["rate-limited", `${title} asks for fewer requests (HTTP ${answered}`] as const
      : [
        "banned",
        `${title} has banned this address for too many requests (HTTP ${answered}`,
      ] as const;
    const waitMs = waitFor(code);
    return failure(
      peer,
      code,
      "wait",
      `${what} from ${host}). Comove waits ${
        seconds(waitMs)
      } s before it asks again; other programs on this address share the limit.`,
      { retryAfterMs: waitMs },
    );
  }
  if (status >= 500) {
    return failure(
      peer,
      "server-error",
      "retry",
      `${title} has trouble of its own (HTTP ${answered} from ${host}). ${AGAIN}${said}`,
      retryAfterMs === undefined
        ? {}
        : { retryAfterMs: Math.min(retryAfterMs, LONGEST_TROUBLE_MS) },
    );
  }
  return undefined;
}

/** Delay before refused history is requested again, venue ms. */
const REFUSED_MS = 10 * 60_000;

/** Requests are refused (403, 451) while the stream delivers: history is degraded, but the feed goes on. */
export function refusedHistory(peer: Peer, { code }: MarketError): MarketError {
  const { host, words: { title } } = peer;
  const status = code === "geo-blocked" ? 451 : 403;
  return failure(
    peer,
    code,
    "wait",
    `${title} refuses requests at ${host} (HTTP ${status}), though its streams have been served here. They go on; what is missing stays listed. Comove asks again in ${
      REFUSED_MS / 60_000
    } min; if it lasts, use another network.`,
    { retryAfterMs: REFUSED_MS },
  );
}

/** The rate limit was met earlier, by this or another user of the host. */
export function stillLimited(peer: Peer, waitMs: number, isBanned: boolean): MarketError {
  const { host, words: { title } } = peer;
  const [code, what] = isBanned
    ? ["banned", `${title} still bans this address at ${host}`]
    : ["rate-limited", `${title}'s request limit at ${host} is used up`];
  return failure(
    peer,
    code,
    "wait",
    `${what}. Comove asks again in ${
      seconds(waitMs)
    } s; other programs on this address share the limit.`,
    { retryAfterMs: waitMs },
  );
}

/** Requests without an answer may come to the venue yet, and count against its limit until then. */
export function stillUnanswered(peer: Peer, waitMs: number): MarketError {
  const { host, words: { title } } = peer;
  return failure(
    peer,
    "timeout",
    "wait",
    `The ${title} host ${host} has left requests without an answer. They may reach it all at once, so Comove asks again only in ${
      seconds(waitMs)
    } s. Check the internet connection if it lasts.`,
    { retryAfterMs: waitMs },
  );
}

/**
 * A server answers, but it is not the venue.
 *
 * @param isKnown it has answered as the venue before, so a proxy is probably in between for a while.
 */
export function notVenue(peer: Peer, what: string, isKnown: boolean): MarketError {
  const { host, setting, words: { title } } = peer;
  const text = `${host} answered, but not as ${title} (${what}).`;
  return isKnown
    ? failure(
      peer,
      notCode(peer),
      "retry",
      `${text} It did before, so a proxy or captive portal may stand in between. ${AGAIN}`,
    )
    : failure(
      peer,
      notCode(peer),
      "configure",
      `${text} Check ${setting}; a captive portal or proxy may also answer in its place.`,
    );
}

/** The venue refused a request with a reason of its own. */
export function refusedRequest(peer: Peer, code: number | string, text: string): MarketError {
  return failure(
    peer,
    "refused-request",
    "retry",
    `${peer.words.title} refused a request at ${peer.host}: ${text} (${code}). ${AGAIN}`,
  );
}

export function unknownSymbol(peer: Peer, { id, symbol }: Named): MarketError {
  const { host, words: { title, section, symbols } } = peer;
  return failure(
    peer,
    "unknown-symbol",
    "configure",
    `${title} does not know symbol ${symbol} (asked at ${host}). Check ${section}.symbols: ${symbols}.`,
    { instrument: id },
  );
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}

/** The other setting is named too: whoever moves must move both. */
function bothSettings({ setting, words: { section } }: Peer): string {
  const both = [`${section}.restUrl`, `${section}.streamUrl`];
  return (setting.startsWith(`${section}.rest`) ? both : both.reverse()).join(" and ");
}
