/** Markets with a planted truth, as pairs of columns of returns. */

/** Standard normal numbers, one a call. */
export type Normal = () => number;

/** Two columns of `n` returns whose correlation is `r` by construction. */
export type PairMaker = (n: number, r: number, normal: Normal) => {
  x: Float64Array;
  y: Float64Array;
};

/** Columns whose rows are made one by one. */
function columns(n: number, row: (i: number) => readonly [number, number]) {
  const x = new Float64Array(n), y = new Float64Array(n);
  for (let i = 0; i < n; i++) [x[i], y[i]] = row(i);
  return { x, y };
}

function correlated(r: number, normal: Normal): readonly [number, number] {
  const first = normal();
  return [first, r * first + Math.sqrt(1 - r * r) * normal()];
}

export const normalPairs: PairMaker = (n, r, normal) => columns(n, () => correlated(r, normal));

/** Joint Student t with 4 degrees of freedom: both sides share the scale of each row. */
export const fatPairs: PairMaker = (n, r, normal) =>
  columns(n, () => {
    const [a, b] = correlated(r, normal), scale = chi4(normal);
    return [a / scale, b / scale];
  });

/** Two sides that have nothing in common, not even their scale. */
export const unrelatedFatPairs = (n: number, normal: Normal) =>
  columns(n, () => [normal() / chi4(normal), normal() / chi4(normal)]);

/** Root of a mean square of four normal numbers. */
function chi4(normal: Normal): number {
  let sum = 0;
  for (let i = 0; i < 4; i++) sum += normal() ** 2;
  return Math.sqrt(sum / 4);
}

/** One GARCH(1,1) variance for both sides, moved by the squares of both. */
export const sharedGarchPairs: PairMaker = (n, r, normal) => {
  const [alpha, beta] = [0.12, 0.86], omega = 1 - alpha - beta;
  let variance = 1;
  const row = () => {
    const [a, b] = correlated(r, normal), sd = Math.sqrt(variance);
    variance = omega + alpha * variance * (a * a + b * b) / 2 + beta * variance;
    return [sd * a, sd * b] as const;
  };
  for (let i = 0; i < 200; i++) row();
  return columns(n, row);
};

/** Both sides follow themselves from row to row with `phi`. */
export function autoregressivePairs(phi: number): PairMaker {
  return (n, r, normal) => {
    const fresh = Math.sqrt(1 - phi * phi);
    let [p, q] = correlated(r, normal);
    return columns(n, () => {
      const now = [p, q] as const, [a, b] = correlated(r, normal);
      p = phi * p + fresh * a;
      q = phi * q + fresh * b;
      return now;
    });
  };
}

/**
 * The logarithm of the sd of both sides is one autoregression (0.98 a row) of this sd: storms that neither
 * side foresees and both share.
 */
export function sharedVolatilityPairs(logSd: number): PairMaker {
  return (n, r, normal) => {
    let log = logSd * normal();
    return columns(n, () => {
      const [a, b] = correlated(r, normal), sd = Math.exp(log);
      log = 0.98 * log + Math.sqrt(1 - 0.98 ** 2) * logSd * normal();
      return [sd * a, sd * b];
    });
  };
}

/** The rows that the issue and the README name, with the names they have there. */
export const STRESSED_PAIRS: readonly (readonly [string, PairMaker])[] = [
  ["joint t(4)", fatPairs],
  ["shared GARCH(.12,.86)", sharedGarchPairs],
  ["AR(.5) sides", autoregressivePairs(0.5)],
  ["AR(.9) sides", autoregressivePairs(0.9)],
];
