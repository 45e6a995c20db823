import { DAY, floorTo, formatUtc } from "../../model/time.ts";
import type { Cell, Rows } from "../../runtime/database_answer.ts";
import { DatabaseError } from "../../runtime/database_error.ts";
import { DigestSum } from "../digest.ts";
import { MOST_FINDINGS, type StoreCheck } from "../store.ts";
import { checkTables } from "./check_tables.ts";
import { TradeCheck } from "./check_trades.ts";
import { type Connection, rowsOf } from "./connection.ts";
import { DIGESTED, TRADES } from "./digested_rows.ts";
import { readPieces } from "./read_pieces.ts";
import { TABLES } from "./table.ts";

/** Rows between two reports of progress. */
const PIECE = 4_000;

/**
 * Looks at every row; see `StoreReader.check`. The caller sees to it that nothing is written to what this connection
 * sees meanwhile.
 *
 * @param damageOf what the database itself finds.
 */
export async function checkRows(
  connection: Connection,
  damageOf: () => Promise<readonly string[]>,
  onProgress: (share: number) => void,
): Promise<StoreCheck> {
  const findings: string[] = [];
  const add = (finding: string) => {
    if (findings.length < MOST_FINDINGS) findings.push(finding);
  };
  let rows = 0;
  try {
    for (const sentence of await damageOf()) add(sentence);
    const named = await rowsOf(connection, "select instrument, symbol from instruments");
    const names = new Map(named as [number, string][]);
    const kept = await rowsOf(connection, KEPT);
    const checking = new DigestCheck(kept, names, add);
    const trades = new TradeCheck(connection, names, add);
    const total = checking.total;
    for (const pages of DIGESTED) {
      await readPieces(connection, pages, (row) => {
        checking.take(row);
        if (row[0] !== 0) rows++;
        if (rows % PIECE === 0) onProgress(Math.min(1, rows / total));
        if (pages === TRADES) return trades.take(row);
      });
    }
    checking.finish();
    await trades.finish();
    await checkTables(connection, names, add);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.fault !== "damaged") throw error;
    add(`the rest cannot be read: ${error.message}`);
  }
  onProgress(1);
  return { rows, findings };
}

/** Compares the rows of each day with the digest that was kept of them. */
class DigestCheck {
  /** Rows that there should be. */
  readonly total: number;
  readonly #kept = new Map<string, { rows: number; digest: string }>();
  readonly #names: ReadonlyMap<number, string>;
  readonly #add: (finding: string) => void;
  #key = "";
  #from = Infinity;
  #to = -Infinity;
  #owner = "";
  #sum = new DigestSum();

  /** @param kept the digests there are. */
  constructor(
    kept: Rows,
    names: ReadonlyMap<number, string>,
    add: (finding: string) => void,
  ) {
    let total = 0;
    for (const [instrument, step, day, rows, digest] of kept) {
      this.#kept.set(keyOf(Number(instrument), Number(step), Number(day)), {
        rows: Number(rows),
        digest: String(digest),
      });
      total += Number(rows);
    }
    this.total = total;
    this.#names = names;
    this.#add = add;
  }

  /** Rows of one day come one after the other. */
  take(row: readonly Cell[]): void {
    const [instrument, step, time] = row as number[];
    const owner = `${instrument} ${step}`;
    if (owner !== this.#owner || time! < this.#from || time! >= this.#to) {
      this.#compare();
      const day = floorTo(time!, DAY);
      this.#owner = owner;
      this.#from = day;
      this.#to = day + DAY;
      this.#key = keyOf(instrument!, step!, day);
      this.#sum = new DigestSum();
    }
    this.#sum.add(row.slice(3));
  }

  finish(): void {
    this.#compare();
    for (const [key, { rows }] of this.#kept) {
      this.#add(`${this.#title(key)}: all ${rows} rows are gone`);
    }
  }

  #compare(): void {
    if (this.#key === "") return;
    const kept = this.#kept.get(this.#key);
    this.#kept.delete(this.#key);
    const found = this.#sum.value();
    if (kept === undefined) {
      this.#add(`${this.#title(this.#key)}: ${found.rows} rows that this program did not write`);
    } else if (kept.rows !== found.rows) {
      this.#add(`${this.#title(this.#key)}: ${found.rows} rows, and ${kept.rows} were written`);
    } else if (kept.digest !== found.digest) {
      this.#add(`${this.#title(this.#key)}: a row is not as it was written (its digest differs)`);
    }
    this.#key = "";
  }

  #title(key: string): string {
    const [instrument, step, day] = key.split(" ").map(Number);
    if (instrument === 0) return TABLES.find((table) => table.step === step)?.name ?? "digests";
    const what = step === 0 ? "trades" : `bars of ${step! / 1_000} s`;
    const name = this.#names.get(instrument!) ?? `unknown instrument ${instrument}`;
    return `${what} of ${name} on ${formatUtc(day!).slice(0, 10)}`;
  }
}

const KEPT = "select instrument, step, day, rows, digest from digests";

function keyOf(instrument: number, step: number, day: number): string {
  return `${instrument} ${step} ${day}`;
}
