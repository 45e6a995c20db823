import { MarketError } from "../../model/errors.ts";
import { SECOND } from "../../model/time.ts";
import type { CloseCause } from "./gateway.ts";

/** Where the peer is, for messages. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** How far a connection had come when it ended. */
export type Stage = "connecting" | "opened" | "version" | "ready";

const venue = "ibkr" as const;
const ENABLE =
  "Is it running, with API access enabled under Configuration, API, Settings? Paper Gateway listens on 4002, paper TWS on 7497 (live: 4001, 7496).";
/** A hung Gateway gets worse when it is hammered. */
const SILENT_RETRY_MS = 10 * SECOND;
/** What worked before is tried again at this interval, whatever stands in its way now. */
const WORKED_RETRY_MS = 60 * SECOND;
/** Not more than one attempt a second with a new client id. */
const CLIENT_ID_RETRY_MS = SECOND;

const at = ({ host, port }: Endpoint): string => `${host}:${port}`;

/** Why an attempt ended, from what the gateway said and how far it had come. */
export function closedFailure(endpoint: Endpoint, stage: Stage, cause: CloseCause): MarketError {
  switch (cause.kind) {
    case "not-tws":
      return notTws(endpoint, cause.bytes);
    case "unsupported-version":
      return unsupportedVersion(endpoint, cause.version);
    case "broken-frame":
      return new MarketError(
        "broken-frame",
        "retry",
        `The bytes from ${at(endpoint)} stopped making sense (${cause.text}); connecting again.`,
        { venue },
      );
    case "lost":
      return stage === "connecting"
        ? unreachable(endpoint, cause.systemCode, cause.text)
        : lost(endpoint, stage, cause.text);
  }
}

function unreachable(endpoint: Endpoint, code: string | undefined, text: string): MarketError {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new MarketError(
      "unknown-host",
      "retry",
      `There is no host named ${endpoint.host} (${code}). Check ibkr.host; for a Gateway on this machine it is 127.0.0.1.`,
      { venue },
    );
  }
  if (code === "ECONNREFUSED") {
    return new MarketError(
      "refused",
      "retry",
      `IB Gateway refused ${at(endpoint)}. ${ENABLE}`,
      { venue },
    );
  }
  return new MarketError(
    "unreachable",
    "retry",
    `${at(endpoint)} cannot be reached (${
      code ?? text
    }). Check ibkr.host, the network and the firewall.`,
    { venue },
  );
}

function lost(endpoint: Endpoint, stage: Stage, text: string): MarketError {
  if (stage === "ready") {
    return new MarketError(
      "connection-lost",
      "retry",
      `The connection to IB Gateway at ${at(endpoint)} was lost (${text}); connecting again.`,
      { venue },
    );
  }
  return new MarketError(
    "closed-early",
    "retry",
    `IB Gateway at ${
      at(endpoint)
    } closed the connection before it was ready (${text}). Add this machine under Configuration, API, Settings, Trusted IPs, and check that it is logged in.`,
    { venue },
  );
}

function notTws(endpoint: Endpoint, bytes: string): MarketError {
  return new MarketError(
    "not-tws",
    "configure",
    `${
      at(endpoint)
    } answered, but not as TWS: "${bytes}". Another server listens there; set ibkr.port to the API port of TWS or IB Gateway.`,
    { venue },
  );
}

function unsupportedVersion(endpoint: Endpoint, version: number): MarketError {
  return new MarketError(
    "unsupported-version",
    "give-up",
    `${
      at(endpoint)
    } speaks version ${version} of the TWS protocol, which Comove cannot read (it offers 100 to 193). Install a current stable IB Gateway, which settles on 193.`,
    { venue },
  );
}

/** The handshake did not end in time. */
export function handshakeTimeout(endpoint: Endpoint, stage: Stage, limitMs: number): MarketError {
  const seconds = Math.round(limitMs / SECOND);
  if (stage === "connecting") {
    return new MarketError(
      "unreachable",
      "retry",
      `${
        at(endpoint)
      } did not take the connection within ${seconds} s. Check ibkr.host, the network and the firewall.`,
      { venue },
    );
  }
  if (stage === "opened") {
    return new MarketError(
      "silent",
      "wait",
      `${
        at(endpoint)
      } took the connection and has said nothing for ${seconds} s. IB Gateway may hang or wait for a login: look at its window, and restart it if this stays.`,
      { venue, retryAfterMs: SILENT_RETRY_MS },
    );
  }
  return new MarketError(
    "not-ready",
    "wait",
    `IB Gateway at ${
      at(endpoint)
    } answered but did not become ready within ${seconds} s (no next order id or no account). It is probably logging in, or a dialogue in its window waits for an answer.`,
    { venue, retryAfterMs: SILENT_RETRY_MS },
  );
}

export function clientIdInUse(endpoint: Endpoint, clientId: number, nextId: number): MarketError {
  return new MarketError(
    "client-id-in-use",
    "wait",
    `Client id ${clientId} is in use at ${
      at(endpoint)
    } (code 326), by another program or by a connection IB Gateway has not dropped yet. Trying again as ${nextId}; set ibkr.clientId to a free number to avoid this.`,
    { venue, retryAfterMs: CLIENT_ID_RETRY_MS },
  );
}

/** Questions go unanswered on an open socket. */
export function halfOpen(endpoint: Endpoint, silentMs: number): MarketError {
  return new MarketError(
    "half-open",
    "retry",
    `IB Gateway at ${at(endpoint)} has not answered for ${
      (silentMs / SECOND).toFixed(1)
    } s although the connection is open; connecting again.`,
    { venue },
  );
}

/** @param isReset whether IBKR resets its servers at this time. */
export function upstreamDown(downMs: number, isReset: boolean): MarketError {
  const what = `TWS has been cut off from IBKR's servers for ${
    Math.round(downMs / 60_000)
  } minutes (code 1100)`;
  const advice = isReset
    ? "IBKR resets its servers now (00:15 to 01:45 ET, Fridays from 23:00 to 03:00), so this is normal"
    : "This is not the time of the nightly reset, so it needs your attention: look at the login in TWS's window and at the network, and restart TWS if it stays";
  const code = isReset ? "upstream-down" : "needs-attention";
  return new MarketError(code, "retry", `${what}. ${advice}. Connecting again.`, { venue });
}

export function unreadable(count: number): MarketError {
  return new MarketError(
    "unreadable",
    "retry",
    `${count} messages of IB Gateway within a minute could not be read; connecting again.`,
    { venue },
  );
}

export function portMoved(endpoint: Endpoint, text: string): MarketError {
  return new MarketError(
    "port-moved",
    "configure",
    `IB Gateway stopped listening on port ${endpoint.port} (code 1300: ${text}). Set ibkr.port to the new one.`,
    { venue },
  );
}

/**
 * A failure of the connection as a whole, on a feed that has had data: another server on the port, a version that
 * cannot be read or a moved port may be undone as it came, so none is the end of the feed. What is about one
 * instrument stays as it is.
 */
export function passingAfterData(error: MarketError): MarketError {
  if (error.isPassing || error.instrument !== undefined) return error;
  return new MarketError(
    error.code,
    "wait",
    `${error.message} It has worked before, so Comove tries again every minute.`,
    { venue, retryAfterMs: WORKED_RETRY_MS, cause: error },
  );
}
