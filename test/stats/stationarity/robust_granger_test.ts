import assert from "node:assert/strict";
import { granger, grangerBoth } from "../../../lib/stats/stationarity/granger.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../gaussian_pairs.ts";

interface Golden {
  readonly x: number[];
  readonly y: number[];
  readonly cases: readonly {
    readonly lag: number;
    readonly hacLags: number;
    readonly hc3: readonly [number, number];
    readonly hac: readonly [number, number];
    readonly score: number;
  }[];
}

const { x, y, cases }: Golden = JSON.parse(
  Deno.readTextFileSync(new URL("../../golden/robust_granger.json", import.meta.url)),
);

function assertClose(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual / expected - 1) < 1e-9, `${what}: ${actual}, not ${expected}`);
}

Deno.test("granger by HC3 and by HAC equals statsmodels' wald_test, its score numpy's", () => {
  assert.deepEqual(cases.map(({ lag }) => lag), [1, 2, 4]);
  for (const { lag, hacLags, hc3, hac, score } of cases) {
    const found = granger(y, x, { lag, wild: { replications: 9 } });
    assertClose(found.hc3Test.stat, hc3[0], `HC3, lag ${lag}`);
    assertClose(found.hc3Test.pvalue, hc3[1], `p of HC3, lag ${lag}`);
    assert.equal(found.hacTest.hacLags, hacLags);
    assertClose(found.hacTest.stat, hac[0], `HAC, lag ${lag}`);
    assertClose(found.hacTest.pvalue, hac[1], `p of HAC, lag ${lag}`);
    assertClose(found.wildTest!.stat, score, `score, lag ${lag}`);
  }
  // At its own scale and level too.
  const moved = granger(y.map((v) => 1e-6 * v), x.map((v) => 1e6 * v - 1e3), { lag: 2 });
  assertClose(moved.hc3Test.stat, cases[1]!.hc3[0], "HC3 at another scale");
});

Deno.test("the wild test is as sure of a planted cause as HC3, and only its seed is luck", () => {
  const normal = gaussians(seededRandom(31));
  const cause = Float64Array.from({ length: 400 }, () => normal());
  const effect = cause.map((_, t) => 0.4 * (cause[t - 1] ?? 0) + normal());
  const options = { wild: { replications: 199, random: seededRandom(2) } };
  const { xToY, yToX } = grangerBoth(effect, cause, options);
  assert.equal(xToY.wildTest!.pvalue, 1 / 200);
  assert.ok(xToY.hc3Test.pvalue < 1e-6);
  assert.ok(yToX.wildTest!.pvalue > 0.01 && yToX.hc3Test.pvalue > 0.01);
  const again = granger(effect, cause, { wild: { replications: 199, random: seededRandom(2) } });
  assert.deepEqual(again.wildTest, xToY.wildTest);
  assert.equal(granger(effect, cause).wildTest, undefined);
});

Deno.test("granger chooses the planted lag by each criterion, AIC no less than BIC", () => {
  const normal = gaussians(seededRandom(32));
  const cause = Float64Array.from({ length: 800 }, () => normal());
  const effect = cause.map((_, t) => 0.5 * (cause[t - 3] ?? 0) + normal());
  const lagBy = (autolag: "robust-bic" | "bic" | "aic") => granger(effect, cause, { autolag }).lag;
  assert.deepEqual([lagBy("robust-bic"), lagBy("bic")], [3, 3]);
  assert.ok(lagBy("aic") >= 3);
});

Deno.test("granger's robust lag is not lured by bursts that both sides share", () => {
  const lags = { robust: 0, plain: 0 };
  for (let seed = 0; seed < 40; seed++) {
    const normal = gaussians(seededRandom(400 + seed));
    const scale = Float64Array.from({ length: 300 }, (_, t) => t % 100 < 8 ? 8 : 1);
    const one = scale.map((s) => s * normal()), other = scale.map((s) => s * normal());
    if (granger(one, other).lag > 1) lags.robust++;
    if (granger(one, other, { autolag: "bic" }).lag > 1) lags.plain++;
  }
  assert.ok(lags.plain > 20 && lags.robust <= 4, JSON.stringify(lags));
});

Deno.test("granger names the option that is out of range", () => {
  const bad = (options: Parameters<typeof granger>[2]) => () => granger(y, x, options);
  assert.throws(bad({ autolag: "hq" as "bic" }), /autolag must be/);
  assert.throws(bad({ hacLags: -1 }), /hacLags must be/);
  assert.throws(bad({ wild: { replications: 0 } }), /wild\.replications must be/);
});
