import { MarketError } from "../../model/errors.ts";
import type { NetworkFault } from "../../runtime/http.ts";
import { proxyFor } from "../../runtime/proxy.ts";
import type { WebSocketEnd } from "../../runtime/web_socket.ts";
import {
  type DeribitError,
  METHOD_NOT_FOUND,
  PUBLIC_REQUESTS_DISABLED,
  SYSTEM_MAINTENANCE,
  TOO_MANY_REQUESTS,
} from "../../wire/deribit_error.ts";
import { wayText } from "../proxy_text.ts";

const AGAIN = "It is tried again.";
const CHECK = "Check deribit.url";

/** Waits that Deribit's refusals ask for, venue ms. */
const CREDITS_MS = 10_000;
const MAINTENANCE_MS = 10_000;
const DISABLED_MS = 5 * 60_000;
/** HTTP 429: 32 connections of this address are open. */
const CONNECTIONS_MS = 60_000;
/** HTTP 403: a firewall's refusal lasts minutes. */
const FIREWALL_MS = 2 * 60_000;
/** A shorter Retry-After is none: it contradicts the refusal. */
const SHORTEST_MS = 1_000;

/** Why there is no connection. */
export function unreachable(host: string, fault: NetworkFault, cause?: unknown): MarketError {
  const said: Record<NetworkFault, string> = {
    proxy: `The proxy did not let a connection to the Deribit host ${host} through. ${AGAIN}`,
    "host-not-found":
      `The Deribit host ${host} cannot be found: no such name, or no network here. ${CHECK} and the internet connection. ${AGAIN}`,
    refused:
      `The Deribit host ${host} refused the connection: nothing listens there, or a firewall blocks it. ${CHECK}. ${AGAIN}`,
    unreachable:
      `The Deribit host ${host} is out of reach: no route from this machine. Check the internet connection, VPN and firewall. ${AGAIN}`,
    tls:
      `No trusted TLS connection to the Deribit host ${host} (a proxy in between, a wrong local clock, or a port without TLS). ${CHECK}. ${AGAIN}`,
    timeout:
      `The Deribit host ${host} did not answer in time. Check the internet connection, firewall and deribit.url. ${AGAIN}`,
    "not-permitted":
      `Comove was started without permission to reach ${host}. Start it with --allow-net=${host}, or change deribit.url.`,
    "not-http": `${host} answered, but not as Deribit: it does not speak HTTP. ${CHECK}.`,
    lost: `The connection to the Deribit host ${host} broke before it answered. ${AGAIN}`,
  };
  const isFinal = fault === "not-permitted" || fault === "not-http";
  const code = fault === "not-http" ? "not-deribit" : fault;
  const text = `${said[fault]}${wayText(proxyFor(`wss://${host}`))}`;
  return failure(code, isFinal ? "configure" : "retry", text, { cause });
}

/**
 * Why a socket ended.
 *
 * @param options.wasOpen it had been open.
 * @param options.isKnown Deribit has answered there before: it is no other server.
 */
export function endOf(
  host: string,
  end: WebSocketEnd,
  { wasOpen, isKnown }: { readonly wasOpen: boolean; readonly isKnown: boolean },
): MarketError {
  if (end.kind === "broken" && !wasOpen) return unreachable(host, end.fault, end.cause);
  if (end.kind !== "refused-upgrade") {
    const how = end.kind === "closed" ? `code ${end.code} ${end.reason}`.trim() : end.fault;
    return failure(
      "stream-lost",
      "retry",
      `The connection to Deribit (${host}) ended: ${how}. ${AGAIN}`,
    );
  }
  const { status, retryAfterMs = 0 } = end;
  const waitFor = (usualMs: number) => retryAfterMs >= SHORTEST_MS ? retryAfterMs : usualMs;
  if (status === 429 || status === 418) {
    const waitMs = waitFor(CONNECTIONS_MS);
    return failure(
      "rate-limited",
      "wait",
      `Deribit has too many connections of this address (HTTP ${status} from ${host}). Comove waits ${
        seconds(waitMs)
      } s; close other programs and pages that use Deribit.`,
      { retryAfterMs: waitMs },
    );
  }
  if (status === 403) {
    const waitMs = waitFor(FIREWALL_MS);
    return failure(
      "forbidden",
      "wait",
      `Deribit's firewall turned the connection away (HTTP 403 from ${host}). Comove asks again in ${
        seconds(waitMs)
      } s; if it lasts, use another network, or set deribit.enabled: false.`,
      { retryAfterMs: waitMs },
    );
  }
  if (status === 451 && isKnown) {
    const waitMs = waitFor(FIREWALL_MS);
    return failure(
      "geo-blocked",
      "wait",
      `Deribit does not serve this location (HTTP ${status} from ${host}), though it did before: a VPN may be down. Comove asks again in ${
        seconds(waitMs)
      } s; if it lasts, use a permitted network.`,
      { retryAfterMs: waitMs },
    );
  }
  if (status === 451) {
    return failure(
      "geo-blocked",
      "configure",
      `Deribit does not serve this location (HTTP ${status} from ${host}), so it is not retried. Use a permitted network, or set deribit.enabled: false.`,
    );
  }
  if (status >= 500 || isKnown) {
    return failure(
      "server-error",
      "retry",
      `Deribit has trouble of its own (HTTP ${status} from ${host}). ${AGAIN}`,
    );
  }
  return failure(
    "not-deribit",
    "configure",
    `${host} answered, but not as Deribit: HTTP ${status} instead of a WebSocket. ${CHECK}.`,
  );
}

/** What a refused call means. */
export function refusedCall(host: string, method: string, error: DeribitError): MarketError {
  const { code, message, detail } = error;
  const text = [message, detail].filter((part) => part !== undefined && part !== "").join(": ");
  const said = `${code} ${text}`.trim();
  switch (code) {
    case TOO_MANY_REQUESTS:
      return failure(
        "rate-limited",
        "wait",
        `Deribit asks for fewer requests (${said}) and ends the connection. Comove waits ${
          seconds(CREDITS_MS)
        } s; other programs on this address share the limit.`,
        { retryAfterMs: CREDITS_MS },
      );
    case SYSTEM_MAINTENANCE:
      return failure(
        "maintenance",
        "wait",
        `Deribit is under maintenance (${said}). ${AGAIN}`,
        { retryAfterMs: MAINTENANCE_MS },
      );
    case PUBLIC_REQUESTS_DISABLED:
      return failure(
        "public-disabled",
        "wait",
        `Deribit has switched requests without an account off for a while (${said}). Comove asks again in ${
          seconds(DISABLED_MS) / 60
        } minutes.`,
        { retryAfterMs: DISABLED_MS },
      );
    case METHOD_NOT_FOUND:
      return failure(
        "not-deribit",
        "configure",
        `${host} does not know ${method} (${said}), so it is not Deribit. ${CHECK}.`,
      );
  }
  if (error.action === "never") {
    return failure(
      "refused",
      "configure",
      `Deribit refuses ${method} (${said}), which asking again does not change. ${CHECK} and deribit.indices.`,
    );
  }
  return failure("server-error", "retry", `Deribit could not answer ${method} (${said}). ${AGAIN}`);
}

/** A call stayed without its answer. */
export function unanswered(host: string, method: string): MarketError {
  return failure(
    "unanswered",
    "retry",
    `Deribit (${host}) did not answer ${method}: the connection is taken for dead. ${AGAIN}`,
  );
}

/** An answer that is not what the method gives. */
export function unreadable(host: string, method: string, isKnown: boolean): MarketError {
  return failure(
    isKnown ? "unreadable" : "not-deribit",
    isKnown ? "retry" : "configure",
    `What ${host} answered to ${method} is not what Deribit answers. ${
      isKnown ? AGAIN : `${CHECK}.`
    }`,
  );
}

/** The channel of an index is not among the accepted ones. */
export function channelMissing(instrument: string, channel: string): MarketError {
  return failure(
    "channel-missing",
    "retry",
    `Deribit did not accept the channel ${channel}: ${instrument} has no live value. Its minutes are still read, and the channel is asked for again.`,
    { instrument },
  );
}

/** The values of an index do not come. */
export function silent(instrument: string, ms: number): MarketError {
  return failure(
    "silent",
    "retry",
    `No value of ${instrument} has come for ${
      seconds(ms)
    } s. Its channel is asked for again, and its minutes are still read.`,
    { instrument },
  );
}

/** Deribit has locked the index. */
export function locked(instrument: string): MarketError {
  return failure(
    "locked",
    "retry",
    `Deribit has locked the index of ${instrument}: no values come until it is unlocked.`,
    { instrument },
  );
}

/** Every index has been silent for long, although the connection answers. */
export function allSilent(host: string, ms: number): MarketError {
  return failure(
    "silent",
    "retry",
    `No index of Deribit (${host}) has had a value for ${
      seconds(ms)
    } s, although it answers. A new connection is made.`,
  );
}

/** History of the index is empty. */
export function noHistory(instrument: string): MarketError {
  return failure(
    "no-history",
    "retry",
    `Deribit has no minutes of ${instrument}: the list is empty. It is asked again, slowly.`,
    { instrument },
  );
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000);
}

function failure(
  code: string,
  remedy: MarketError["remedy"],
  message: string,
  options: {
    readonly instrument?: string;
    readonly retryAfterMs?: number;
    readonly cause?: unknown;
  } = {},
): MarketError {
  return new MarketError(code, remedy, message, { venue: "deribit", ...options });
}
