/** A reproducible standard normal stream (mulberry32 and Box–Muller): for tests only. */
export function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Two legs whose spread `y - beta x` returns to `level` with this half-life, in bars. */
export function cointegratedPair(
  options: {
    seed: number;
    rows: number;
    beta: number;
    level: number;
    halfLife: number;
    sd: number;
  },
) {
  const { seed, rows, beta, level, halfLife, sd } = options;
  const normal = normals(seed);
  const phi = 0.5 ** (1 / halfLife);
  const y = new Float64Array(rows), x = new Float64Array(rows);
  let price = 100, spread = 0;
  for (let row = 0; row < rows; row++) {
    price += 0.2 * normal();
    spread = phi * spread + sd * Math.sqrt(1 - phi * phi) * normal();
    x[row] = price;
    y[row] = level + beta * price + spread;
  }
  const opens = (close: Float64Array) => close.map((c, row) => row === 0 ? c : close[row - 1]!);
  return { y: { open: opens(y), close: y }, x: { open: opens(x), close: x } };
}
