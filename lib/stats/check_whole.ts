/** @throws {RangeError} when an option is not a whole number of at least `least`, naming it. */
export function checkWhole(
  name: string,
  value: number | undefined,
  least: number,
): asserts value is number {
  if (!(Number.isSafeInteger(value) && value! >= least)) {
    throw new RangeError(`${name} must be a whole number of at least ${least}, got ${value}`);
  }
}
