import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { adf } from "../../lib/stats/stationarity/adf.ts";
import { engleGranger } from "../../lib/stats/stationarity/engle_granger.ts";
import { granger } from "../../lib/stats/stationarity/granger.ts";
import { halfLife } from "../../lib/stats/stationarity/half_life.ts";
import { johansen } from "../../lib/stats/stationarity/johansen.ts";
import { kpss } from "../../lib/stats/stationarity/kpss.ts";
import { ols } from "../../lib/stats/regression/ols.ts";
import { pearson } from "../../lib/stats/correlation/pearson.ts";
import { sharedData } from "../support/shared_data.ts";
import { farthest } from "./closeness.ts";

/** The columns of a gzipped CSV of published data; undefined (and said so) where it is absent. */
function published(name: string, header = true): Float64Array[] | undefined {
  const file = sharedData(`published/${name}.csv.gz`);
  if (file === undefined) return undefined;
  const lines = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n");
  const cells = lines.slice(header ? 1 : 0).map((line) => line.split(",").map(Number));
  return cells[0]!.map((_, column) => Float64Array.from(cells, (row) => row[column]!));
}

const within = (actual: ArrayLike<number>, expected: number[], tolerance: number) =>
  assert.ok(farthest(actual, expected, 1) < tolerance, `${Array.from(actual)}, not ${expected}`);

Deno.test("engleGranger, ols and halfLife give Chan's GLD and GDX (Quantitative Trading, ch. 7)", () => {
  const data = published("chan_GLD_GDX_daily_2006_2007");
  if (!data) return;
  const [gld, gdx] = data.slice(1) as [Float64Array, Float64Array];
  const { stat, pvalue } = engleGranger(gld, gdx);
  assert.deepEqual([stat.toFixed(3), pvalue.toFixed(4)], ["-3.698", "0.0184"]);
  const hedge = ols(gld, gdx, { constant: false }).params[0]!;
  assert.equal(hedge.toFixed(4), "1.6395");
  const training = ols(gld.slice(0, 252), gdx.slice(0, 252), { constant: false });
  assert.equal(training.params[0]!.toFixed(6), "1.631009");
  const spread = gld.map((price, day) => price - hedge * gdx[day]!);
  assert.equal(halfLife(spread, { method: "linear" }).value.toFixed(2), "7.84");
});

Deno.test("engleGranger finds Chan's KO and PEP apart, t -1.58, p 0.729, though their returns correlate by 0.4849", () => {
  const data = published("chan_KO_PEP_daily");
  if (!data) return;
  const { stat, pvalue } = engleGranger(data[1]!, data[2]!);
  assert.deepEqual([stat.toFixed(2), pvalue.toFixed(3)], ["-1.58", "0.729"]);
  const returns = data.slice(1).map((price) => price.slice(1).map((p, day) => p / price[day]! - 1));
  assert.equal(pearson(returns[0]!, returns[1]!).value.toFixed(4), "0.4849");
});

Deno.test("johansen gives the table of Johansen & Juselius (1990) on Danish money demand", () => {
  const data = published("urca_denmark");
  if (!data) return;
  const test = johansen(data, { detOrder: -1, lagDiff: 1, restrictedConstant: true, seasons: 4 });
  within(test.eigenvalues, [0.4331654, 0.1775836, 0.1127905, 0.0434113], 1e-7);
  assert.deepEqual(Array.from(test.trace, (v) => v.toFixed(2)), ["49.14", "19.06", "8.69", "2.35"]);
  assert.deepEqual(
    Array.from(test.maxEigen, (v) => v.toFixed(2)),
    ["30.09", "10.36", "6.34", "2.35"],
  );
  const [money, income, bond, deposit, constant] = test.vectors[0]!;
  within(
    [income!, bond!, deposit!, constant!].map((weight) => weight / money!),
    [-1.03, 5.21, -4.22, -6.06],
    5e-3,
  );
});

Deno.test("adf gives Nelson & Plosser's -2.994 for log real GNP", () => {
  const data = published("urca_nelson_plosser_real_gnp");
  if (!data) return;
  const { stat, nobs } = adf(data[0]!, { regression: "ct", autolag: null, maxLag: 1 });
  assert.equal(stat.toFixed(3), "-2.994");
  assert.equal(nobs, 60);
});

Deno.test("adf gives Stata's dfuller, kpss R's tseries, granger R's lmtest on US macro data", () => {
  const data = published("statsmodels_macrodata");
  if (!data) return;
  const [gdp, consumption, inflation] = [data[2]!, data[3]!, data[12]!];
  for (
    const [x, regression, maxLag, stat, pvalue, critical] of [
      [gdp, "c", 4, 0.97505319, 0.99399563, [-3.476, -2.883, -2.573]],
      [gdp, "ct", 4, -1.8566374, 0.67682968, [-4.007, -3.437, -3.137]],
      [gdp, "n", 4, 3.5227498, 0.99999, [-2.587, -1.95, -1.617]],
      [inflation, "c", 1, -4.3346988, 0.00038661, [-3.476, -2.883, -2.573]],
      [inflation, "ct", 1, -4.425093, 0.00199633, [-4.006, -3.437, -3.137]],
      [inflation, "n", 1, -2.4511596, 0.013747, [-2.587, -1.95, -1.617]],
    ] as const
  ) {
    const test = adf(x, { regression, maxLag, autolag: null });
    within([test.stat], [stat], 1e-5);
    within([test.pvalue], [pvalue], 1e-5);
    within([test.critical["1%"], test.critical["5%"], test.critical["10%"]], [...critical], 0.02);
  }
  assert.equal(kpss(gdp, { lags: 3 }).stat.toFixed(4), "5.0169");
  assert.equal(kpss(gdp, { regression: "ct", lags: 3 }).stat.toFixed(4), "1.1828");
  assert.equal(kpss(gdp).lags, 9);
  const growth = (x: Float64Array) => x.slice(1).map((v, t) => Math.log(v) - Math.log(x[t]!));
  const { fTest } = granger(growth(consumption), growth(gdp), { lag: 2 });
  within([fTest.stat, fTest.pvalue], [0.243097, 0.7844328], 1e-6);
  assert.equal(fTest.dfDenominator, 195);
});

Deno.test("engleGranger gives Stata's egranger, its 1 % value for two series included", () => {
  const data = published("statsmodels_coint_stata_200x4");
  if (!data) return;
  const [y, a, b, c] = data as [Float64Array, Float64Array, Float64Array, Float64Array];
  const designs = [[a], [a, b], [b, c], [a, b, c]];
  // Statistic, then 1, 5 and 10 %. statsmodels' tests replace the first 1 % by their own -3.952321.
  const table = {
    c: [
      [-5.760696844656, -3.952043522638, -3.367006313729, -3.065831247948],
      [-5.781087068772, -4.367111915942, -3.783961136005, -3.483501524709],
      [-2.477444137366, -4.367111915942, -3.783961136005, -3.483501524709],
      [-5.778205811661, -4.735249216434, -4.152738973763, -3.852480848968],
    ],
    ct: [
      [-5.615251442239, -4.406102369132, -3.82866685109, -3.532082997903],
      [-5.63591313706, -4.758609717199, -4.179130554708, -3.880909696863],
      [-2.892029275027, -4.758609717199, -4.179130554708, -3.880909696863],
      [-5.626932544079, -5.08363327039, -4.502469783057, -4.2031051091],
    ],
    ctt: [
      [-5.644431269946, -4.796038299708, -4.221469431008, -3.926472577178],
      [-5.665691609506, -5.111158174219, -4.53317278104, -4.23601008516],
      [-3.161462374828, -5.111158174219, -4.53317278104, -4.23601008516],
      [-5.657904558563, -5.406880189412, -4.826111619543, -4.527090164875],
    ],
  };
  for (const [trend, rows] of Object.entries(table) as ["c" | "ct" | "ctt", number[][]][]) {
    rows.forEach(([stat, ...expected], i) => {
      const test = engleGranger(y, designs[i]!, { trend, maxLag: 4, autolag: null });
      within([test.stat], [stat!], 1e-11);
      within([test.critical["1%"], test.critical["5%"], test.critical["10%"]], expected, 6e-7);
    });
  }
});

Deno.test("johansen gives LeSage's Matlab program (jplv) on eight series", () => {
  const data = published("statsmodels_johansen_jplv_173x8", false);
  if (!data) return;
  for (
    const [detOrder, lagDiff, trace, maxEigen] of [
      [1, 2, [241.985452556075, 166.478146166255, 110.329800634281, 70.7980157444357], [
        75.5073063898197,
        56.1483455319739,
        39.5317848898456,
        25.8891420291594,
      ]],
      [0, 9, [307.688893509581, 205.383922939824, 129.133024300933, 83.3101865760208], [
        102.304970569757,
        76.2508986388908,
        45.8228377249128,
        30.7906319724417,
      ]],
      [-1, 8, [260.678602974465, 162.796607251268, 105.825354595056, 71.1613306079081], [
        97.8819957232019,
        56.9712526562116,
        34.6640239871483,
        23.4764284953044,
      ]],
    ] as const
  ) {
    const test = johansen(data, { detOrder, lagDiff });
    within(test.trace.subarray(0, 4), [...trace], 1e-10);
    within(test.maxEigen.subarray(0, 4), [...maxEigen], 1e-10);
    assert.equal(test.nobs, 173 - 1 - lagDiff);
  }
  const { eigenvalues } = johansen(data, { detOrder: 1, lagDiff: 2 });
  within(
    eigenvalues.subarray(0, 3),
    [0.358637606808815, 0.281280688971911, 0.207481881567552],
    1e-12,
  );
});

Deno.test("engleGranger and ols give statsmodels' numbers on real prices of EWA and EWC, GDX and GLD, Shell and RDP", () => {
  // statsmodels 0.15.0: coint(y, x) with its defaults, OLS(y, add_constant(x)); nobody's printed values are known for them.
  for (
    const [name, stat, pvalue, alpha, beta] of [
      ["EWA_EWC_daily_2016_2021", -2.4437560223, 0.3044209623, 2.31733606, 0.69770097],
      ["GLD_GDX_daily_2015", -1.9297181140, 0.5648618116, -9.50551627, 0.21805185],
      ["Shell_RDP_daily_1990_2005", -2.2868559405, 0.3801295710, 1.73237459, 6.63491175],
    ] as const
  ) {
    const data = published(`arbitragelab_${name}`);
    if (!data) return;
    const [y, x] = data.slice(1) as [Float64Array, Float64Array];
    const test = engleGranger(y, x, { compat: "statsmodels" });
    within([test.stat], [stat], 1e-8);
    within([test.pvalue], [pvalue], 1e-8);
    within(ols(y, x).params, [alpha, beta], 1e-8);
  }
});
