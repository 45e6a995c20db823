import type { PairRows } from "../sync/pair_rows.ts";
import { bytesOf, packCloses, type PackedCloses, runsOf, unpackCloses } from "./packed_minutes.ts";

/** {@link PairRows} as a page takes them: about 10 bytes a row. */
export interface PackedPairRows {
  readonly start: number;
  readonly stepMs: number;
  readonly length: number;
  readonly y: PackedCloses;
  readonly x: PackedCloses;
  /** Runs of equal values. */
  readonly cut: readonly number[];
  readonly possible: readonly number[];
  readonly contractY: readonly number[];
  readonly contractX: readonly number[];
}

export function packPairRows(rows: PairRows): PackedPairRows {
  const { start, stepMs, length } = rows;
  return {
    start,
    stepMs,
    length,
    y: packCloses([...rows.y]),
    x: packCloses([...rows.x]),
    cut: runsOf([...rows.cut]),
    possible: runsOf([...rows.possible]),
    contractY: runsOf([...rows.contractY]),
    contractX: runsOf([...rows.contractX]),
  };
}

/** The rows again; closes are exact up to eight decimals. */
export function unpackPairRows(packed: PackedPairRows): PairRows {
  const { start, stepMs, length } = packed;
  return {
    start,
    stepMs,
    length,
    y: unpackCloses(packed.y, length),
    x: unpackCloses(packed.x, length),
    cut: bytesOf(packed.cut, length),
    possible: bytesOf(packed.possible, length),
    contractY: bytesOf(packed.contractY, length),
    contractX: bytesOf(packed.contractX, length),
  };
}
