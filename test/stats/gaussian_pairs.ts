import type { RandomSource } from "../../lib/stats/seeded_random.ts";

/** Standard normal numbers (Box & Muller). */
export function gaussians(random: RandomSource): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Two columns of `n` standard normals with correlation `r`, each following itself with `phi`. */
export function gaussianPairs(
  n: number,
  r: number,
  normal: () => number,
  phi = 0,
): { x: Float64Array; y: Float64Array } {
  const x = new Float64Array(n), y = new Float64Array(n);
  const fresh = Math.sqrt(1 - phi * phi), own = Math.sqrt(1 - r * r);
  for (let i = 0; i < n; i++) {
    const a = normal(), b = r * a + own * normal();
    x[i] = i === 0 ? a : phi * x[i - 1]! + fresh * a;
    y[i] = i === 0 ? b : phi * y[i - 1]! + fresh * b;
  }
  return { x, y };
}
