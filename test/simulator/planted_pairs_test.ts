import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { createMarketModel, type MarketModel } from "../../lib/simulator/market_model.ts";
import type { PlantedPair } from "../../lib/simulator/planted_pairs.ts";
import { engleGranger } from "../../lib/stats/stationarity/engle_granger.ts";
import { correlationOf, minuteReturns } from "./model_samples.ts";

const FROM = Date.UTC(2025, 11, 1);
/** In US hours, as where the simulated market opens: at night all moves are small. */
const BREAK = FROM + DAY + 14 * HOUR;

const modelOf = (seed: number) => createMarketModel({ seed, from: FROM, breaksAt: BREAK });

/** Log closes of each minute of `[from, to)`. */
function logs(model: MarketModel, symbol: string, from: number, to: number): Float64Array {
  return Float64Array.from(
    { length: (to - from) / MINUTE },
    (_, i) => Math.log(model.minute(symbol, from + i * MINUTE)!.close),
  );
}

type Tied = Exclude<PlantedPair, { kind: "correlated" }>;

/** `log y - hedgeRatio · log x`. */
function spreadOf(model: MarketModel, pair: Tied, from: number, to: number): Float64Array {
  const y = logs(model, pair.y, from, to), x = logs(model, pair.x, from, to);
  return y.map((value, i) => value - pair.hedgeRatio * x[i]!);
}

function momentsOf(values: Float64Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  let lagged = 0;
  for (let i = 1; i < values.length; i++) lagged += (values[i]! - mean) * (values[i - 1]! - mean);
  return { mean, deviation, kept: lagged / values.length / deviation ** 2 };
}

const isTied = (pair: PlantedPair): pair is Tied => pair.kind !== "correlated";

Deno.test("a tied pair's spread has the planted deviation and half-life, and a mean that stays", () => {
  const model = modelOf(3);
  const pairs = model.pairs.filter(isTied);
  assert.deepEqual(pairs.map(({ kind }) => kind), ["cointegrated", "cointegrated", "broken"]);
  for (const pair of pairs) {
    const to = pair.kind === "broken" ? pair.breaksAt : FROM + 3 * DAY;
    const { deviation, kept } = momentsOf(spreadOf(model, pair, FROM, to));
    assert.ok(Math.abs(deviation / pair.deviation - 1) < 0.3, `${pair.y}: ${deviation}`);
    const halfLifeMs = MINUTE * Math.log(0.5) / Math.log(kept);
    assert.ok(
      Math.abs(halfLifeMs / pair.halfLifeMs - 1) < 0.5,
      `${pair.y}: ${halfLifeMs / MINUTE}`,
    );
  }
});

Deno.test("the pair that breaks is far apart within four hours, and one that is tied is not", () => {
  const farthest = [1, 2, 3, 4, 5, 6].map((seed) => {
    const model = modelOf(seed);
    const [kept, , broken] = model.pairs.filter(isTied);
    const distance = (pair: Tied) => {
      const { mean } = momentsOf(spreadOf(model, pair, FROM, BREAK));
      const after = spreadOf(model, pair, BREAK, BREAK + 4 * HOUR);
      return Math.max(...after.map((value) => Math.abs(value - mean))) / pair.deviation;
    };
    return { kept: distance(kept!), broken: distance(broken!) };
  });
  assert.ok(farthest.every(({ kept }) => kept < 4), JSON.stringify(farthest));
  assert.ok(farthest.filter(({ broken }) => broken > 4).length >= 5, JSON.stringify(farthest));
});

Deno.test("tied pairs are cointegrated by Engle and Granger's test; the correlated one and BTC with ETH are not", () => {
  const found = { cointegrated: 0, correlated: 0, plain: 0 };
  const seeds = [1, 2, 3, 4, 5];
  for (const seed of seeds) {
    const model = modelOf(seed);
    const test = (y: string, x: string) =>
      engleGranger(logs(model, y, FROM, FROM + 2 * DAY), [logs(model, x, FROM, FROM + 2 * DAY)], {
        autolag: "aic",
      }).pvalue;
    const [first] = model.pairs, last = model.pairs.at(-1)!;
    if (test(first!.y, first!.x) < 0.01) found.cointegrated++;
    if (test(last.y, last.x) < 0.01) found.correlated++;
    if (test("ETHUSDT", "BTCUSDT") < 0.01) found.plain++;
  }
  assert.deepEqual(found, { cointegrated: seeds.length, correlated: 0, plain: 0 });
});

Deno.test("the correlated pair has its correlation, and with it half a minute's trades take a little away", () => {
  const model = modelOf(3);
  const pair = model.pairs.at(-1)!;
  assert.equal(pair.kind, "correlated");
  const r = correlationOf(
    minuteReturns(model, pair.y, FROM, FROM + DAY),
    minuteReturns(model, pair.x, FROM, FROM + DAY),
  );
  assert.ok(
    pair.kind === "correlated" && r > pair.correlation - 0.1 && r < pair.correlation,
    `${r}`,
  );
});

Deno.test("a tied coin is the same however it is asked for, and in whatever quote", () => {
  const model = modelOf(3), again = modelOf(3);
  const far = FROM + 5 * DAY + 3 * HOUR;
  again.minute("SOLUSDT", far - DAY);
  again.minute("AVAXUSDT", FROM);
  assert.deepEqual(again.minute("AVAXUSDT", far), model.minute("AVAXUSDT", far));
  const close = (symbol: string) => model.minute(symbol, far)!.close;
  const quotient = close("AVAXUSDT") / close("ETHUSDT");
  assert.ok(Math.abs(close("AVAXETH") / quotient - 1) < 0.002, `${quotient}`);
});
