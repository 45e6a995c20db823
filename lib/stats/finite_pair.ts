/** True where neither is NaN or infinite: one subtraction each, which is cheaper than two calls. */
export function isFinitePair(x: number, y: number): boolean {
  return x - x + (y - y) === 0;
}
