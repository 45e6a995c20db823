import { checkAboveZero, copyNumbers, finiteNumbers } from "../stats/numbers.ts";

/** The returns that are known. @throws {TypeError} when one is not a number. */
export function finiteReturns(returns: ArrayLike<number>): Float64Array<ArrayBuffer> {
  return finiteNumbers(returns, "returns");
}

/** @throws {RangeError} when `periodsPerYear` is not above 0: there is no factor that suits all. */
export function checkPeriods(periodsPerYear: number): void {
  checkAboveZero("periodsPerYear", periodsPerYear);
}

/**
 * What one unit of money becomes, return by return. A return that is not known leaves NaN at its row and
 * changes nothing after it.
 *
 * @param returns simple returns.
 */
export function compounded(returns: ArrayLike<number>): Float64Array {
  const equity = copyNumbers(returns, "returns");
  let total = 1;
  for (let row = 0; row < equity.length; row++) {
    const value = equity[row]!;
    if (!Number.isFinite(value)) equity[row] = NaN;
    else equity[row] = total *= 1 + value;
  }
  return equity;
}
