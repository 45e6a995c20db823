/** The middle of some numbers; NaN without any. Leaves its argument as it is. */
export function medianOf(values: Float64Array): number {
  return quantileOf(values, 0.5);
}

/** The nearest-rank quantile; NaN without a number. */
export function quantileOf(values: Float64Array, share: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** Median distance from a value. */
export function spreadAround(values: Float64Array, middle: number): number {
  return medianOf(values.map((value) => Math.abs(value - middle)));
}

/** Share of the numbers that satisfy a rule; NaN without a number. */
export function shareOf(values: Float64Array, rule: (value: number) => boolean): number {
  let n = 0, yes = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    n++;
    if (rule(value)) yes++;
  }
  return yes / n;
}
