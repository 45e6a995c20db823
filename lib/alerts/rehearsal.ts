import type { AlertBody, AlertRule, UnknownReason } from "../model/alert.ts";
import type { Instrument } from "../model/instrument.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";

/** History of one instrument: minutes of a market, of files or of a store. */
export interface RehearsedInstrument {
  readonly instrument: Instrument;
  readonly grid: MinuteGrid;
  /** What the data is: `imported`, `live`, … */
  readonly source: string;
  /** For rules of ticks. @default there are none */
  readonly trades?: RehearsedTrades | undefined;
}

/** Trades of one instrument, oldest first: columns of equal length. */
export interface RehearsedTrades {
  /** Venue time, epoch ms UTC. */
  readonly time: ArrayLike<number>;
  readonly price: ArrayLike<number>;
}

/** One excursion of a rule. Times are venue time, epoch ms UTC. */
export interface Excursion {
  readonly rule: string;
  readonly of: string;
  readonly since: number;
  readonly firedAt: number;
  /** Undefined for one that goes on at the end. */
  readonly resolvedAt: number | undefined;
  /** The value as it fired, and the one furthest beyond the threshold until it resolved. */
  readonly value: number;
  readonly extreme: number;
}

/** How one rule fared, minute by minute: columns of equal length; empty where they were not wanted. */
export interface RehearsedRule {
  readonly rule: AlertRule;
  /** End of each judged minute, epoch ms UTC. */
  readonly time: Float64Array;
  /** NaN where unknown. Of a rule of ticks, the newest price of each minute. */
  readonly value: Float64Array;
  /** 1 while the alert stands: from the minute that fires to the one before that which resolves. */
  readonly fires: Uint8Array;
  /** How many minutes were known, and at the end of how many the alert stood. */
  readonly known: number;
  readonly standing: number;
  /** Minutes that were not known, by their reason. */
  readonly unknown: Readonly<Partial<Record<UnknownReason, number>>>;
  readonly excursions: readonly Excursion[];
}

/** What rules would have come to. */
export interface Rehearsal {
  /** Minutes judged, half-open, epoch ms UTC; both NaN without any. */
  readonly from: number;
  readonly to: number;
  readonly rules: readonly RehearsedRule[];
  /** Firing and resolved, by time: what a live run would have emitted. */
  readonly bodies: readonly AlertBody[];
}

/** Options of `rehearse`. */
export interface RehearseOptions {
  /** Judging begins with the minute that opens then; earlier ones only warm the windows. @default the first */
  readonly from?: number;
  /** @default the end of the newest minute */
  readonly to?: number;
  /** False to leave out the columns of every rule: 9 bytes a rule and minute. @default true */
  readonly columns?: boolean;
}
