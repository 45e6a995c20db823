import { normalSurvival } from "./distributions.ts";

/** Gauss–Legendre nodes and weights of 20 points on [-1, 1], by Newton's method on Legendre polynomials. */
const RULE = legendreRule(20);
/** Stretches that the angle is cut into: near ±1 the integrand has a corner. */
const STRETCHES = 8;

/**
 * `P(X > h, Y > k)` of two standard normal numbers with correlation r, by Plackett's integral over the
 * correlation (Biometrika 41, 1954) in the angle `asin r`.
 *
 * @param r strictly between -1 and 1.
 */
export function bivariateNormalSurvival(h: number, k: number, r: number): number {
  const end = Math.asin(r);
  let sum = 0;
  for (let part = 0; part < STRETCHES; part++) {
    // Shorter towards the end, where the corner is.
    const from = end * (1 - (1 - part / STRETCHES) ** 3);
    const to = end * (1 - (1 - (part + 1) / STRETCHES) ** 3);
    for (const { node, weight } of RULE) {
      const angle = (from + to) / 2 + (to - from) / 2 * node, sine = Math.sin(angle);
      const free = (1 - sine) * (1 + sine);
      sum += weight * (to - from) / 2 * Math.exp(-(h * h + k * k - 2 * h * k * sine) / (2 * free));
    }
  }
  return Math.max(0, normalSurvival(h) * normalSurvival(k) + sum / (2 * Math.PI));
}

function legendreRule(points: number): { node: number; weight: number }[] {
  return Array.from({ length: points }, (_, i) => {
    let x = Math.cos(Math.PI * (i + 0.75) / (points + 0.5)), slope = 1;
    for (let step = 0; step < 20; step++) {
      let now = 1, before = 0;
      for (let n = 1; n <= points; n++) {
        [now, before] = [((2 * n - 1) * x * now - (n - 1) * before) / n, now];
      }
      slope = points * (x * now - before) / (x * x - 1);
      x -= now / slope;
    }
    return { node: x, weight: 2 / ((1 - x * x) * slope * slope) };
  });
}
