import type { HedgeKind } from "../pairs/pair_settings.ts";
import { packedNumbers, unpackedBytes } from "./packed_numbers.ts";

/** A line that the page does not fit itself, as it was known before each row. */
export interface PairLine {
  readonly hedge: HedgeKind;
  /** Bars that it rests on. */
  readonly window: number;
  /** One a row of what it comes with; NaN while unknown. */
  readonly beta: Float64Array;
  readonly alpha: Float64Array;
}

/** {@link PairLine} as a page takes it: 22 bytes a row. */
export interface PackedPairLine {
  readonly hedge: HedgeKind;
  readonly window: number;
  readonly beta: string;
  readonly alpha: string;
}

export function packPairLine({ hedge, window, beta, alpha }: PairLine): PackedPairLine {
  return { hedge, window, beta: packedNumbers(beta), alpha: packedNumbers(alpha) };
}

export function unpackPairLine({ hedge, window, beta, alpha }: PackedPairLine): PairLine {
  const column = (text: string) => new Float64Array(unpackedBytes(text));
  return { hedge, window, beta: column(beta), alpha: column(alpha) };
}
