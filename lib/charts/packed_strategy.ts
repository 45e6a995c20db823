import type { OfLegs, StrategyLeg, StrategyRows } from "../pairs/strategy_rows.ts";
import { packCloses, type PackedCloses, unpackCloses } from "./packed_minutes.ts";
import { packedNumbers, unpackedBytes } from "./packed_numbers.ts";

/** Bars of one leg as a page takes them. */
interface PackedLeg {
  readonly open: PackedCloses;
  readonly close: PackedCloses;
  /** 32-bit numbers: what a bar traded is a size to go by. */
  readonly money: string;
  /** Rows in which funding fell due, and its rate; null where that is not known. */
  readonly funding?: readonly (readonly [row: number, rate: number | null])[];
}

/** {@link StrategyRows} as a page takes them: about 27 bytes a row. */
export interface PackedStrategyRows extends OfLegs<PackedLeg> {
  readonly start: number;
  readonly stepMs: number;
  readonly length: number;
}

export function packStrategyRows({ start, stepMs, length, y, x }: StrategyRows) {
  return { start, stepMs, length, y: packLeg(y), x: packLeg(x) } satisfies PackedStrategyRows;
}

/** The rows again; prices are exact up to eight decimals. */
export function unpackStrategyRows(packed: PackedStrategyRows): StrategyRows {
  const { start, stepMs, length, y, x } = packed;
  return { start, stepMs, length, y: unpackLeg(y, length), x: unpackLeg(x, length) };
}

function packLeg({ open, close, money, funding }: StrategyLeg): PackedLeg {
  const packed = {
    open: packCloses([...open]),
    close: packCloses([...close]),
    money: packedNumbers(Float32Array.from(money)),
  };
  if (funding === undefined) return packed;
  const due = Array.from(funding.entries()).filter(([, rate]) => rate !== 0);
  return {
    ...packed,
    funding: due.map(([row, rate]) => [row, Number.isNaN(rate) ? null : rate] as const),
  };
}

function unpackLeg({ open, close, money, funding }: PackedLeg, length: number): StrategyLeg {
  const leg = {
    open: unpackCloses(open, length),
    close: unpackCloses(close, length),
    money: Float64Array.from(new Float32Array(unpackedBytes(money))),
  };
  if (funding === undefined) return leg;
  const rates = new Float64Array(length);
  for (const [row, rate] of funding) rates[row] = rate ?? NaN;
  return { ...leg, funding: rates };
}
