import type { Interval } from "../../model/time.ts";
import type { BarBatch } from "../store.ts";
import { type Connection, rowsOf } from "./connection.ts";
import { CONTRACTS } from "./table.ts";
import type { TableRows } from "./table_rows.ts";

interface Contract extends Interval {
  readonly contract: string;
}

/** Runs of adjacent bars of one contract month; bars without one are in none. */
function* runsOf({ bars, stepMs, contract = [] }: BarBatch, rows: readonly number[]) {
  let run: Contract | undefined;
  for (const row of rows) {
    const from = bars.openTime[row]!, name = contract[row];
    if (run !== undefined && name === run.contract && from === run.to) {
      run = { ...run, to: from + stepMs };
      continue;
    }
    if (run !== undefined) yield run;
    run = name === undefined ? undefined : { contract: name, from, to: from + stepMs };
  }
  if (run !== undefined) yield run;
}

/**
 * Writes down the contract months of bars. A month is in force from the first to the last of its bars with no bar of
 * another month between them.
 *
 * @param rows those of the batch that were written.
 */
export async function writeContracts(
  connection: Connection,
  tables: TableRows,
  instrument: number,
  batch: BarBatch,
  rows: readonly number[],
): Promise<void> {
  if (batch.contract === undefined) return;
  for (const run of runsOf(batch, rows)) await writeRun(connection, tables, instrument, run);
}

async function writeRun(
  connection: Connection,
  tables: TableRows,
  instrument: number,
  run: Contract,
): Promise<void> {
  let { from, to } = run;
  const { contract } = run;
  const put = (row: Contract) => tables.put(CONTRACTS, instrument, row.from, row.to, row.contract);
  const remove = (row: Contract) => tables.remove(CONTRACTS, instrument, row.from);
  // Nearly every bar goes on with the newest month.
  const rows = (await rowsOf(connection, NEAR, instrument, from, to)).map(contractOf);
  if (rows.some((row) => row.contract === contract && row.from <= from && row.to >= to)) return;
  // What another month leaves after the run stays between it and the next.
  const isCut = rows.some((row) => row.contract !== contract && row.from < to && row.to > to);
  for (const row of rows) {
    if (row.contract === contract) {
      if (isCut && row.from >= run.to) continue;
      from = Math.min(from, row.from);
      to = Math.max(to, row.to);
      await remove(row);
    } else if (row.from < run.to && row.to > run.from) {
      await remove(row);
      if (row.from < run.from) await put({ ...row, to: run.from });
      if (row.to > run.to) await put({ ...row, from: run.to });
    }
  }
  await put({ contract, from, to });
}

function contractOf(row: readonly unknown[]): Contract {
  const [from, to, contract] = row as [number, number, string];
  return { from, to, contract };
}

/** Those that overlap a run, and the nearest on each side of it. */
const NEAR = `select from_time, to_time, contract from contracts where instrument = ?1
  and from_time >= coalesce((select max(from_time) from contracts where instrument = ?1 and from_time <= ?2), ?2)
  and from_time <= coalesce((select min(from_time) from contracts where instrument = ?1 and from_time >= ?3), ?3)
  order by from_time`;
