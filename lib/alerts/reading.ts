import type { UnknownReason } from "../model/alert.ts";

/** What a metric says of one minute: a value with what it rests on, or why there is none. */
export type Reading = KnownReading | UnknownReading;

export interface KnownReading {
  readonly kind: "known";
  readonly value: number;
  /** Observations behind the value, and those there could have been. */
  readonly n: number;
  readonly expected: number;
}

export interface UnknownReading {
  readonly kind: "unknown";
  readonly reason: UnknownReason;
}

export function unknown(reason: UnknownReason): UnknownReading {
  return { kind: "unknown", reason };
}

/** @returns unknown for want of observations where the value is no number. */
export function known(value: number, n = 1, expected = n): Reading {
  return Number.isFinite(value) ? { kind: "known", value, n, expected } : unknown("insufficient n");
}
