import type { Pages } from "./read_pieces.ts";

/** Every bar, then every trade: instrument, step and time, and from the fourth cell on what its digest takes. */
export const DIGESTED: readonly Pages[] = [
  {
    sql:
      `select instrument, step, open_time, open_time, open, high, low, close, volume, trades, vwap, revision,
      source, run from bars where (instrument, step, open_time) > (?1, ?2, ?3)
      order by instrument, step, open_time limit ?4`,
    values: [],
    start: [-Infinity, 0, 0],
    nextOf: ([instrument, step, openTime]) => [instrument!, step!, openTime!],
  },
  {
    sql: `select instrument, 0, time, time, id, received, price, size, side from trades
      where (instrument, time, id) > (?1, ?2, ?3) order by instrument, time, id limit ?4`,
    values: [],
    start: [-Infinity, 0, 0],
    nextOf: ([instrument, , time, , id]) => [instrument!, time!, id!],
  },
];
