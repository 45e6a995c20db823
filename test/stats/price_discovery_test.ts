import assert from "node:assert/strict";
import fc from "fast-check";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { priceDiscovery } from "../../lib/stats/stationarity/price_discovery.ts";
import { farthest, readAnswers } from "./closeness.ts";

interface Answer {
  readonly name: string;
  readonly lags: number;
  readonly prices: readonly (readonly number[])[];
  readonly componentShares: readonly number[];
  readonly bse: readonly number[];
  readonly lo: readonly number[];
  readonly hi: readonly number[];
  readonly nobs: number;
}

const answers = readAnswers<readonly Answer[]>("price_discovery.json");

for (const { name, lags, prices, componentShares, bse, lo, hi, nobs } of answers) {
  Deno.test(`priceDiscovery gives the shares of statsmodels and of long doubles: ${name}`, () => {
    const found = priceDiscovery(prices, { lags });
    assert.equal(found.nobs, nobs);
    const bounds = found.informationShares;
    for (
      const [what, got, wanted, within] of [
        ["component shares", found.componentShares, componentShares, 1e-9],
        ["errors", found.bse, bse, 1e-5],
        ["least", bounds.map((one) => one.lo), lo, 1e-9],
        ["most", bounds.map((one) => one.hi), hi, 1e-9],
      ] as const
    ) assert.ok(farthest(got, wanted, 1) < within, `${what}: ${[...got]}, wanted ${wanted}`);
  });
}

/** Log prices of two places that give way to each other by these parts of their difference. */
function pairOf(seed: number, { rows = 4_000, first = 0.2, second = 0.2, noise = [1, 1] } = {}) {
  const random = seededRandom(seed);
  const a = new Float64Array(rows).fill(11), b = a.slice();
  for (let t = 1; t < rows; t++) {
    const apart = a[t - 1]! - b[t - 1]!;
    a[t] = a[t - 1]! - first * apart + 1e-4 * noise[0]! * (random() - 0.5);
    b[t] = b[t - 1]! + second * apart + 1e-4 * noise[1]! * (random() - 0.5);
  }
  return [a, b] as const;
}

Deno.test("two places with the same noise that give way alike have half each", () => {
  for (const seed of [1, 2, 3]) {
    const { componentShares, bse, informationShares } = priceDiscovery(pairOf(seed), { lags: 2 });
    assert.ok(bse[0]! < 0.1 && Math.abs(componentShares[0]! - 0.5) < 4 * bse[0]!, `${seed}`);
    for (const { lo, hi } of informationShares) assert.ok(lo > 0.3 && hi < 0.7, `${lo} ${hi}`);
  }
});

Deno.test("a place that only follows has nothing, and the noise of one that does not counts", () => {
  for (const seed of [1, 2, 3]) {
    const prices = pairOf(seed, { first: 0 });
    const { componentShares, bse, informationShares } = priceDiscovery(prices, { lags: 2 });
    assert.ok(bse[1]! < 0.1 && Math.abs(componentShares[1]!) < 4 * bse[1]!, `${componentShares}`);
    assert.ok(informationShares[1]!.hi < 0.05 && informationShares[0]!.lo > 0.95);
    // Alike in giving way, unlike in news: a quarter of the deviation is a sixteenth of the variance.
    const calm = priceDiscovery(pairOf(seed, { noise: [1, 0.25] }), { lags: 2 });
    assert.ok(Math.abs(calm.informationShares[0]!.lo - 16 / 17) < 0.1);
  }
});

Deno.test("shares add up, change places with the prices, and know neither level nor unit", () => {
  const [three] = answers.filter(({ name }) => name === "three");
  const { prices, lags } = three!;
  const whole = priceDiscovery(prices, { lags });
  fc.assert(
    fc.property(
      fc.constantFrom([0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]),
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
      fc.integer({ min: -40, max: 40 }),
      (order, levels, power) => {
        const moved = order.map((i) =>
          prices[i]!.map((value) => 2 ** power * (value - 11 + levels[i]!))
        );
        const found = priceDiscovery(moved, { lags });
        const sum = found.componentShares.reduce((total, share) => total + share, 0);
        assert.ok(Math.abs(sum - 1) < 1e-9);
        for (const [at, i] of order.entries()) {
          assert.ok(Math.abs(found.componentShares[at]! - whole.componentShares[i]!) < 1e-6);
          assert.ok(
            Math.abs(found.informationShares[at]!.lo - whole.informationShares[i]!.lo) < 1e-6,
          );
          assert.ok(
            Math.abs(found.informationShares[at]!.hi - whole.informationShares[i]!.hi) < 1e-6,
          );
        }
      },
    ),
  );
  for (const { lo, hi } of whole.informationShares) assert.ok(lo >= 0 && lo <= hi && hi <= 1);
  const { lo: least } = whole.informationShares[0]!;
  const rest = whole.informationShares.slice(1).reduce((total, { hi }) => total + hi, 0);
  assert.ok(least + rest >= 1 - 1e-9, "what one lacks at least another has");
});

Deno.test("priceDiscovery throws a typed error for what has no shares", () => {
  const [a, b] = pairOf(1, { rows: 200 });
  for (
    const [prices, lags, code] of [
      [[a, a.map(() => 11)], 1, "constant"],
      [[a, a.slice()], 1, "singular"],
      [[a, b, a.map((value, row) => (value + b[row]!) / 2)], 1, "singular"],
      [[a, b.map((value, row) => row === 50 ? NaN : value)], 1, "missing"],
      [[a.slice(0, 20), b.slice(0, 20)], 5, "too-few"],
    ] as const
  ) {
    assert.throws(() => priceDiscovery(prices, { lags }), { name: "StatisticsError", code });
  }
  assert.throws(() => priceDiscovery([a], { lags: 1 }), /prices must be 2 to 8 columns, got 1/);
  assert.throws(() => priceDiscovery([a, b], { lags: -1 }), /lags must be a whole number/);
  assert.throws(() => priceDiscovery([a, b], undefined as never), /lags .* got undefined/);
  assert.throws(() => priceDiscovery([a, b.slice(1)], { lags: 1 }), /must have 200 rows, got 199/);
  assert.throws(() => priceDiscovery([a, ["x"] as never], { lags: 1 }), /prices/);
});
