import type { Pages } from "./read_pieces.ts";
import { type Table, TABLES } from "./table.ts";

/** Less than every number of an instrument, and the least that a server's `integer` holds. */
const BEFORE_ALL = -(2 ** 31);

/** Every trade. */
export const TRADES: Pages = {
  sql: `select instrument, 0, time, time, id, received, price, size, side from trades
      where (instrument, time, id) > (?1, ?2, ?3) order by instrument, time, id limit ?4`,
  values: [],
  start: [BEFORE_ALL, 0, 0],
  nextOf: ([instrument, , time, , id]) => [instrument!, time!, id!],
};

/** Every bar, every trade, then the rows of the other tables: instrument, step and time, and from the fourth cell on what its digest takes. */
export const DIGESTED: readonly Pages[] = [
  {
    sql:
      `select instrument, step, open_time, open_time, open, high, low, close, volume, trades, vwap, revision,
      source, run from bars where (instrument, step, open_time) > (?1, ?2, ?3)
      order by instrument, step, open_time limit ?4`,
    values: [],
    start: [BEFORE_ALL, 0, 0],
    nextOf: ([instrument, step, openTime]) => [instrument!, step!, openTime!],
  },
  TRADES,
  ...TABLES.map(pagesOf),
];

function pagesOf({ name, step, keys, columns }: Table): Pages {
  const marks = keys.map((_, i) => `?${i + 1}`);
  return {
    sql: `select 0, ${step}, 0, ${columns} from ${name} where (${keys}) > (${marks})
      order by ${keys} limit ?${keys.length + 1}`,
    values: [],
    // Every key that is a text comes after the empty one.
    start: keys.map((key) => key.match(/instrument|step|time/) ? BEFORE_ALL : ""),
    nextOf: (row) => row.slice(3, 3 + keys.length),
  };
}
