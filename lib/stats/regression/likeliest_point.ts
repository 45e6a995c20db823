import { nelderMead } from "../dynamics/nelder_mead.ts";

/** Beyond this distance from the points first looked at nothing is sought. */
const REACH = 14;

/**
 * The point with the least badness: the best of a grid, then the simplex of Nelder and Mead from there.
 *
 * @param looks for each coordinate, the values of the grid, ascending.
 */
export function likeliestPoint(
  badness: (point: readonly number[]) => number,
  looks: readonly (readonly number[])[],
): readonly number[] {
  const bounded = (point: readonly number[]) => {
    const isNear = point.every((value, i) => {
      return value >= looks[i]![0]! - REACH && value <= looks[i]!.at(-1)! + REACH;
    });
    return isNear ? badness(point) : Infinity;
  };
  let grid: number[][] = [[]];
  for (const values of looks) grid = grid.flatMap((point) => values.map((v) => [...point, v]));
  let best = grid[0]!, least = Infinity;
  for (const point of grid) {
    const value = bounded(point);
    if (value < least) [best, least] = [point, value];
  }
  return nelderMead(bounded, best, { step: 1, tolerance: 1e-9, maxEvaluations: 600 }).point;
}
