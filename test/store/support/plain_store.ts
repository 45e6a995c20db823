import { MINUTE } from "../../../lib/model/time.ts";
import type { StoreBatch } from "../../../lib/store/store.ts";

/** What a store must hold, written down in the plainest way: a map from key to row, and a state for each minute. */
export class PlainStore {
  readonly bars = new Map<string, Readonly<Record<string, unknown>>>();
  readonly trades = new Map<string, Readonly<Record<string, unknown>>>();
  readonly coverage = new Map<string, string>();
  /** Contract month of each bar that has one. */
  readonly contracts = new Map<string, string>();

  write({ bars = [], trades = [], coverage = [] }: StoreBatch): void {
    for (const { instrument, stepMs, bars: columns, contract } of bars) {
      columns.openTime.forEach((openTime, row) => {
        const key = `${instrument} ${stepMs} ${openTime}`;
        const old = this.bars.get(key);
        const bar = rowOf(columns, row);
        if (old !== undefined && Number(bar.revision) <= Number(old.revision)) return;
        this.bars.set(key, bar);
        const month = contract?.[row];
        if (month !== undefined) this.contracts.set(`${instrument} ${openTime}`, month);
      });
    }
    for (const { instrument, trades: columns } of trades) {
      columns.id.forEach((id, row) => {
        const key = `${instrument} ${columns.time[row]} ${id}`;
        if (!this.trades.has(key)) this.trades.set(key, rowOf(columns, row));
      });
    }
    for (const { instrument, stepMs, from, to, state, reason } of coverage) {
      for (let minute = from; minute < to; minute += MINUTE) {
        this.coverage.set(`${instrument} ${stepMs} ${minute}`, `${state}: ${reason}`);
      }
    }
  }
}

/** One row of columns. */
export function rowOf(columns: object, row: number): Record<string, unknown> {
  const entries = Object.entries(columns as Record<string, ArrayLike<unknown>>);
  return Object.fromEntries(entries.map(([name, column]) => [name, column[row]]));
}
