/** Where a minimum was found. */
export interface Minimum {
  readonly point: readonly number[];
  readonly value: number;
  readonly evaluations: number;
  /** Whether the simplex shrank below the tolerance before the evaluations ran out. */
  readonly converged: boolean;
}

export interface NelderMeadOptions {
  /** Edge of the first simplex. @default 0.5 */
  readonly step?: number;
  /** Spread of the values, relative to their size, below which it stops. @default 1e-13 */
  readonly tolerance?: number;
  /** Most evaluations, all restarts together. @default 4_000 */
  readonly maxEvaluations?: number;
}

interface Vertex {
  readonly point: readonly number[];
  readonly value: number;
}

/**
 * Minimises a function of a few variables without derivatives: the simplex of J. A. Nelder & R. Mead
 * (Computer Journal 7, 1965), begun anew with a fresh simplex from what it found until that no longer
 * helps, which frees it from the corners where the plain method stalls. NaN counts as very bad.
 *
 * @example
 * ```ts
 * import { nelderMead } from "./nelder_mead.ts";
 * import assert from "node:assert/strict";
 * const valley = ([x, y]: readonly number[]) => (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2;
 * const { point } = nelderMead(valley, [-1.2, 1]);
 * assert.deepEqual(point.map((v) => v.toFixed(5)), ["1.00000", "1.00000"]);
 * ```
 */
export function nelderMead(
  f: (point: readonly number[]) => number,
  start: readonly number[],
  options: NelderMeadOptions = {},
): Minimum {
  const { step = 0.5, tolerance = 1e-13, maxEvaluations = 4_000 } = options;
  let evaluations = 0;
  const at = (point: readonly number[]): Vertex => {
    evaluations++;
    const value = f(point);
    return { point, value: Number.isNaN(value) ? Infinity : value };
  };
  let best = at(start), converged = false;
  for (let edge = step; evaluations < maxEvaluations; edge *= 0.5) {
    const before = best.value;
    best = descend(at, best, edge, tolerance, () => evaluations < maxEvaluations);
    converged = evaluations < maxEvaluations;
    if (before - best.value <= 10 * tolerance * (Math.abs(best.value) + 1e-300)) break;
  }
  return { ...best, evaluations, converged };
}

function descend(
  at: (point: readonly number[]) => Vertex,
  start: Vertex,
  edge: number,
  tolerance: number,
  goesOn: () => boolean,
): Vertex {
  const simplex = [start];
  for (let i = 0; i < start.point.length; i++) {
    simplex.push(at(start.point.map((value, j) => i === j ? value + edge : value)));
  }
  while (goesOn()) {
    simplex.sort((a, b) => a.value - b.value);
    const best = simplex[0]!, worst = simplex.at(-1)!, next = simplex.at(-2)!;
    if (worst.value - best.value <= tolerance * (Math.abs(best.value) + Math.abs(worst.value))) {
      break;
    }
    const others = simplex.slice(0, -1);
    const centre = best.point.map((_, j) =>
      others.reduce((sum, { point }) => sum + point[j]!, 0) / others.length
    );
    const along = (factor: number) => at(centre.map((c, j) => c + factor * (worst.point[j]! - c)));
    const reflected = along(-1);
    if (reflected.value < best.value) {
      const expanded = along(-2);
      simplex[simplex.length - 1] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < next.value) simplex[simplex.length - 1] = reflected;
    else {
      const contracted = along(reflected.value < worst.value ? -0.5 : 0.5);
      if (contracted.value < Math.min(reflected.value, worst.value)) {
        simplex[simplex.length - 1] = contracted;
      } else {
        for (let i = 1; i < simplex.length; i++) {
          const { point } = simplex[i]!;
          simplex[i] = at(point.map((value, j) => best.point[j]! + (value - best.point[j]!) / 2));
        }
      }
    }
  }
  return simplex.reduce((least, vertex) => vertex.value < least.value ? vertex : least);
}
