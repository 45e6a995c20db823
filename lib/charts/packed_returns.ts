import { MINUTE } from "../model/time.ts";
import type { LongReturns } from "../sync/lagged_pairs.ts";

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
    a: base64Of(a),
    b: base64Of(b),
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
    a: columnOf(a),
    b: columnOf(b),
    possibleA: flags.map((flag) => flag & 1),
    possibleB: flags.map((flag) => flag >> 1),
  };
}

function base64Of(column: Float64Array): string {
  return new Uint8Array(Float64Array.from(column).buffer).toBase64();
}

/** Readers' browsers may not know `Uint8Array.fromBase64` yet. */
function columnOf(text: string): Float64Array {
  return new Float64Array(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer);
}
