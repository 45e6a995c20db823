import { MINUTE } from "../model/time.ts";
import type { LongReturns } from "../sync/lagged_pairs.ts";
import { packedNumbers, unpackedBytes } from "./packed_numbers.ts";

/** {@link LongReturns} as a page takes them: about 30 bytes a slot. */
export interface PackedReturns {
  /** When each slot opens, minutes since the one before; the first since the epoch. */
  readonly opens: readonly number[];
  /** How long each lasts, minutes. */
  readonly lasts: readonly number[];
  /** The columns in base64, to the last digit: the page computes what the kernel does. */
  readonly a: string;
  readonly b: string;
  /** A digit a slot: 1 where `a` could have a return, 2 where `b` could, 3 where both could. */
  readonly possible: string;
}

export function packReturns(returns: LongReturns): PackedReturns {
  const { openTime, endTime, a, b, possibleA, possibleB } = returns;
  return {
    opens: Array.from(openTime, (time, row) => (time - (openTime[row - 1] ?? 0)) / MINUTE),
    lasts: Array.from(openTime, (time, row) => (endTime[row]! - time) / MINUTE),
    a: packedNumbers(Float64Array.from(a)),
    b: packedNumbers(Float64Array.from(b)),
    possible: Array.from(possibleA, (is, row) => is + 2 * possibleB[row]!).join(""),
  };
}

export function unpackReturns({ opens, lasts, a, b, possible }: PackedReturns): LongReturns {
  let minute = 0;
  const openTime = Float64Array.from(opens, (since) => (minute += since) * MINUTE);
  const flags = Uint8Array.from(possible, Number);
  return {
    openTime,
    endTime: openTime.map((time, row) => time + lasts[row]! * MINUTE),
    a: new Float64Array(unpackedBytes(a)),
    b: new Float64Array(unpackedBytes(b)),
    possibleA: flags.map((flag) => flag & 1),
    possibleB: flags.map((flag) => flag >> 1),
  };
}
