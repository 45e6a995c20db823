import { HEADER_LENGTH, numberOf } from "./frame_cutter.ts";

/** The longest message of all, as in the vendor's Java client. */
export const MAX_FRAME_LENGTH = 0xff_ffff;
/** The answer to the handshake is a version and a date. */
export const MAX_FIRST_LENGTH = 256;

interface Limit {
  /** Longest body, bytes. */
  readonly length: number;
  readonly fields: number;
}

const KIB = 1_024;

/**
 * Messages that Comove has asked for or that come unasked and matter, by their number, each several times as long as
 * the longest that was ever captured. A day of minutes is 1,440 rows of 8 fields, of 100 kB.
 */
const LIMITS: ReadonlyMap<string, Limit> = new Map([
  ["1", { length: KIB, fields: 16 }], // price of a market-data line
  ["2", { length: KIB, fields: 16 }], // its size
  ["4", { length: 64 * KIB, fields: 16 }], // error or notice
  ["9", { length: 64, fields: 4 }], // next valid id
  ["10", { length: 64 * KIB, fields: 1_000 }], // contract details
  ["15", { length: 16 * KIB, fields: 4 }], // managed accounts
  ["17", { length: KIB * KIB, fields: 100_000 }], // history
  ["46", { length: 8 * KIB, fields: 8 }], // text of a market-data line
  ["49", { length: 64, fields: 4 }], // current time
  ["50", { length: KIB, fields: 16 }], // five-second bar
  ["52", { length: 64, fields: 4 }], // end of contract details
  ["58", { length: 64, fields: 8 }], // type of market data
  ["99", { length: KIB, fields: 32 }], // single trade
]);

/** True for messages that are worth decoding. */
export function isReadNumber(number: string): boolean {
  return LIMITS.has(number);
}

/** Longest body of a message with that number, bytes; what is not read need not be kept. */
export function maxLengthOf(number: string): number {
  return LIMITS.get(number)?.length ?? KIB;
}

/** True for a message with more fields than its kind has. */
export function hasTooManyFields(frame: Uint8Array): boolean {
  const { fields } = LIMITS.get(numberOf(frame)) ?? { fields: Infinity };
  return countFields(frame, fields) > fields;
}

/** Fields of a message, each ended by a NUL; stops counting above `most`. */
export function countFields(frame: Uint8Array, most = Infinity): number {
  let count = 0;
  for (let at = frame.indexOf(0, HEADER_LENGTH); at >= 0; at = frame.indexOf(0, at + 1)) {
    if (++count > most) break;
  }
  return count;
}
