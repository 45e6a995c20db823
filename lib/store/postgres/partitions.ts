import type { Connection } from "../tables/connection.ts";

/** The tables that have a partition for each month of UTC, by the start of a row. */
export type PartitionedTable = "bars" | "trades";

/** Months from the first to the last get a partition of their own; all else lies in that of the others. */
const FIRST_MONTH = Date.UTC(2009, 0);
const LAST_MONTH = Date.UTC(2100, 0);

/** A month of UTC. */
interface Month {
  readonly from: number;
  readonly to: number;
  /** `202601`. */
  readonly name: string;
}

/** Makes partitions before rows come that need them. */
export class Partitions {
  readonly #known = new Set<string>();

  /** Sees that there is a partition for every row, in the caller's transaction. @param times start of each row, epoch ms UTC */
  async prepare(
    connection: Connection,
    table: PartitionedTable,
    times: ArrayLike<number>,
  ): Promise<void> {
    for (const { from, to, name } of monthsOf(times)) {
      const partition = `${table}_${name}`;
      if (this.#known.has(partition)) continue;
      await connection.ask(
        `create table if not exists ${partition} partition of ${table} for values from (${from}) to (${to})`,
      );
      this.#known.add(partition);
    }
  }

  /** Forgets what it made, as after a transaction that was rolled back. */
  forget(): void {
    this.#known.clear();
  }
}

/** Name of the partition that holds all months before a time, if it is empty: those wholly before it. */
export function isBefore(partition: string, before: number): boolean {
  const [, year, month] = /_(\d{4})(\d\d)$/.exec(partition) ?? [];
  return year !== undefined && Date.UTC(Number(year), Number(month)) <= before;
}

function monthsOf(times: ArrayLike<number>): Month[] {
  const months = new Map<string, Month>();
  let from = NaN, to = NaN;
  for (let row = 0; row < times.length; row++) {
    const time = times[row]!;
    if (time >= from && time < to) continue;
    if (time < FIRST_MONTH || time >= LAST_MONTH) continue;
    const date = new Date(time);
    const year = date.getUTCFullYear(), month = date.getUTCMonth();
    from = Date.UTC(year, month);
    to = Date.UTC(year, month + 1);
    const name = `${year}${String(month + 1).padStart(2, "0")}`;
    months.set(name, { from, to, name });
  }
  return [...months.values()];
}
