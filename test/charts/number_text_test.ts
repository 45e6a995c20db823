import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decimalsOfStep,
  percentText,
  priceText,
  roundSteps,
  shortNumber,
  volumeText,
} from "../../lib/charts/number_text.ts";

Deno.test("priceText groups thousands and keeps the decimals asked for", () => {
  const cases: [number, number, string][] = [
    [65_012.1, 2, "65,012.10"],
    [999.995, 0, "1,000"],
    [1_234_567.891, 3, "1,234,567.891"],
    [0.00001234, 8, "0.00001234"],
    [-1_234.5, 1, "−1,234.5"],
    [-0.001, 2, "0.00"],
    [NaN, 2, "–"],
    [Infinity, 2, "–"],
    [123_456_789_012.34, 2, "123,456,789,012.34"],
    [1.5e18, 2, "1.50000e+18"],
  ];
  for (const [value, decimals, text] of cases) assert.equal(priceText(value, decimals), text);
});

Deno.test("volumeText is short at every size", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [812, "812"],
    [0.00421, "0.0042"],
    [9.494, "9.49"],
    [63.61, "63.6"],
    [5_310, "5.31K"],
    [14_012, "14.0K"],
    [2.5e6, "2.50M"],
    [3.21e9, "3.21B"],
    [NaN, "–"],
  ] as [number, string][];
  for (const [value, text] of cases) assert.equal(volumeText(value), text);
});

Deno.test("shortNumber has at most six digits, and groups thousands as prices do", () => {
  const cases: [number, string][] = [
    [98_350.24, "98,350.2"],
    [-1_234.5, "−1,234.5"],
    [999.5, "999.5"],
    [12_345_678.9, "12,345,679"],
    [0.000412, "0.000412"],
    [-0.31, "−0.31"],
    [0, "0"],
    [NaN, "–"],
  ];
  for (const [value, text] of cases) assert.equal(shortNumber(value), text);
});

Deno.test("percentText has a sign, but none of a zero that was rounded", () => {
  assert.equal(percentText(0.123), "+0.12 %");
  assert.equal(percentText(-1.2), "−1.20 %");
  assert.equal(percentText(-0.001), "+0.00 %");
  assert.equal(percentText(NaN), "–");
});

Deno.test("roundSteps gives evenly spaced round numbers within the range", () => {
  const sizes = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
  const from = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(fc.property(from, sizes, fc.integer({ min: 1, max: 12 }), (lo, size, count) => {
    const hi = lo + size;
    fc.pre(hi - lo > 1e-12 * Math.abs(lo) * 1e4);
    const { values, step } = roundSteps(lo, hi, count);
    assert.ok(values.length <= count + 1);
    const digits = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
    assert.ok([1, 2, 2.5, 5, 10].some((one) => Math.abs(one - digits) < 1e-9), `${step}`);
    for (const value of values) {
      assert.ok(value >= lo - 1e-9 * step && value <= hi + 1e-9 * step);
    }
  }));
});

Deno.test("roundSteps of a range without length gives its one value", () => {
  assert.deepEqual(roundSteps(5, 5, 4).values, [5]);
});

Deno.test("decimalsOfStep writes multiples of the step exactly, within what the price has", () => {
  assert.equal(decimalsOfStep(500, 2), 0);
  assert.equal(decimalsOfStep(2.5, 2), 1);
  assert.equal(decimalsOfStep(0.25, 2), 2);
  assert.equal(decimalsOfStep(0.025, 2), 2);
  assert.equal(decimalsOfStep(0.00002, 8), 5);
});
