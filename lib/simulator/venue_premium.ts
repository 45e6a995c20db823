import { floorTo, MINUTE } from "../model/time.ts";
import { LeastRecent } from "./least_recent.ts";
import type { ModelInstrument } from "./model_instruments.ts";
import { BASIS_POINT } from "./model_instruments.ts";
import { SeededRandom } from "./seeded_random.ts";

/** Standard deviation of the premium that stays, and the largest wave about it, basis points. */
const STANDING = 1.5;
const WAVE = 2.5;
/** A wave takes from 20 minutes to 80, ms. */
const SHORTEST_MS = 20 * MINUTE;
const LONGER_MS = 60 * MINUTE;

/** The venue whose coins are perpetual futures. */
export const PERPETUAL_VENUE = "usdm";

/** How perpetual futures stand above their coin: log price returns to `mean` as a first-order autoregression. */
export const PERPETUAL_BASIS = {
  mean: 4 * BASIS_POINT,
  deviation: 3 * BASIS_POINT,
  halfLifeMs: 60 * MINUTE,
} as const;

/** Between its knots the basis goes in straight lines. */
const KNOT_MS = 10 * MINUTE;
/** What is left of a shock from one knot to the next; older shocks than `SHOCKS` knots are below a two-hundredth. */
const KEPT = 2 ** (-KNOT_MS / PERPETUAL_BASIS.halfLifeMs);
const SHOCKS = 48;
const KEPT_KNOTS = 1_024;

/**
 * The price of a coin at a named venue over that of its path. A perpetual future has a basis that returns to its mean;
 * a spot venue has a few basis points that stay, and a slow wave about them. Each venue and symbol has its own.
 */
export class VenuePremiums {
  readonly #seed: number;
  readonly #knots = new LeastRecent<string, number>(KEPT_KNOTS);

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** 1 where no venue is named. */
  of({ root, venue }: Pick<ModelInstrument, "root" | "venue">, time: number): number {
    if (venue === undefined) return 1;
    return Math.exp(
      venue === PERPETUAL_VENUE ? this.#basis(root, time) : spotPremium(this.#seed, root, time),
    );
  }

  #basis(root: string, time: number): number {
    const before = floorTo(time, KNOT_MS);
    const share = (time - before) / KNOT_MS;
    return (1 - share) * this.#knot(root, before) + share * this.#knot(root, before + KNOT_MS);
  }

  #knot(root: string, time: number): number {
    return this.#knots.get(`${root} ${time}`, () => {
      const { mean, deviation } = PERPETUAL_BASIS;
      let sum = 0;
      for (let back = SHOCKS - 1; back >= 0; back--) {
        const knot = time / KNOT_MS - back;
        sum = KEPT * sum + new SeededRandom(this.#seed, "basis", root, knot).gaussian();
      }
      return mean + deviation * Math.sqrt(1 - KEPT * KEPT) * sum;
    });
  }
}

function spotPremium(seed: number, root: string, time: number): number {
  const random = new SeededRandom(seed, "premium", root);
  const standing = STANDING * random.gaussian();
  const wave = WAVE * random.next();
  const periodMs = SHORTEST_MS + LONGER_MS * random.next();
  const turns = time / periodMs + random.next();
  return (standing + wave * Math.sin(2 * Math.PI * turns)) * BASIS_POINT;
}
