import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE, SECOND } from "../../lib/model/time.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import { correlation } from "../../lib/stats/correlation/correlation.ts";

/** A Monday. */
const FROM = Date.UTC(2025, 10, 24);
const market = (seed = 1) => createMarketModel({ seed, from: FROM });
const minutes = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => from + i * MINUTE);

Deno.test("an index gives the same minutes in whatever order they are asked for", () => {
  const times = [FROM + 5 * DAY, FROM, FROM + 3 * DAY + 7 * MINUTE];
  const forwards = market(), backwards = market();
  for (const symbol of ["DVOL", "DVOL-ETH"]) {
    const there = times.map((time) => forwards.minute(symbol, time));
    const back = times.toReversed().map((time) => backwards.minute(symbol, time)).reverse();
    assert.ok(there.every((bar) => bar !== undefined));
    assert.deepEqual(there, back);
    assert.notDeepEqual(market(2).minute(symbol, FROM), there[1]);
  }
});

Deno.test("a minute of an index is made of its values and has no volume", () => {
  const truth = market();
  for (const time of minutes(FROM + DAY, 120)) {
    const values = truth.values("DVOL", time);
    const bar = truth.minute("DVOL", time)!;
    const all = values.map(({ value }) => value);
    assert.equal(values.length, 60);
    values.forEach((each, i) => assert.equal(Math.floor((each.time - time) / SECOND), i));
    assert.deepEqual(
      [bar.open, bar.high, bar.low, bar.close],
      [all[0], Math.max(...all), Math.min(...all), all.at(-1)],
    );
    assert.ok(Number.isNaN(bar.volume));
  }
});

Deno.test("DVOL moves in small steps, about every other second, and goes on from minute to minute", () => {
  const truth = market();
  const values = minutes(FROM + 2 * DAY, 240)
    .flatMap((time) => truth.values("DVOL", time).map(({ value }) => value));
  const moves = values.slice(1).map((value, i) => Math.abs(value - values[i]!));
  const share = moves.filter((move) => move > 0.001).length / moves.length;
  assert.ok(share > 0.3 && share < 0.9, `moves in ${share} of the seconds`);
  assert.ok(Math.max(...moves) < 0.3, `a step of ${Math.max(...moves)}`);
});

Deno.test("indices follow what their underlying has realized", () => {
  for (const [symbol, root] of [["DVOL", "BTCUSDT"], ["DVOL-ETH", "ETHUSDT"]] as const) {
    const implied: number[] = [], realized: number[] = [];
    for (const seed of [1, 2, 3]) {
      const truth = market(seed);
      for (let day = 2; day < 9; day++) {
        const end = FROM + day * DAY + 12 * HOUR;
        const closes = minutes(end - DAY, 1_440).map((time) => truth.minute(root, time)!.close);
        const squares = closes.slice(1).map((close, i) => Math.log(close / closes[i]!) ** 2);
        realized.push(100 * Math.sqrt(365 * squares.reduce((sum, square) => sum + square, 0)));
        implied.push(truth.minute(symbol, end)!.close);
      }
    }
    const r = correlation(implied, realized).value;
    assert.ok(r > 0.7, `${symbol} has correlation ${r}`);
    const ratio = implied.reduce((a, b) => a + b) / realized.reduce((a, b) => a + b);
    assert.ok(ratio > 1 && ratio < 1.4, `${symbol} stands at ${ratio} times the realized`);
  }
});

Deno.test("VIX has a value every fifteen seconds, and only in its hours", () => {
  const truth = market();
  const newYork = (hour: number, minute = 0, day = 0) =>
    FROM + day * DAY + (hour + 5) * HOUR + minute * MINUTE;
  assert.equal(truth.values("VIX", newYork(10)).length, 4);
  assert.equal(truth.isOpen("VIX", newYork(3, 15)), true);
  for (const time of [newYork(3, 14), newYork(9, 20), newYork(16, 15), newYork(10, 0, 5)]) {
    assert.equal(truth.isOpen("VIX", time), false);
    assert.deepEqual(truth.values("VIX", time), []);
    assert.equal(truth.minute("VIX", time), undefined);
  }
  const { close } = truth.minute("VIX", newYork(12))!;
  assert.ok(close > 8 && close < 40, `VIX is ${close}`);
});

Deno.test("there is no index before the beginning, between minutes, or under another name", () => {
  const truth = market();
  assert.equal(truth.minute("DVOL", FROM - MINUTE), undefined);
  assert.equal(truth.minute("DVOL", FROM + 1), undefined);
  assert.deepEqual(truth.values("DVOL-SOL", FROM), []);
  assert.deepEqual(truth.values("BTCUSDT", FROM), []);
});
