import { DAY, floorTo, type Interval } from "../../model/time.ts";
import type { Cell } from "../../runtime/database_answer.ts";
import { type CoverageRow, cutByDay, putCoverage } from "../coverage_rows.ts";
import type { CoverageState } from "../store.ts";
import { type Connection, rowsOfEach } from "./connection.ts";
import type { DayDigests } from "./day_digests.ts";
import { COVERAGE } from "./table.ts";
import type { RowChange, TableRows } from "./table_rows.ts";
import { nextTurn } from "./turns.ts";

/** A stretch of coverage of an instrument, which has this number in the store. */
export interface NumberedCoverage extends Interval {
  readonly number: number;
  readonly stepMs: number;
  readonly state: CoverageState;
  readonly reason: string;
}

/** What coverage is written with, in a transaction of the caller. */
export interface CoverageParts {
  readonly connection: Connection;
  readonly tables: TableRows;
  readonly digests: DayDigests;
}

/** Stretches that are written at once. */
const PIECE = 500;

/** Writes stretches of coverage in their order; those that cannot touch one another go together. */
export async function writeCoverage(
  stretches: readonly NumberedCoverage[],
  parts: CoverageParts,
): Promise<void> {
  let days = new Set<string>(), together: NumberedCoverage[] = [];
  const flush = async () => {
    await writeTogether(together, parts);
    days = new Set();
    together = [];
    await nextTurn();
  };
  for (const stretch of stretches) {
    for (const part of cutByDay(stretch)) {
      const day = `${part.number} ${part.stepMs} ${floorTo(part.from, DAY)}`;
      if (days.has(day) || together.length >= PIECE) await flush();
      days.add(day);
      together.push(part);
    }
  }
  if (together.length > 0) await flush();
}

/** @param stretches each within a day of its own */
async function writeTogether(
  stretches: readonly NumberedCoverage[],
  { connection, tables, digests }: CoverageParts,
): Promise<void> {
  const near = await rowsOfEach(
    connection,
    NEAR,
    stretches.map(({ number, stepMs, from, to }) => {
      const day = floorTo(from, DAY);
      return [number, stepMs, day, to, from, day + DAY];
    }),
  );
  await tables.change(
    COVERAGE,
    stretches.flatMap((stretch, i) => {
      const { number, stepMs, from } = stretch;
      const changes = changesOf(stretch, near[i]!.map(coverageRow));
      // Its rows are to show the digest of their day.
      if (changes.length > 0) digests.of(number, stepMs, floorTo(from, DAY));
      return changes;
    }),
  );
}

function changesOf(
  { number, stepMs, from, to, state, reason }: NumberedCoverage,
  near: readonly CoverageRow[],
): RowChange[] {
  const { removed, added } = putCoverage(near, { from, to, state, reason });
  const cells = (row: CoverageRow) => [number, stepMs, row.from, row.to, row.state, row.reason];
  const at = (rows: readonly CoverageRow[], start: number) => {
    const row = rows.find((one) => one.from === start);
    return row === undefined ? undefined : cells(row);
  };
  const starts = new Set([...removed, ...added].map((row) => row.from));
  return [...starts].map((start) => ({ old: at(near, start), next: at(added, start) }));
}

function coverageRow(row: readonly Cell[]): CoverageRow {
  const [from, to, state, reason] = row as [number, number, CoverageRow["state"], string];
  return { from, to, state, reason };
}

/** Those of the day that overlap or touch the stretch `[?5, ?4)`. */
const NEAR =
  `select from_time, to_time, state, reason from coverage where instrument = ?1 and step = ?2
  and from_time >= ?3 and from_time <= ?4 and to_time >= ?5 and from_time < ?6 order by from_time`;
