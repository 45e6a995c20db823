import { readFileSync } from "node:fs";

/** Numbers from a golden file, where `null` is NaN. */
export type Golden = readonly (number | null)[];

/** Reads a file of right answers beside its generator in test/golden/. */
export function readAnswers<Answers>(name: string): Answers {
  return JSON.parse(readFileSync(new URL(`../golden/${name}`, import.meta.url), "utf8"));
}

export const numbersOf = (values: Golden) => Float64Array.from(values, (value) => value ?? NaN);

/**
 * Largest distance between two columns, relative to the expected number, or absolute below `unit`.
 * Infinity where only one of them is NaN.
 */
export function farthest(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  unit: number,
): number {
  if (actual.length !== expected.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < actual.length; i++) {
    const a = actual[i]!, b = expected[i]!;
    if (Number.isNaN(a) !== Number.isNaN(b)) return Infinity;
    if (Number.isNaN(a) || a === b) continue;
    worst = Math.max(worst, Math.abs(a - b) / Math.max(Math.abs(b), unit));
  }
  return worst;
}

/** Distance of two numbers, as {@link farthest}. */
export function distance(actual: number, expected: number | null, unit: number): number {
  return farthest([actual], [expected ?? NaN], unit);
}
