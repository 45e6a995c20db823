import assert from "node:assert/strict";
import { SeededRandom } from "../../lib/simulator/seeded_random.ts";

const N = 20_000;

function draws(make: (random: SeededRandom) => number, ...parts: (number | string)[]): number[] {
  const random = new SeededRandom(...parts);
  return Array.from({ length: N }, () => make(random));
}

function momentsOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

function assertNear(value: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(value - expected) < tolerance, `${value} is not near ${expected}`);
}

Deno.test("SeededRandom has the moments of its distributions", () => {
  const uniform = draws((random) => random.next(), 1);
  assert.ok(uniform.every((value) => value >= 0 && value < 1));
  assertNear(momentsOf(uniform).mean, 1 / 2, 0.01);
  assertNear(momentsOf(uniform).variance, 1 / 12, 0.003);
  const normal = momentsOf(draws((random) => random.gaussian(), 1));
  assertNear(normal.mean, 0, 0.03);
  assertNear(normal.variance, 1, 0.04);
  assertNear(momentsOf(draws((random) => random.exponential(), 1)).mean, 1, 0.03);
  for (const mean of [0.3, 5, 30]) {
    const poisson = momentsOf(draws((random) => random.poisson(mean), 1));
    assertNear(poisson.mean, mean, 0.05 * Math.sqrt(mean));
    assertNear(poisson.variance, mean, 0.06 * mean);
  }
});

Deno.test("SeededRandom gives unrelated streams to neighbouring names", () => {
  const stream = (...parts: (number | string)[]) => draws((random) => random.gaussian(), ...parts);
  const base = stream(1, "BTC", 5);
  const others = [stream(2, "BTC", 5), stream(1, "BTD", 5), stream(1, "BTC", 6), stream(1, "BTC")];
  for (const other of [...others, stream(1 + 2 ** 32, "BTC", 5), stream(-1, "BTC", 5)]) {
    const product = momentsOf(base.map((value, i) => value * other[i]!));
    assertNear(product.mean, 0, 0.03);
  }
  assert.deepEqual(stream(1, "BTC", 5), base);
});

Deno.test("SeededRandom starts streams independently: first numbers of names in a row", () => {
  const firsts = Array.from({ length: N }, (_, i) => new SeededRandom(1, "x", i).next());
  assertNear(momentsOf(firsts).mean, 1 / 2, 0.01);
  assertNear(momentsOf(firsts).variance, 1 / 12, 0.003);
  const lagged = firsts.slice(1).map((value, i) => (value - 0.5) * (firsts[i]! - 0.5) * 12);
  assertNear(momentsOf(lagged).mean, 0, 0.03);
});
