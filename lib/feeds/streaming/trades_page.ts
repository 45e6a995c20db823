import type { NewestTrade, TradesPage, VenueTrade } from "./adapter.ts";

/** Trades of an answer by id, oldest first, and whether every row of it could be read. */
export interface ReadTrades {
  readonly rows: readonly VenueTrade[];
  readonly isWhole: boolean;
}

/**
 * A page of trades that follow each other without a gap of the venue's own making: where it reaches the first id asked
 * for and nothing in it was damaged, what is not in it does not exist.
 */
export function tradesPage(
  page: ReadTrades | undefined,
  { fromId }: { readonly fromId: number },
): TradesPage | undefined {
  if (page === undefined) return undefined;
  const { rows, isWhole } = page;
  const [first] = rows, last = rows.at(-1);
  const isReached = first !== undefined && last !== undefined && first.id <= fromId;
  const covers = isWhole && isReached && last.id >= fromId
    ? { fromId, toId: last.id + 1 }
    : undefined;
  return { trades: rows, covers };
}

/** The newest trade of an answer. */
export function newestTrade(page: ReadTrades | undefined): NewestTrade | undefined {
  return page === undefined ? undefined : { id: page.rows.at(-1)?.id };
}
