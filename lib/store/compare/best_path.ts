/** One choice a step, and what speaks for all of them. */
export interface BestPath {
  readonly choices: readonly number[];
  readonly evidence: number;
}

/**
 * The choices that most evidence speaks for, when each change of the choice costs some (Viterbi).
 *
 * @param evidence of each choice at each step: a row a choice, all of equal length.
 * @returns undefined without a step or a choice.
 *
 * @example
 * ```ts
 * import { bestPath } from "./best_path.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(bestPath([[9, 9, 0, 0], [0, 0, 2, 9]], 5)?.choices, [0, 0, 1, 1]);
 * assert.deepEqual(bestPath([[9, 9, 0, 9], [0, 0, 2, 0]], 5)?.choices, [0, 0, 0, 0]);
 * ```
 */
export function bestPath(
  evidence: readonly (readonly number[])[],
  changeCost: number,
): BestPath | undefined {
  const steps = evidence[0]?.length ?? 0;
  if (steps === 0) return undefined;
  const came: Int32Array[] = [];
  let sums = evidence.map((row) => row[0]!);
  for (let step = 1; step < steps; step++) {
    const leader = sums.indexOf(Math.max(...sums));
    const from = new Int32Array(evidence.length);
    sums = sums.map((sum, choice) => {
      const changed = sums[leader]! - changeCost;
      from[choice] = changed > sum ? leader : choice;
      return Math.max(sum, changed) + evidence[choice]![step]!;
    });
    came.push(from);
  }
  const last = Math.max(...sums);
  let choice = sums.indexOf(last);
  const backwards = [choice];
  for (const from of came.toReversed()) backwards.push(choice = from[choice]!);
  return { choices: backwards.reverse(), evidence: last };
}
