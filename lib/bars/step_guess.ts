/** How far apart bars are, judged by their open times. */
export interface StepGuess {
  /** The commonest distance between neighbours in time, ms. */
  readonly stepMs: number;
  /** Share of the neighbours that are that far apart, 0 to 1. */
  readonly share: number;
  /** Commonest remainder of an open time by the step, ms: 0 on the grid. */
  readonly phaseMs: number;
}

/** @param sorted different open times, ascending, epoch ms. @returns undefined below two of them. */
export function guessStep(sorted: ArrayLike<number>): StepGuess | undefined {
  if (sorted.length < 2) return undefined;
  const distances = new Map<number, number>();
  for (let i = 1; i < sorted.length; i++) {
    const distance = sorted[i]! - sorted[i - 1]!;
    distances.set(distance, (distances.get(distance) ?? 0) + 1);
  }
  const [stepMs, times] = commonest(distances);
  return { stepMs, share: times / (sorted.length - 1), phaseMs: phaseOf(sorted, stepMs) };
}

/** The commonest remainder of the times by the step, ms. */
export function phaseOf(times: ArrayLike<number>, stepMs: number): number {
  const phases = new Map<number, number>();
  for (let i = 0; i < times.length; i++) {
    const phase = times[i]! - Math.floor(times[i]! / stepMs) * stepMs;
    phases.set(phase, (phases.get(phase) ?? 0) + 1);
  }
  return phases.size === 0 ? 0 : commonest(phases)[0];
}

/** Of equally common ones the smallest. */
function commonest(counts: ReadonlyMap<number, number>): [value: number, count: number] {
  return [...counts].reduce((best, entry) =>
    entry[1] > best[1] || (entry[1] === best[1] && entry[0] < best[0]) ? entry : best
  );
}
