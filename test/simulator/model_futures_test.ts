import assert from "node:assert/strict";
import { rollTime } from "../../lib/calendar/contract_dates.ts";
import { productOf } from "../../lib/calendar/products.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { createMarketModel, type MarketModel } from "../../lib/simulator/market_model.ts";
import { correlationOf } from "./model_samples.ts";

const FROM = Date.UTC(2025, 11, 1);
const model = createMarketModel({ seed: 3, from: FROM });

/** Log returns of two symbols over the minutes in which both traded, and traded just before. */
function returnsOf(a: string, b: string, from: number, to: number): [number[], number[]] {
  const x: number[] = [], y: number[] = [];
  for (let time = from; time < to; time += MINUTE) {
    const now = [model.minute(a, time), model.minute(b, time)];
    const before = [model.minute(a, time - MINUTE), model.minute(b, time - MINUTE)];
    if ([...now, ...before].includes(undefined)) continue;
    x.push(Math.log(now[0]!.close / before[0]!.close));
    y.push(Math.log(now[1]!.close / before[1]!.close));
  }
  return [x, y];
}

function volumeOf(truth: MarketModel, symbol: string, from: number, hours: number): number {
  let sum = 0;
  for (let time = from; time < from + hours * HOUR; time += MINUTE) {
    sum += truth.minute(symbol, time)?.volume ?? 0;
  }
  return sum;
}

Deno.test("a micro has the big contract's price path and trades of its own", () => {
  const from = FROM + 14.5 * HOUR;
  for (const [big, micro] of [["ESZ5", "MESZ5"], ["NQZ5", "MNQZ5"], ["GCG6", "MGCG6"]] as const) {
    const [x, y] = returnsOf(big, micro, from, from + 6 * HOUR);
    const r = correlationOf(x, y);
    assert.ok(x.length > 300 && r > 0.97, `${micro}: r is ${r} of ${x.length}`);
    let same = 0;
    for (let time = from; time < from + HOUR; time += MINUTE) {
      const a = model.minute(big, time)!, b = model.minute(micro, time)!;
      assert.ok(Math.abs(a.close / b.close - 1) < 0.0005, `${big} ${a.close}, ${micro} ${b.close}`);
      if (a.volume === b.volume && a.open === b.open) same++;
    }
    assert.ok(same < 5, `${same} minutes of ${micro} have the same trades`);
  }
});

Deno.test("gold is a factor of its own", () => {
  for (const other of ["ESZ5", "BTCUSDT", "NQZ5"]) {
    const [x, y] = returnsOf("GCG6", other, FROM + DAY, FROM + 5 * DAY);
    const r = correlationOf(x, y);
    assert.ok(x.length > 3_000, `${x.length} minutes`);
    assert.ok(Math.abs(r) < 4 / Math.sqrt(x.length), `GC with ${other}: ${r} of ${x.length}`);
  }
});

Deno.test("gold's volume is in its active months, whatever is listed beside them", () => {
  const from = FROM + DAY + 15 * HOUR;
  const of = (symbol: string) => volumeOf(model, symbol, from, 3);
  const front = of("GCG6");
  for (const thin of ["GCZ5", "GCF6", "GCV6", "GCQ6"]) {
    assert.ok(of(thin) < 0.02 * front, `${thin} trades ${of(thin)} of ${front}`);
  }
  assert.ok(front > 20_000, `${front} contracts in three hours`);
});

Deno.test("gold's volume passes to the next active month three business days before first notice", () => {
  const gold = productOf("GC");
  const roll = rollTime(gold, { contractMonth: "202602", lastTradeDate: "20260225" });
  const later = createMarketModel({ seed: 3, from: roll - 5 * DAY });
  const share = (from: number) => {
    const next = volumeOf(later, "GCJ6", from, 4);
    return next / (next + volumeOf(later, "GCG6", from, 4));
  };
  const friday = roll - 3 * DAY - 6 * HOUR;
  const thursday = roll + 3 * DAY;
  assert.ok(share(friday) < 0.1, `${share(friday)} on Friday`);
  assert.ok(share(thursday) > 0.9, `${share(thursday)} on Thursday`);
  const odd = volumeOf(later, "GCH6", thursday, 4);
  assert.ok(odd < 0.02 * volumeOf(later, "GCJ6", thursday, 4), "March is listed and thin");
});

Deno.test("the bitcoin futures follow BTCUSDT in steps of five, in Globex hours", () => {
  const from = FROM + 14.5 * HOUR;
  const [x, y] = returnsOf("BTCUSDT", "MBTZ5", from, from + 6 * HOUR);
  const r = correlationOf(x, y);
  assert.ok(r > 0.8, `r is ${r} of ${x.length}`);
  for (let time = from; time < from + HOUR; time += MINUTE) {
    const bar = model.minute("MBTZ5", time);
    if (bar === undefined) continue;
    for (const price of [bar.open, bar.high, bar.low, bar.close]) {
      assert.equal(price % 5, 0, `${price}`);
    }
    assert.ok(Number.isSafeInteger(bar.volume) && bar.vwap >= bar.low && bar.vwap <= bar.high);
  }
  const inBreak = Date.UTC(2025, 11, 3, 22, 30);
  assert.equal(model.isOpen("MBTZ5", inBreak), false);
  assert.equal(model.isOpen("GCG6", inBreak), false);
  assert.equal(model.isOpen("BTCUSDT", inBreak), true);
});

Deno.test("prices of gold and its micro are whole ticks, and five seconds add up to the minute", () => {
  for (const symbol of ["GCG6", "MGCG6", "BTCZ5"]) {
    const time = FROM + 15 * HOUR;
    const bar = model.minute(symbol, time)!;
    const tick = symbol.startsWith("BTC") ? 5 : 0.1;
    assert.ok(Math.abs(bar.close / tick - Math.round(bar.close / tick)) < 1e-6, `${bar.close}`);
    assert.equal(String(bar.close).length <= 8, true, `${bar.close} is no rounding dust`);
    const parts = model.fiveSeconds(symbol, time);
    assert.equal(parts.reduce((sum, { volume }) => sum + volume, 0), bar.volume);
    assert.equal(Math.max(...parts.map(({ high }) => high)), bar.high);
    const trades = model.trades(symbol, time);
    assert.equal(trades.length, bar.trades);
    assert.equal(trades.at(-1)!.price, bar.close);
  }
});
