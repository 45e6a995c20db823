/** The names and shapes that other programs rely on. Values are proved beside each function. */
import assert from "node:assert/strict";
import * as comove from "../lib/mod.ts";

const random = comove.seededRandom(7);
const N = 240;
const x = Float64Array.from({ length: N }, () => random() - 0.5);
const y = x.map((value) => 0.6 * value + 0.3 * (random() - 0.5));
const level = (returns: Float64Array) => {
  let sum = 100;
  return returns.map((r) => sum += r);
};
const px = level(x), py = level(y);
const times = Float64Array.from({ length: N }, (_, i) => 1_000 * i);

/** Wants these keys, whatever else is there. */
function has(value: object, ...keys: string[]): void {
  assert.deepEqual(
    keys.filter((key) => !(key in value)),
    [],
    `of ${Object.keys(value).join(", ")}`,
  );
}

Deno.test("lib/mod.ts gives rolling columns as long as their input, arrays of numbers included", () => {
  const options = { window: 20, minPeriods: 10 };
  for (const [a, b] of [[x, y], [Array.from(x), Array.from(y)]] as const) {
    assert.equal(comove.rollingCorrelation(a, b, options).length, N);
    assert.equal(comove.rollingCovariance(a, b, { ...options, ddof: 1 }).length, N);
    assert.equal(comove.rollingBeta(a, b, options).length, N);
    const stats = comove.rollingStats(a, options);
    has(stats, "mean", "sd0", "sd1", "skew", "kurt", "min", "max", "median", "z");
    const smooth = comove.ewm(a, b, { span: 10 });
    has(smooth, "mean", "var", "cov", "corr");
  }
  const live = new comove.RollingCorrelation(options);
  for (let i = 0; i < N; i++) live.push(x[i]!, y[i]!);
  const before = live.value;
  live.peek(9, -9);
  assert.equal(live.value, before);
  assert.equal(live.n, 20);
});

Deno.test("lib/mod.ts gives regressions in statsmodels' terms", () => {
  const table = comove.ols(y, [x], { constant: true });
  has(table, "params", "bse", "tvalues", "pvalues", "confInt", "rsquared", "rsquaredAdj", "fvalue");
  has(
    table,
    "fPvalue",
    "aic",
    "bic",
    "llf",
    "nobs",
    "dfResid",
    "resid",
    "durbinWatson",
    "hc1",
    "hc3",
  );
  assert.equal(table.params.length, 2, "constant first");
  assert.equal(table.hac(4).length, 2);
  has(comove.huber(y, x), "params", "bse", "scale");
  has(comove.theilSen(y, x, { intercept: "joint" }), "slope", "intercept", "lo", "hi");
  const hedge = comove.kalmanHedge(y, x, {
    q: [1e-5, 1e-5],
    r: 1,
    m0: [0, 0],
    p0: [[1, 0], [0, 1]],
  });
  has(hedge, "beta", "alpha", "innovation", "variance");
});

Deno.test("lib/mod.ts gives tests of stationarity and cointegration", () => {
  const test = comove.adf(px, { regression: "c", autolag: "aic" });
  has(test, "stat", "pvalue", "usedLag", "nobs", "critical", "icBest");
  has(test.critical, "1%", "5%", "10%");
  has(comove.engleGranger(py, [px], { trend: "c" }), "stat", "pvalue", "critical");
  const rank = comove.johansen([px, py], { detOrder: 0, lagDiff: 1 });
  has(rank, "eigenvalues", "trace", "maxEigen", "criticalTrace", "criticalMaxEigen", "vectors");
  const cause = comove.granger(y, x, { lag: 2 });
  for (const one of [cause.fTest, cause.chi2Test, cause.lrTest]) has(one, "stat", "pvalue", "df");
  has(comove.halfLife(x), "value");
  has(comove.hurst(px), "value");
});

Deno.test("lib/mod.ts gives the correlation family, lags and ticks", () => {
  has(comove.spearman(x, y), "value", "pvalue");
  has(comove.kendall(x, y), "value", "pvalue");
  has(comove.fisherInterval(0.5, 60, 0.95), "lo", "hi");
  has(comove.correlationMatrix([x, y]), "corr");
  has(comove.partialCorrelation([x, y, px]), "corr");
  const lags = comove.crossCorrelation(x, y, { maxLag: 3 });
  assert.deepEqual(Array.from(lags.lags), [-3, -2, -1, 0, 1, 2, 3]);
  has(comove.hayashiYoshida(times, px, times, py), "cov", "corr", "rv1", "rv2");
  const lead = comove.leadLag(times, px, times, py, { lagsMs: [-1_000, 0, 1_000] });
  has(lead, "lagMs", "contrast", "ratio");
  const described = comove.describe(x);
  has(described, "n", "mean", "var1", "sd1", "skew1", "kurt1", "median", "min", "max");
  assert.equal(described.quantile(0.5), described.median);
});

Deno.test("lib/mod.ts gives bars from trades and larger bars from bars", () => {
  const size = new Float64Array(N).fill(1);
  const bars = comove.resample({ time: times, price: px, size }, { stepMs: 5_000 });
  const columns = ["openTime", "open", "high", "low", "close", "volume", "trades", "vwap"];
  has(bars, ...columns);
  has(comove.rebar(bars, { stepMs: 60_000 }), ...columns);
  assert.equal(comove.rebar(bars, { stepMs: 60_000 }).openTime.length, 4);
});

Deno.test("lib/mod.ts gives performance of returns, with value at risk by level", () => {
  const result = comove.performance(x.map((value) => value / 100), { periodsPerYear: 252 });
  has(result, "totalReturn", "sharpe", "sortino", "maxDrawdown");
  has(result.valueAtRisk(0.95), "historical", "expectedShortfall");
});
