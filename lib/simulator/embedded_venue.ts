import type { Clock } from "../runtime/clock.ts";
import type { FaultKind } from "./fault.ts";
import type { FaultTarget } from "./fault_target.ts";
import type { OnHistory } from "./served_history.ts";
import type { Truth } from "./truth.ts";
import type { VenueTime } from "./venue_time.ts";

/** What a simulated venue's server is started with. */
export interface EmbeddedServerOptions {
  readonly truth: Truth;
  readonly time: VenueTime;
  readonly clock: Clock;
  /** Address of this machine to listen on. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** @default nobody looks */
  readonly onHistory?: OnHistory | undefined;
}

/** A simulated venue that listens. */
export interface EmbeddedServer extends FaultTarget {
  readonly port: number;
  /** Stops listening and cuts all connections; resolves when nothing is left. Safe to call twice. */
  close(): Promise<void>;
}

/** The server of a simulated venue: how it is started, and what can go wrong at it. */
export interface EmbeddedVenue {
  /** @throws the system's error when the port is taken. */
  start(options: EmbeddedServerOptions): Promise<EmbeddedServer>;
  /** What a fault script may ask of it. */
  readonly faults: readonly FaultKind[];
}
