import type { Bar } from "./bar.ts";

/** Values of a bar in the order of tables. */
export type BarCells = readonly [
  openTime: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
  revision: number,
  source: string,
];

export function barCells(bar: Omit<Bar, "closed">): BarCells {
  return [
    bar.openTime,
    bar.open,
    bar.high,
    bar.low,
    bar.close,
    bar.volume,
    bar.revision,
    bar.source,
  ];
}
