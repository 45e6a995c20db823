import type { Deterministic } from "./mackinnon_tables.ts";

const TERMS: Readonly<Record<Deterministic, number>> = { n: 0, c: 1, ct: 2, ctt: 3 };

/**
 * Number of deterministic terms.
 *
 * @throws {RangeError} when it is none of n, c, ct, ctt.
 */
export function countTerms(terms: Deterministic, name: string): number {
  const count = TERMS[terms];
  if (count === undefined) {
    throw new RangeError(`${name} must be "n", "c", "ct" or "ctt", got ${JSON.stringify(terms)}`);
  }
  return count;
}

/**
 * Columns spanning the terms over `rows` rows: Legendre's polynomials on -1..1, which are nearly
 * orthogonal where 1, t, t² are nearly parallel.
 */
export function termColumns(terms: Deterministic, rows: number): Float64Array[] {
  const time = Float64Array.from({ length: rows }, (_, row) => {
    return rows > 1 ? (2 * row - (rows - 1)) / (rows - 1) : 0;
  });
  const columns = [
    new Float64Array(rows).fill(1),
    time,
    time.map((value) => 1.5 * value * value - 0.5),
  ];
  return columns.slice(0, TERMS[terms]);
}
