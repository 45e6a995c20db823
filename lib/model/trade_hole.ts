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

/**
 * What two keepers of the same trades both have: what either of them lacks is to be asked for.
 *
 * @example
 * ```ts
 * import { knownToBoth } from "./trade_hole.ts";
 * import assert from "node:assert/strict";
 * const hole = (fromId: number, toId: number) => ({ fromId, toId, since: fromId, until: toId });
 * const one = { last: { id: 90, time: 90 }, holes: [hole(10, 20), hole(70, 80)] };
 * const other = { last: { id: 60, time: 60 }, holes: [hole(15, 30)] };
 * assert.deepEqual(knownToBoth(one, other), { last: other.last, holes: [hole(10, 30)] });
 * ```
 */
export function knownToBoth(one: KnownTrades, other: KnownTrades): KnownTrades {
  const last = one.last.id < other.last.id ? one.last : other.last;
  const holes: TradeHole[] = [];
  for (const hole of [...one.holes, ...other.holes].sort((a, b) => a.fromId - b.fromId)) {
    const before = holes.at(-1);
    if (hole.fromId > last.id) continue;
    // What is newer is asked for anyway.
    const isBeyond = hole.toId > last.id + 1;
    const toId = isBeyond ? last.id + 1 : hole.toId, until = isBeyond ? last.time : hole.until;
    if (before === undefined || hole.fromId > before.toId) holes.push({ ...hole, toId, until });
    else if (toId > before.toId) holes[holes.length - 1] = { ...before, toId, until };
  }
  return { last, holes };
}
