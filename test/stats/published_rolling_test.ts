import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { correlation } from "../../lib/stats/correlation/correlation.ts";
import { rollingCorrelation } from "../../lib/stats/rolling/rolling_correlation.ts";
import { rollingCovariance } from "../../lib/stats/rolling/rolling_covariance.ts";
import { sharedData } from "../support/shared_data.ts";

/** Three number columns of a gzipped CSV: two closes and a published result. */
function readTable(file: string): Float64Array[] {
  const lines = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n").slice(1);
  const cells = lines.map((line) => line.split(",").map(Number));
  return [1, 2, 3].map((column) => Float64Array.from(cells, (row) => row[column]!));
}

Deno.test("rollingCorrelation equals 252-day correlations that QuantConnect published", () => {
  const file = sharedData("published/lean_spy_qqq_rolling252_corr.csv.gz");
  if (file === undefined) return;
  const [spy, qqq, published] = readTable(file) as [Float64Array, Float64Array, Float64Array];
  const actual = rollingCorrelation(spy, qqq, { window: 252 });
  let compared = 0;
  for (let row = 251; row < actual.length; row++) {
    compared++;
    const error = Math.abs(actual[row]! - published[row]!);
    // The published column is itself 2e-12 off the two-pass answer.
    assert.ok(error < 5e-12, `row ${row}: ${actual[row]} is not ${published[row]}`);
    if (row % 50 !== 0) continue;
    const from = row - 251;
    const twoPass = correlation(spy.subarray(from, row + 1), qqq.subarray(from, row + 1)).value;
    assert.ok(Math.abs(actual[row]! - twoPass) < 1e-13, `row ${row}: two passes say ${twoPass}`);
  }
  assert.ok(compared > 3_500);
});

Deno.test("rollingCovariance equals 252-day covariances of returns that QuantConnect published", () => {
  const file = sharedData("published/lean_spy_qqq_rolling252_cov.csv.gz");
  if (file === undefined) return;
  const [spy, qqq, published] = readTable(file) as [Float64Array, Float64Array, Float64Array];
  const returns = (p: Float64Array) => p.map((v, i) => i === 0 ? NaN : v / p[i - 1]! - 1);
  const actual = rollingCovariance(returns(spy), returns(qqq), { window: 252 });
  let compared = 0;
  for (let row = 253; row < actual.length; row++) {
    compared++;
    const error = Math.abs(actual[row]! - published[row]!);
    assert.ok(error < 1e-14, `row ${row}: ${actual[row]} is not ${published[row]}`);
  }
  assert.ok(compared > 3_400);
});
