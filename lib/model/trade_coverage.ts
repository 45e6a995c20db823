/** Trades without a gap: ids `[fromId, toId)`, and the times of the first and the last of them. */
export interface TradeRange {
  readonly fromId: number;
  readonly toId: number;
  /** Epoch ms UTC. */
  readonly from: number;
  readonly to: number;
}

/** Ids `[fromId, toId)` that were not to be had, and why. */
export interface MissingTrades {
  readonly fromId: number;
  readonly toId: number;
  readonly reason: string;
}

/** Which trades of one instrument were emitted, and which are lacking between them. */
export interface TradeCoverage {
  /** Oldest first; the newest ones where there are very many. */
  readonly ranges: readonly TradeRange[];
  /** The same. Empty: nothing is missing. */
  readonly holes: readonly MissingTrades[];
  /** Trades emitted. */
  readonly trades: number;
  /** Those of them that came from the venue's history. */
  readonly healed: number;
  /** The same id again. */
  readonly repeats: number;
  /**
   * `received`: the venue numbers no trades; ids count those that came within the run. Between two ranges trades may
   * be missing, their number is unknown, and nothing is healed.
   *
   * @default "venue"
   */
  readonly numbering?: "venue" | "received";
  /** Why single trades are unavailable although requested; bars continue without them. */
  readonly refusal?: string;
}
