import { dueFundings, type FundingPayment } from "../../model/funding.ts";
import type { Interval } from "../../model/time.ts";
import type { Table, TableColumn } from "../table.ts";

/** Columns of a table of funding: when it fell due, the share that long paid to short, and the price it was of. */
export const FUNDING_COLUMNS: readonly TableColumn[] = [
  { name: "time", kind: "time" },
  { name: "rate", kind: "number" },
  { name: "markPrice", kind: "number" },
];

/** Values of a row, as {@link FUNDING_COLUMNS} names them; NaN where not known. */
export type FundingCells = readonly [time: number, rate: number, markPrice: number];

/** Each time at which funding fell due, those whose rate is not known among them. */
export function fundingRows(
  payments: readonly FundingPayment[],
  { from, to }: Interval,
): FundingCells[] {
  const marks = new Map(payments.map(({ time, markPrice }) => [time, markPrice]));
  return dueFundings(payments, from, to).map(({ time, rate }) => [
    time,
    rate ?? NaN,
    marks.get(time) ?? NaN,
  ]);
}

/** The same as a table. */
export function fundingTable(payments: readonly FundingPayment[], range: Interval): Table {
  const rows = fundingRows(payments, range);
  const columns = FUNDING_COLUMNS.map((_, at) => Float64Array.from(rows, (row) => row[at]!));
  return { columns: FUNDING_COLUMNS, blocks: () => [{ length: rows.length, columns }] };
}
