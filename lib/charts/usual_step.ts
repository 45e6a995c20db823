/** Median distance of times that ascend; the other where there are fewer than two. */
export function usualStep(time: Float64Array, otherwise: number): number {
  const steps = time.slice(1).map((at, row) => at - time[row]!).sort();
  return steps[Math.floor(steps.length / 2)] ?? otherwise;
}
