import assert from "node:assert/strict";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { tailDraws } from "../../../lib/sync/studies/tail_draws.ts";
import { tailsStudy } from "../../../lib/sync/studies/tails.ts";
import { type Plant, plantedPair, plantedScope } from "../../simulation/planted_market.ts";

const OPTIONS = { shares: [0.05, 0.01], blockLength: 5, replications: 9 };

/** Moves of a size that both share, with correlation r and directions dealt out evenly. */
function evenDirections(r: number, sizes: readonly number[]) {
  const directions = 360;
  const moves = sizes.flatMap((size) =>
    Array.from({ length: directions }, (_, i) => {
      const angle = 2 * Math.PI * (i + 0.5) / directions;
      return [
        size * Math.cos(angle),
        size * (r * Math.cos(angle) + Math.sqrt(1 - r * r) * Math.sin(angle)),
      ];
    })
  );
  return {
    x: Float64Array.from(moves, ([x]) => x!),
    y: Float64Array.from(moves, ([, y]) => y!),
  };
}

Deno.test("of moves in all directions as many are extreme together as their sizes imply", () => {
  for (const r of [-0.5, 0, 0.3, 0.8]) {
    const sizes = Array.from({ length: 40 }, (_, i) => Math.exp(i / 20));
    const { x, y } = evenDirections(r, sizes);
    const { whole } = tailDraws(x, y, OPTIONS);
    for (const end of [whole.falls, whole.rises]) {
      end.values.forEach((value, depth) => {
        assert.ok(Math.abs(value - end.elliptical[depth]!) < 0.02, `${r}: ${JSON.stringify(end)}`);
      });
    }
    // Powers of two, so that moves of the same length stay so.
    const scaled = tailDraws(x.map((v) => 2 ** 20 * v), y.map((v) => v / 2 ** 20), OPTIONS).whole;
    scaled.falls.elliptical.forEach((share, depth) => {
      assert.ok(Math.abs(share - whole.falls.elliptical[depth]!) < 1e-12);
    });
  }
});

Deno.test("moves of one size are not extreme together where the arcs of their directions do not meet", () => {
  const { x, y } = evenDirections(0, [1, 1]);
  assert.equal(tailDraws(x, y, OPTIONS).whole.falls.elliptical[0], 0);
});

Deno.test("sides that are one have no expected share", () => {
  const random = seededRandom(1);
  const x = Float64Array.from({ length: 500 }, () => random() - 0.5);
  const { whole, draws } = tailDraws(x, x, OPTIONS);
  assert.equal(whole.falls.values[0], 1);
  assert.ok([whole, ...draws].every(({ falls }) => falls.elliptical.every(Number.isNaN)));
});

Deno.test("with the volatility taken out, shared storms are no excess and crashes of both are one of falls alone", () => {
  const excessOf = (plant: Plant) => {
    const query = { timeframe: "1m", days: 7, hours: "all" } as const;
    const result = tailsStudy.run(plantedScope(plantedPair(8_001, 7, plant), query), null);
    assert.ok(result.kind === "found");
    return result.found;
  };
  const storms = excessOf({ correlation: () => 0.2 });
  assert.ok(storms.returns.falls.excess[0] > 0, "the returns themselves show the storms");
  assert.ok(storms.adjusted.falls.excess[0] < 0 && storms.adjusted.falls.excess[1] > -0.02);
  const crashes = excessOf({ correlation: () => 0.2, crashes: 0.004 });
  assert.ok(crashes.adjusted.falls.excess[0] > 0 && crashes.adjusted.rises.excess[0] < 0);
});
