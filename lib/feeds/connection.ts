import type { ConnectionState } from "../model/feed_event.ts";
import type { MarketError } from "../model/errors.ts";
import { backoffDelay } from "./backoff.ts";

/** What can happen to a connection. Times are local monotonic ms in venue pace (see `pace.ts`). */
export type ConnectionEvent =
  /** The user wants it. */
  | { readonly kind: "start" }
  /** The socket is open. */
  | { readonly kind: "opened" }
  /** The venue has accepted us; requests may be sent. */
  | { readonly kind: "accepted" }
  /** Streams are asked for; their first data is awaited. */
  | { readonly kind: "requested" }
  /** Market data came, and what had been missed is backfilled. */
  | { readonly kind: "data"; readonly at: number }
  /** Open market, open socket, no data. */
  | { readonly kind: "silent"; readonly reason: string }
  /** The connection is over. `random` in [0, 1) spreads the retry. */
  | {
    readonly kind: "lost";
    readonly error: MarketError;
    readonly random: number;
    readonly at: number;
  }
  /** The back-off has passed. */
  | { readonly kind: "retry" }
  /** The user wants none for now; `start` begins again. */
  | { readonly kind: "stop" }
  /** The user wants no more, ever. */
  | { readonly kind: "close" };

/** What the shell must do now. */
export type ConnectionCommand =
  | { readonly kind: "open" }
  | { readonly kind: "retry-after"; readonly delayMs: number }
  | { readonly kind: "none" };

/** One venue connection, as a value. */
export interface Connection {
  readonly state: ConnectionState;
  readonly reason: string;
  /** Retries since data last flowed for long enough. */
  readonly attempt: number;
  readonly reconnects: number;
  /** When data began to flow without interruption. */
  readonly liveSince: number | undefined;
}

/** A connection as a circuit breaker: `open` waits, for time or for the user; `half-open` is trying again. */
export type BreakerState = "closed" | "open" | "half-open";

/** Closed until the connection is first lost, and again from the first data on. */
export function breakerOf({ state, reconnects }: Connection): BreakerState {
  if (state === "recovering" || state === "failed") return "open";
  const isTrying = state === "connecting" || state === "handshake" || state === "ready" ||
    state === "starting";
  return isTrying && reconnects > 0 ? "half-open" : "closed";
}

export const idle: Connection = {
  state: "idle",
  reason: "not started",
  attempt: 0,
  reconnects: 0,
  liveSince: undefined,
};

/** Why a venue is stopped. */
export const STOPPED_BY_USER = "stopped by the user";

/** Data must flow this long before the back-off starts from the beginning again, in venue ms. */
export const STABLE_MS = 60_000;

/**
 * The next state and what to do, for every state and event. Events that mean nothing in a state (late
 * ones of an older socket) change nothing. Pure.
 */
export function step(
  now: Connection,
  event: ConnectionEvent,
): { readonly next: Connection; readonly command: ConnectionCommand } {
  const { state } = now;
  const stay = { next: now, command: { kind: "none" } } as const;
  const to = (
    next: ConnectionState,
    reason: string,
    change: Partial<Connection> = {},
    command: ConnectionCommand = { kind: "none" },
  ) => ({ next: { ...now, ...change, state: next, reason }, command });
  if (state === "closed") return stay;

  switch (event.kind) {
    case "close":
      return to("closed", "closed by the user", { liveSince: undefined });
    case "stop":
      return state === "stopped"
        ? stay
        : to("stopped", STOPPED_BY_USER, { attempt: 0, liveSince: undefined });
    case "start":
      return state === "idle" || state === "stopped"
        ? to("connecting", "started", {}, { kind: "open" })
        : stay;
    case "opened":
      return state === "connecting" ? to("handshake", "socket open") : stay;
    case "accepted":
      return state === "handshake" ? to("ready", "accepted by the venue") : stay;
    case "requested":
      return state === "ready" ? to("starting", "streams requested, first data awaited") : stay;
    case "data":
      if (state !== "starting" && state !== "stale") return stay;
      return to("live", state === "stale" ? "data again" : "data flows", { liveSince: event.at });
    case "silent":
      return state === "live" ? to("stale", event.reason, { liveSince: undefined }) : stay;
    case "retry":
      return state === "recovering"
        ? to("connecting", `attempt ${now.attempt}`, {}, { kind: "open" })
        : stay;
    case "lost": {
      if (!isTried(state)) return stay;
      if (!event.error.isPassing) {
        return to("failed", event.error.message, { liveSince: undefined });
      }
      const stable = now.liveSince !== undefined && event.at - now.liveSince >= STABLE_MS;
      const attempt = stable ? 0 : now.attempt;
      const delayMs = retryDelay(event.error, attempt, event.random);
      return to(
        "recovering",
        event.error.message,
        { attempt: attempt + 1, reconnects: now.reconnects + 1, liveSince: undefined },
        { kind: "retry-after", delayMs },
      );
    }
  }
}

/** Whether an attempt is under way that can be lost. */
function isTried(state: ConnectionState): boolean {
  return state !== "idle" && state !== "stopped" && state !== "recovering" && state !== "failed";
}

/** Jitter added to a wait that the peer requested: this plus 25 % of its length. */
const SPREAD_MS = 1_000;

/**
 * How long to wait. A peer that names a retry time is reachable, so that time is used without the back-off
 * of earlier attempts.
 */
function retryDelay({ remedy, retryAfterMs }: MarketError, attempt: number, random: number) {
  if (remedy !== "wait" || retryAfterMs === undefined) {
    return Math.max(backoffDelay(attempt, random), retryAfterMs ?? 0);
  }
  return retryAfterMs + random * (SPREAD_MS + retryAfterMs / 4);
}
