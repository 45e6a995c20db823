/** The returns that are known. */
export function finiteReturns(returns: ArrayLike<number>): Float64Array {
  return Float64Array.from(returns).filter((value) => Number.isFinite(value));
}

/** @throws {RangeError} when `periodsPerYear` is not above 0: there is no factor that suits all. */
export function checkPeriods(periodsPerYear: number): void {
  if (!(periodsPerYear > 0 && periodsPerYear < Infinity)) {
    throw new RangeError(`periodsPerYear must be above 0, got ${periodsPerYear}`);
  }
}

/**
 * What one unit of money becomes, return by return. A return that is not known leaves NaN at its row and
 * changes nothing after it.
 *
 * @param returns simple returns.
 */
export function compounded(returns: ArrayLike<number>): Float64Array {
  const equity = new Float64Array(returns.length);
  let total = 1;
  for (let row = 0; row < returns.length; row++) {
    const value = returns[row]!;
    if (!Number.isFinite(value)) equity[row] = NaN;
    else equity[row] = total *= 1 + value;
  }
  return equity;
}
