import type { Link } from "../link.ts";
import type { Truth } from "../truth.ts";
import { CALL_POOL, Credits, SUBSCRIBE_POOL } from "./credits.ts";
import { callMethod, isMarketData } from "./methods.ts";
import { RpcError, type RpcParameters } from "./rpc.ts";
import type { Counters } from "./stats.ts";
import { damaged, type Troubles } from "./troubles.ts";

/** What becomes of a call: a result or an error. */
export interface CallAnswer {
  readonly result: unknown;
  readonly error: RpcError | undefined;
  /** Damages the text that is sent, where a fault says so. */
  readonly spoil: (text: string) => string;
  /** The connection ends with the answer. */
  readonly endsSession: boolean;
}

/** A method of the connection that calls; undefined for a method that it does not have. */
export type OwnMethod = (method: string, params: RpcParameters) => unknown;

export interface CallerOptions {
  readonly truth: Truth;
  readonly troubles: Troubles;
  readonly link: Link;
  readonly counters: Counters;
}

/** Answers calls, over sockets and HTTP alike, and counts their credits: all clients share one address. */
export class Caller {
  readonly #options: CallerOptions;
  readonly #credits = new Credits(CALL_POOL);
  readonly #subscribing = new Credits(SUBSCRIBE_POOL);

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  get fewestCredits(): number {
    return this.#credits.fewest;
  }

  /** @param now venue time. */
  call(method: string, params: RpcParameters, now: number, own: OwnMethod): CallAnswer {
    const { truth, troubles, link, counters } = this.#options;
    counters.calls++;
    const refused = (error: RpcError, endsSession = false): CallAnswer => ({
      result: undefined,
      error,
      spoil: (text) => text,
      endsSession,
    });
    if (this.#isExhausted(method, now)) {
      return refused(new RpcError(10028, "too_many_requests"), true);
    }
    if (troubles.isMaintained(now)) return refused(new RpcError(11051, "system_maintenance"));
    try {
      const result = own(method, params) ?? callMethod(method, params, { truth, troubles, now });
      const damage = isMarketData(method) ? link.nextDamage() : undefined;
      return {
        result,
        error: undefined,
        spoil: (text) => damage === undefined ? text : damaged(text, damage),
        endsSession: false,
      };
    } catch (error) {
      if (error instanceof RpcError) return refused(error);
      throw error;
    }
  }

  #isExhausted(method: string, now: number): boolean {
    const { troubles, counters } = this.#options;
    if (troubles.callsToRefuse > 0) {
      troubles.callsToRefuse--;
      return true;
    }
    const credits = method === "public/subscribe" ? this.#subscribing : this.#credits;
    if (credits.take(now)) return false;
    counters.creditsExceeded++;
    return true;
  }
}
