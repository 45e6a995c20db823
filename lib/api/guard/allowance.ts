import type { Clock } from "../../runtime/clock.ts";
import { ApiProblem } from "../problem.ts";

/** How much a peer may ask for. */
export interface AllowanceOptions {
  /** Points that come back in a second. */
  readonly perSecond: number;
  /** Most points that are held. */
  readonly burst: number;
}

/** Peers that are remembered; the one seen longest ago is let go of. */
const MOST_PEERS = 10_000;

interface Peer {
  points: number;
  at: number;
}

/** A bucket of points for each peer: what it asks for costs some, and they come back with time. */
export class Allowance {
  readonly #clock: Clock;
  readonly #options: AllowanceOptions;
  readonly #peers = new Map<string, Peer>();
  /** Requests refused so far. */
  refused = 0;

  constructor(clock: Clock, options: AllowanceOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** Takes points of a peer. @returns a refusal with `Retry-After` where there are not enough. */
  take(peer: string, cost = 1): ApiProblem | undefined {
    const { burst } = this.#options;
    const now = this.#clock.monotonic();
    const points = this.#pointsOf(peer, now);
    const isEnough = points >= Math.min(cost, burst);
    // The newest stand at the end.
    this.#peers.delete(peer);
    this.#peers.set(peer, { points: isEnough ? points - cost : points, at: now });
    if (this.#peers.size > MOST_PEERS) this.#peers.delete(this.#peers.keys().next().value!);
    if (isEnough) return undefined;
    return this.#refused(cost, points);
  }

  /** The refusal of a peer that has nothing left; takes no points. */
  refusal(peer: string): ApiProblem | undefined {
    const points = this.#pointsOf(peer, this.#clock.monotonic());
    return points >= 1 ? undefined : this.#refused(1, points);
  }

  #pointsOf(peer: string, now: number): number {
    const { perSecond, burst } = this.#options;
    const known = this.#peers.get(peer);
    if (known === undefined) return burst;
    return Math.min(burst, known.points + (now - known.at) * perSecond / 1_000);
  }

  #refused(cost: number, points: number): ApiProblem {
    const { perSecond } = this.#options;
    this.refused++;
    const seconds = Math.max(1, Math.ceil((cost - points) / perSecond));
    return new ApiProblem(429, {
      detail: `Too many requests: ask again in ${seconds} s.`,
      headers: { "retry-after": `${seconds}` },
    });
  }
}
