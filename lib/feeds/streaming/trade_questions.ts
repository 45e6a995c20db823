import type { ReadTrades } from "../../wire/page_rows.ts";
import type {
  NewestQuery,
  NewestTrade,
  Question,
  StreamingAdapter,
  TradesPage,
  TradesQuery,
} from "./adapter.ts";

/** How trades are asked for where ids count up by one: by requests of weight 1, whose answers are alike. */
export interface TradePaths {
  /** From the first missing one on. */
  trades(query: TradesQuery): string;
  /** The newest one of them is the last. */
  newest(query: NewestQuery): string;
  /** Reads the body of an answer; undefined when it is another thing. */
  read(body: string): ReadTrades | undefined;
}

/** The questions for trades of a venue whose answers leave none out between their first and their last. */
export function tradeQuestions(
  { trades, newest, read }: TradePaths,
): Required<Pick<StreamingAdapter["history"], "trades" | "newest">> {
  return {
    trades: question(trades, (body, query) => tradesPage(read(body), query)),
    newest: question(newest, (body) => newestTrade(read(body))),
  };
}

function question<Query, Answer>(
  path: (query: Query) => string,
  read: (body: string, query: Query) => Answer | undefined,
): Question<Query, Answer> {
  return {
    request: (query) => ({ path: path(query), weight: 1 }),
    read: ({ text }, query) => read(text, query),
  };
}

/**
 * Where a page reaches the first id asked for and nothing in it was damaged, what is not in it does not exist.
 */
function tradesPage(
  page: ReadTrades | undefined,
  { fromId }: TradesQuery,
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

function newestTrade(page: ReadTrades | undefined): NewestTrade | undefined {
  return page === undefined ? undefined : { id: page.rows.at(-1)?.id };
}
