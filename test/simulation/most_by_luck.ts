/** Wrong finds that luck makes in one of a hundred runs, where each market has one in twenty. */
export function mostByLuck(markets: number): number {
  let chance = 0.95 ** markets, sum = chance, most = 0;
  while (sum < 0.99) {
    most++;
    chance *= (markets - most + 1) / most * 0.05 / 0.95;
    sum += chance;
  }
  return most;
}
