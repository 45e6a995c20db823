import { SECOND } from "../../model/time.ts";
import type { MarketError } from "../../model/errors.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import {
  closedFailure,
  type Endpoint,
  handshakeTimeout,
  type Stage,
} from "./connection_failures.ts";
import type { CloseCause, GatewayEvent } from "./gateway.ts";

/** From connecting to ready, local ms: what has not happened by then will not happen. */
export const HANDSHAKE_LIMIT_MS = 8 * SECOND;

/**
 * Follows a connection until it is ready: the peer has named its version, the accounts and the next order
 * id. Nothing may be sent before. (The package says `connected` long before, and waits for ever after.)
 */
export class Handshake {
  readonly #endpoint: Endpoint;
  readonly #timer: Timer;
  #stage: Stage = "connecting";
  #hasAccounts = false;
  #hasNextId = false;
  #version: number | undefined;

  constructor(options: {
    readonly endpoint: Endpoint;
    readonly clock: Clock;
    readonly onTimeout: (error: MarketError) => void;
  }) {
    this.#endpoint = options.endpoint;
    this.#timer = options.clock.setTimer(
      () => options.onTimeout(handshakeTimeout(this.#endpoint, this.#stage, HANDSHAKE_LIMIT_MS)),
      HANDSHAKE_LIMIT_MS,
    );
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** Protocol version the peer settled on; undefined before. */
  get version(): number | undefined {
    return this.#version;
  }

  /** @returns true for the event that makes the connection ready. */
  take(event: GatewayEvent): boolean {
    if (event.kind === "opened") this.#stage = "opened";
    if (event.kind === "version") {
      this.#stage = "version";
      this.#version = event.version;
    }
    if (event.kind === "accounts") this.#hasAccounts = true;
    if (event.kind === "next-id") this.#hasNextId = true;
    if (this.#stage !== "version" || !this.#hasAccounts || !this.#hasNextId) return false;
    this.#stage = "ready";
    this.#timer.cancel();
    return true;
  }

  /** Why the connection ended, given how far it had come. */
  failure(cause: CloseCause): MarketError {
    return closedFailure(this.#endpoint, this.#stage, cause);
  }

  end(): void {
    this.#timer.cancel();
  }
}
