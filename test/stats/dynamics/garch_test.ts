import assert from "node:assert/strict";
import fc from "fast-check";
import { garch } from "../../../lib/stats/dynamics/garch.ts";
import { garchPath, GarchVariance } from "../../../lib/stats/dynamics/garch_variance.ts";
import { nelderMead } from "../../../lib/stats/dynamics/nelder_mead.ts";
import { assertNoLookAhead } from "../../../lib/stats/no_look_ahead.ts";
import { StatisticsError } from "../../../lib/stats/statistics_error.ts";
import { normals } from "../../pairs/synthetic.ts";
import { readDynamicsGolden } from "../dynamics_golden.ts";

const cases = readDynamicsGolden().garch;

function near(actual: number, expected: number, relative: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.abs(expected),
    `${what}: ${actual} is not ${expected}`,
  );
}

for (const expected of cases) {
  Deno.test(`garchPath equals arch with fixed constants: ${expected.name}`, () => {
    const { omega, alpha, beta, llf, variance } = expected.fixed;
    const path = garchPath(expected.returns, {
      ...{ omega, alpha, beta },
      initialVariance: expected.backcast,
    });
    near(path.llf, llf, 1e-12, "log-likelihood");
    variance.forEach((h, i) => near(path.variance[50 * i]!, h, 1e-11, `variance ${50 * i}`));
  });

  Deno.test(`garch reaches arch's likelihood, constants and robust errors: ${expected.name}`, () => {
    const fit = garch(expected.returns);
    near(fit.initialVariance, expected.backcast, 1e-12, "backcast");
    assert.ok(
      fit.llf >= expected.llf - 1e-6 * Math.abs(expected.llf),
      `log-likelihood ${fit.llf} is below arch's ${expected.llf}`,
    );
    assert.ok(fit.llf >= expected.llf - 1e-5, `${fit.llf - expected.llf} below arch`);
    assert.ok(fit.converged && fit.hasDynamics);
    near(fit.omega, expected.omega, 1e-5, "omega");
    near(fit.alpha, expected.alpha, 1e-5, "alpha");
    near(fit.beta, expected.beta, 1e-5, "beta");
    near(fit.next, expected.next, 1e-5, "next variance");
    near(fit.bse.omega, expected.bse[0], 1e-3, "error of omega");
    near(fit.bse.alpha, expected.bse[1], 1e-3, "error of alpha");
    near(fit.bse.beta, expected.bse[2], 1e-3, "error of beta");
  });
}

function simulated(seed: number, rows: number, omega: number, alpha: number, beta: number) {
  const normal = normals(seed);
  let h = omega / (1 - alpha - beta);
  return Float64Array.from({ length: rows }, () => {
    const r = Math.sqrt(h) * normal();
    h = omega + alpha * r * r + beta * h;
    return r;
  });
}

Deno.test("garch recovers planted constants within its own errors", () => {
  const fit = garch(simulated(21, 12_000, 0.1, 0.1, 0.8));
  assert.ok(Math.abs(fit.alpha - 0.1) < 3 * fit.bse.alpha, `alpha ${fit.alpha}`);
  assert.ok(Math.abs(fit.beta - 0.8) < 3 * fit.bse.beta, `beta ${fit.beta}`);
  assert.ok(fit.bse.alpha < 0.02 && fit.bse.beta < 0.04);
  assert.ok(Math.abs(fit.longRunVariance - 1) < 0.1);
  const target = garch(simulated(21, 12_000, 0.1, 0.1, 0.8), { varianceTargeting: true });
  assert.ok(target.llf <= fit.llf + 1e-6 && target.llf > fit.llf - 3);
  assert.ok(Math.abs(target.alpha - fit.alpha) < 0.01);
});

Deno.test("garch finds no dynamics where there are none", () => {
  const normal = normals(8);
  const fit = garch(Float64Array.from({ length: 3_000 }, () => 0.01 * normal()));
  assert.ok(fit.alpha < 0.02);
  assert.ok(Math.abs(fit.longRunVariance - 1e-4) < 1e-5);
});

Deno.test("garch does not mind the unit of the returns", () => {
  const returns = simulated(5, 1_500, 0.05, 0.1, 0.85);
  const plain = garch(returns);
  for (const scale of [1e-100, 1e-4, 1e100]) {
    const fit = garch(returns.map((value) => value * scale));
    near(fit.alpha, plain.alpha, 1e-6, "alpha");
    near(fit.omega / scale / scale, plain.omega, 1e-6, "omega");
    near(fit.llf, plain.llf - 1_500 * Math.log(scale), 1e-10, "log-likelihood");
  }
});

Deno.test("garch takes a missing return for its expected square", () => {
  const returns = simulated(9, 2_000, 0.05, 0.1, 0.85);
  const gaps = returns.map((value, row) => row % 97 < 4 ? NaN : value);
  const fit = garch(gaps);
  assert.equal(fit.nobs, gaps.filter((value) => !Number.isNaN(value)).length);
  assert.ok(Math.abs(fit.beta - garch(returns).beta) < 0.1);
  const { omega, alpha, beta } = fit;
  const row = 2 * 97;
  near(
    fit.variance[row + 1]!,
    omega + (alpha + beta) * fit.variance[row]!,
    1e-12,
    "variance after a gap",
  );
});

Deno.test("garch tells what it cannot fit", () => {
  const code = (returns: Float64Array) => {
    try {
      garch(returns);
    } catch (error) {
      return error instanceof StatisticsError ? error.code : error;
    }
  };
  assert.equal(code(new Float64Array(99).fill(1)), "too-few");
  assert.equal(code(new Float64Array(200)), "constant");
  assert.throws(() => garch(simulated(1, 200, 1, 0, 0), { initialVariance: 0 }), RangeError);
  assert.throws(
    () => new GarchVariance({ omega: 0, alpha: 0.1, beta: 0.8 }),
    /omega must be above 0/,
  );
  assert.throws(() => new GarchVariance({ omega: 1, alpha: 0.5, beta: 0.5 }), /together below 1/);
});

Deno.test("garchPath with constants of a training part never looks ahead", () => {
  const returns = simulated(2, 900, 0.05, 0.1, 0.85);
  const trained = garch(returns.subarray(0, 600));
  assertNoLookAhead((r) => {
    const { variance, standardized } = garchPath(r, trained);
    return { variance, standardized };
  }, returns.subarray(600));
  assert.throws(() => assertNoLookAhead((r) => garch(r).variance, returns, { lengths: [500] }));
});

Deno.test("GarchVariance live equals garchPath, and peek and forecast leave it as it is", () => {
  const returns = fc.array(
    fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constant(NaN)),
    { minLength: 1, maxLength: 40, size: "max" },
  );
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(returns, share, share, (column, p, part) => {
    const alpha = 0.98 * p * part, beta = 0.98 * p * (1 - part);
    const parameters = { omega: 0.1, alpha, beta, initialVariance: 2 };
    const { variance } = garchPath(column, parameters);
    const live = new GarchVariance(parameters);
    column.forEach((value, row) => {
      assert.equal(live.variance, variance[row]);
      const then = live.peek(value);
      assert.ok(live.forecast(5) > 0);
      live.push(value);
      assert.equal(live.variance, then);
      assert.equal(live.forecast(1).toFixed(10), live.variance.toFixed(10));
    });
  }));
});

Deno.test("nelderMead finds the minimum of curved valleys and passes over NaN", () => {
  const rosenbrock = (p: readonly number[]) =>
    p.slice(1).reduce((sum, x, i) => sum + 100 * (x - p[i]! ** 2) ** 2 + (1 - p[i]!) ** 2, 0);
  const { point, converged } = nelderMead(rosenbrock, [-1, 2, 0.5], { maxEvaluations: 8_000 });
  assert.ok(converged);
  for (const value of point) assert.ok(Math.abs(value - 1) < 1e-4);
  const walled = nelderMead(([x]) => x! < 0 ? NaN : (x! - 0.1) ** 2, [3]);
  assert.ok(Math.abs(walled.point[0]! - 0.1) < 1e-5);
});
