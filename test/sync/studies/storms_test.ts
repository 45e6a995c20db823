import assert from "node:assert/strict";
import { stormsOf } from "../../../lib/sync/studies/storms.ts";
import { normalOf } from "../../simulation/planted_market.ts";

const BARS = 4_000;

interface Made {
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/** Bars whose volatility clusters; `moves` makes both sides' of it and of two draws. */
function made(seed: number, moves: (hot: number, x: number, y: number) => [number, number]): Made {
  const { normal } = normalOf(seed);
  const a = new Float64Array(BARS), b = new Float64Array(BARS);
  let heat = 0;
  for (let row = 0; row < BARS; row++) {
    heat = 0.97 * heat + 0.12 * normal();
    [a[row], b[row]] = moves(Math.exp(heat), normal(), normal());
  }
  return { a, b };
}

const correlated = (r: number, x: number, y: number) => r * x + Math.sqrt(1 - r * r) * y;
const SEEDS = [1, 2, 3, 4, 5, 6];
const isMore = (moves: Parameters<typeof made>[1]) =>
  SEEDS.filter((seed) => {
    const { a, b } = made(seed, moves);
    return stormsOf(a, b)!.isMore;
  });

Deno.test("a link that is stronger in storms is found where both sides grow more violent", () => {
  const planted = (hot: number, x: number, y: number): [number, number] => [
    hot * correlated(hot > 1.4 ? 0.8 : 0.2, x, y),
    hot * x,
  ];
  assert.deepEqual(isMore(planted), SEEDS);
  // Forbes and Rigobon's correction lays it all on the second side.
  const { a, b } = made(1, planted);
  const { calm, stormy, corrected, slopePvalue } = stormsOf(a, b)!;
  assert.ok(stormy.value > calm.value + 0.2 && corrected < stormy.value && slopePvalue < 1e-6);
  const turned = stormsOf(a.map((value) => -value), b)!;
  assert.ok(turned.isMore && Math.abs(turned.slopePvalue - slopePvalue) < 1e-9);
});

Deno.test("a volatility that rises is no stronger link, whichever side's it is", () => {
  const same: Parameters<typeof made>[1] = (hot, x, y) => [hot * correlated(0.4, x, y), hot * x];
  const ofSecond: Parameters<typeof made>[1] = (hot, x, y) => [0.4 * hot * x + y, hot * x];
  const ofFirst: Parameters<typeof made>[1] = (hot, x, y) => [hot * x, 0.4 * hot * x + y];
  const unlike: Parameters<typeof made>[1] = (hot, x, y) => [
    hot ** 2 * correlated(0.4, x, y),
    hot * x,
  ];
  for (const moves of [same, ofSecond, ofFirst, unlike]) {
    assert.ok(isMore(moves).length <= 1, `${moves}`);
  }
  // The correlation itself does rise with the volatility of one side.
  const { a, b } = made(1, ofSecond);
  const { calm, stormy, pvalue } = stormsOf(a, b)!;
  assert.ok(stormy.value > calm.value + 0.1 && pvalue < 0.05);
});

Deno.test("too few bars have no storms, and sides that are one have no test of slopes", () => {
  const { a, b } = made(1, (_, x, y) => [correlated(0.4, x, y), x]);
  assert.equal(stormsOf(a.slice(0, 70), b.slice(0, 70)), undefined);
  const same = stormsOf(b, b)!;
  assert.ok(Number.isNaN(same.slopePvalue) && !same.isMore);
});
