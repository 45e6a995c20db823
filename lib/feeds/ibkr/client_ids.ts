import { SECOND } from "../../model/time.ts";
import type { Random } from "../../runtime/random.ts";

/** IB Gateway may hold the id of a cut connection for minutes; it is not tried again sooner. */
const HELD_MS = 60 * SECOND;
const FIRST_SPARE = 1_000;
const SPARES = 9_000;

/** Which client id to connect with: the configured one, or a spare one while that is taken. */
export class ClientIds {
  readonly #configured: number;
  readonly #random: Random;
  #heldUntil = -Infinity;
  #spare: number | undefined;

  constructor(configured: number, random: Random) {
    this.#configured = configured;
    this.#random = random;
  }

  /** @param now local monotonic ms. */
  current(now: number): number {
    if (now >= this.#heldUntil) return this.#configured;
    this.#spare ??= spareClientId(this.#random);
    return this.#spare;
  }

  /** The venue says that an id is in use. @returns the id to try next. */
  inUse(id: number, now: number): number {
    if (id === this.#configured) this.#heldUntil = now + HELD_MS;
    else if (id === this.#spare) this.#spare = undefined;
    return this.current(now);
  }
}

/** A client id that no other program is likely to have. */
export function spareClientId(random: Random): number {
  return FIRST_SPARE + Math.floor(random() * SPARES);
}
