import assert from "node:assert/strict";
import { PRODUCTS } from "../../lib/calendar/products.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { createMarketModel, type MarketModel } from "../../lib/simulator/market_model.ts";
import { correlationOf, fiveSecondReturns, minuteReturns } from "./model_samples.ts";

const FROM = Date.UTC(2025, 11, 1);
const model = createMarketModel({ seed: 4, from: FROM });
const OPEN = FROM + DAY + 15 * HOUR;
const COINS = ["SOLUSDT", "PEPEUSDT", "1000SATSUSDC", "BTCEUR", "ETHBTC", "SOLETH", "EURUSDT"];

Deno.test("any coin trades in every minute, in whole steps that print short, and its trades add up", () => {
  for (const symbol of COINS) {
    const listing = model.listing!(symbol, OPEN)!;
    for (let time = OPEN; time < OPEN + 20 * MINUTE; time += MINUTE) {
      const bar = model.minute(symbol, time)!;
      const trades = model.trades(symbol, time);
      assert.deepEqual([trades.length, trades.at(-1)!.price], [bar.trades, bar.close], symbol);
      assert.ok(bar.low > 0 && bar.low <= bar.vwap && bar.vwap <= bar.high, symbol);
      for (const value of [bar.open / listing.tickSize, bar.volume / listing.sizeStep]) {
        assert.ok(Math.abs(value - Math.round(value)) < 1e-4, `${symbol}: ${value} steps`);
      }
      assert.ok(`${bar.close}`.length <= 11, `${symbol} prints as ${bar.close}`);
      assert.ok(bar.close / listing.tickSize > 1_000, `${symbol} has digits: ${bar.close}`);
    }
  }
});

Deno.test("a coin is the same whatever else is asked, and another of another seed", () => {
  const again = createMarketModel({ seed: 4, from: FROM });
  const other = createMarketModel({ seed: 5, from: FROM });
  const far = OPEN + 9 * DAY;
  for (const symbol of COINS) {
    const bar = model.minute(symbol, far);
    for (const busy of ["DOTUSDT", "WIFUSDT"]) again.minute(busy, far - DAY);
    assert.deepEqual(again.minute(symbol, far), bar);
    assert.notDeepEqual(other.minute(symbol, far), bar);
  }
  const few = createMarketModel({ seed: 4, from: FROM });
  assert.deepEqual(few.minute("BTCUSDT", far), model.minute("BTCUSDT", far), "others as before");
});

Deno.test("the same coin has one price path in every quote", () => {
  const close = (symbol: string) => model.minute(symbol, OPEN)!.close;
  const isNear = (a: number, b: number) => assert.ok(Math.abs(a / b - 1) < 0.002, `${a}, ${b}`);
  isNear(close("BTCUSDC"), close("BTCUSDT"));
  isNear(close("BTCEUR"), close("BTCUSDT") / 1.16);
  isNear(close("ETHBTC"), close("ETHUSDT") / close("BTCUSDT"));
  isNear(close("SOLETH"), close("SOLUSDT") / close("ETHUSDT"));
});

function correlation(truth: MarketModel, a: string, b: string, from: number, to: number): number {
  return correlationOf(minuteReturns(truth, a, from, to), minuteReturns(truth, b, from, to));
}

Deno.test("the planted correlations of coins and index futures are found", () => {
  const [regime] = model.planted(FROM + DAY, FROM + DAY + 1, [
    "BTCUSDT",
    "ETHUSDT",
    "SOLUSDT",
    "TRXUSDT",
    "ES",
    "YM",
    "RTY",
    "GC",
  ]);
  const planted = regime!.correlation;
  const measured: [string, string, string][] = [
    ["BTCUSDT/SOLUSDT", "BTCUSDT", "SOLUSDT"],
    ["BTCUSDT/TRXUSDT", "BTCUSDT", "TRXUSDT"],
    ["ETHUSDT/SOLUSDT", "ETHUSDT", "SOLUSDT"],
    ["ES/YM", "ESZ5", "YMZ5"],
    ["ES/RTY", "ESZ5", "RTYZ5"],
    ["YM/RTY", "YMZ5", "RTYZ5"],
  ];
  for (const [pair, a, b] of measured) {
    const r = correlation(model, a, b, FROM + 14 * HOUR, FROM + 21 * HOUR);
    const wanted = planted[pair]!;
    assert.ok(r > wanted - 0.13 && r < wanted + 0.08, `${pair}: ${r}, planted ${wanted}`);
  }
  assert.equal(planted["SOLUSDT/GC"], 0);
  assert.equal(planted["SOLUSDT/ES"], planted["BTCUSDT/ES"]! * 0.78);
  assert.throws(() => model.planted(FROM, FROM + 1, ["NOSUCH"]), /roots must be .*got NOSUCH/);
});

Deno.test("every future of the products table trades, on its ticks, in its hours", () => {
  for (const { root, tick, calendar } of PRODUCTS) {
    const front = model.listings(OPEN).filter((listing) => listing.root === root);
    assert.ok(front.length >= 2, `${root} has ${front.length} months`);
    let minutes = 0;
    for (const { symbol } of front) {
      for (let time = OPEN; time < OPEN + HOUR; time += MINUTE) {
        const bar = model.minute(symbol, time);
        if (bar === undefined) continue;
        minutes++;
        const ticks = bar.close / tick;
        assert.ok(Math.abs(ticks - Math.round(ticks)) < 1e-6, `${symbol} at ${bar.close}`);
      }
    }
    assert.ok(minutes > 30, `${root} traded in ${minutes} minutes of an hour`);
    const closed = Date.UTC(2025, 11, 6, 15);
    assert.equal(calendar.isOpen(closed), false);
    assert.equal(model.isOpen(front[0]!.symbol, closed), false);
  }
});

Deno.test("many symbols asked for once leave no more behind than the model keeps", () => {
  const own = createMarketModel({ seed: 4, from: FROM });
  const before = own.minute("SOLUSDT", OPEN);
  for (let i = 0; i < 300; i++) own.listing!(`A${i}USDT`, OPEN);
  for (let i = 0; i < 40; i++) own.minute(`B${i}USDT`, FROM);
  assert.deepEqual(own.minute("SOLUSDT", OPEN), before);
  assert.equal(fiveSecondReturns(own, "SOLUSDT", OPEN, OPEN + MINUTE).length, 11);
});
