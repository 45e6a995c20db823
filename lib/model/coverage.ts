import type { Interval } from "./time.ts";
import type { TradeCoverage } from "./trade_coverage.ts";

/** A stretch of minutes without bars, and why. */
export interface Missing extends Interval {
  readonly minutes: number;
  readonly reason: string;
}

/** One answer of the venue's history that filled a hole. */
export interface Heal extends Interval {
  readonly filled: number;
  readonly absent: number;
}

/** What one instrument's stream has seen, healed and lacks, over `[from, to)`. */
export interface Coverage extends Interval {
  readonly instrument: string;
  /** Minutes in session (or of unknown session). */
  readonly expected: number;
  /** Minutes closed by the live stream. */
  readonly streamed: number;
  /** Minutes before streaming began, from the venue's history or from a store. */
  readonly backfilled: number;
  /** Minutes lost while streaming and taken from history. */
  readonly healed: number;
  /** Minutes for which the venue has no bar. */
  readonly absent: number;
  /** Unhealed and absent stretches, and those before `from` that the venue's clock jumped over. Empty: nothing is missing. */
  readonly missing: readonly Missing[];
  readonly heals: readonly Heal[];
  /** Same minute, same values, offered again. */
  readonly repeats: number;
  /** Closed minutes whose values the venue changed later. */
  readonly revisions: number;
  /** Bars that could not be believed, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Single trades, where they are kept (`data.trades`). */
  readonly trades?: TradeCoverage;
}
