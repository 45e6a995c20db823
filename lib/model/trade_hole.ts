/** Trades that a store lacks between two that it has: ids `[fromId, toId)` of the venue. */
export interface TradeHole {
  readonly fromId: number;
  readonly toId: number;
  /** Time of the trade before them, epoch ms UTC. */
  readonly since: number;
  /** Time of the trade `toId`. */
  readonly until: number;
}

/** Where the trades of an instrument stand in a store, by the venue's ids. */
export interface KnownTrades {
  /** The newest one. */
  readonly last: { readonly id: number; readonly time: number };
  /** What it lacks before that one, oldest first. */
  readonly holes: readonly TradeHole[];
}

/** Why trades are missing that no venue can be asked for any more. */
export const NOT_KEPT = "the venue's history does not have them";
