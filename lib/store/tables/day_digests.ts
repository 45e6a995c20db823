import { DAY, floorTo } from "../../model/time.ts";
import type { Cell } from "../../runtime/database_answer.ts";
import { DigestSum } from "../digest.ts";
import { type Connection, rowsOfEach } from "./connection.ts";
import { nextTurn } from "./turns.ts";

/** Days written between two turns of the event loop. */
const PIECE = 100;

interface Day {
  readonly instrument: number;
  readonly step: number;
  readonly day: number;
  readonly sum: DigestSum;
}

/**
 * What the rows written in one transaction change in the digests of their days. Tables that have no days are those of
 * instrument 0, see `TABLES`.
 */
export class DayDigests {
  readonly #connection: Connection;
  readonly #days = new Map<string, Day>();
  #newest: Day | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The sum to which the rows of the day of `time` are added. @param step 0 for trades */
  of(instrument: number, step: number, time: number): DigestSum {
    const day = floorTo(time, DAY);
    const last = this.#newest;
    if (last?.day === day && last.instrument === instrument && last.step === step) return last.sum;
    const key = `${instrument} ${step} ${day}`;
    const known = this.#days.get(key) ?? { instrument, step, day, sum: new DigestSum() };
    this.#days.set(key, known);
    this.#newest = known;
    return known.sum;
  }

  /** Brings the changes to the tables, in pieces; then they count from zero again. */
  async flush(): Promise<void> {
    const days = [...this.#days.values()];
    for (let first = 0; first < days.length; first += PIECE) {
      if (first > 0) await nextTurn();
      await this.#write(days.slice(first, first + PIECE));
    }
    this.#days.clear();
    this.#newest = undefined;
  }

  async #write(days: readonly Day[]): Promise<void> {
    const connection = this.#connection;
    const keyOf = ({ instrument, step, day }: Day) => [instrument, step, day];
    const known = await rowsOfEach(connection, READ, days.map(keyOf));
    const drops: Cell[][] = [], writes: Cell[][] = [], shows: Cell[][] = [];
    for (const [i, one] of days.entries()) {
      const key = keyOf(one);
      const [row] = known[i]!;
      if (row !== undefined) one.sum.merge({ rows: Number(row[0]), digest: String(row[1]) });
      const { rows, digest } = one.sum.value();
      if (rows === 0) drops.push(key);
      else writes.push([...key, rows, digest]);
      // The tables that have no days are covered by nothing.
      if (one.instrument !== 0) shows.push([rows === 0 ? null : digest, ...key, one.day + DAY]);
    }
    await rowsOfEach(connection, DROP, drops);
    await rowsOfEach(connection, WRITE, writes);
    await rowsOfEach(connection, SHOW, shows);
  }
}

const READ = "select rows, digest from digests where instrument = ?1 and step = ?2 and day = ?3";
const DROP = "delete from digests where instrument = ?1 and step = ?2 and day = ?3";
const WRITE = `insert into digests values (?1, ?2, ?3, ?4, ?5)
  on conflict (instrument, step, day) do update set rows = excluded.rows, digest = excluded.digest`;
const SHOW = `update coverage set digest = ?1
  where instrument = ?2 and step = ?3 and from_time >= ?4 and from_time < ?5 and digest is distinct from ?1`;
