import { MINUTE, SECOND } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Pace } from "../pace.ts";

/** TWS reconnects to IBKR by itself; past this time a new connection is tried. Venue ms, local floor. */
const CUT_OFF_LIMIT_MS = 5 * MINUTE;
const CUT_OFF_FLOOR_MS = 10 * SECOND;
/** More unreadable messages than this within a minute, and the connection is not to be trusted. */
const MAX_UNREADABLE = 20;

/** Counts what a connection may suffer for a while, but not for ever. */
export class TroubleWatch {
  readonly #clock: Clock;
  readonly #pace: Pace;
  #cutOffAt: number | undefined;
  #unreadable: number[] = [];

  constructor(clock: Clock, pace: Pace) {
    this.#clock = clock;
    this.#pace = pace;
  }

  /** TWS has lost IBKR. */
  cutOff(): void {
    this.#cutOffAt ??= this.#clock.monotonic();
  }

  restored(): void {
    this.#cutOffAt = undefined;
  }

  /** Local ms since TWS lost IBKR, once that is too long; else undefined. */
  cutOffTooLongMs(): number | undefined {
    if (this.#cutOffAt === undefined) return undefined;
    const ms = this.#clock.monotonic() - this.#cutOffAt;
    return ms >= this.#pace(CUT_OFF_LIMIT_MS, CUT_OFF_FLOOR_MS) ? ms : undefined;
  }

  /** A message could not be read. @returns how many of late, once they are too many; else undefined. */
  unreadable(): number | undefined {
    const now = this.#clock.monotonic();
    const spanMs = this.#pace(MINUTE, SECOND);
    this.#unreadable = [...this.#unreadable.filter((at) => now - at < spanMs), now];
    return this.#unreadable.length > MAX_UNREADABLE ? this.#unreadable.length : undefined;
  }
}
