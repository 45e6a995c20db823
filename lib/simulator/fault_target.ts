import type { Venue } from "../model/instrument.ts";
import type { FaultAction, FaultKind } from "./fault.ts";

/**
 * What can be made to go wrong at a simulated venue. Durations are venue ms. Every server offers this;
 * fault scripts drive it.
 */
export interface FaultTarget {
  readonly venue: Venue;
  /** Resets every open connection, without a closing message. */
  drop(): void;
  /**
   * Half-open: sockets stay open, nothing is read, answered or sent, on open and on new connections;
   * what would have been sent meanwhile is lost.
   */
  stall(durationMs: number): void;
  /** Damages the next `count` market-data messages: broken text, impossible bars. */
  corrupt(count: number): void;
  /** Holds every message back by `delayMs` for `durationMs`; order is kept. */
  delay(delayMs: number, durationMs: number): void;
  /** Cuts open connections and refuses new ones for `durationMs`. */
  refuse(durationMs: number): void;
  /** Any fault that can strike this venue, those above included. @throws {RangeError} for another. */
  strike(action: FaultAction): void;
}

/** A venue as fault scripts see it: what can strike it. */
export interface StrikableVenue {
  readonly venue: Venue;
  readonly faults: readonly FaultKind[];
}
