import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { fundingRate } from "../../lib/simulator/binance/funding.ts";
import { markPriceEvent } from "../../lib/simulator/binance/payloads.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import type { Truth } from "../../lib/simulator/truth.ts";
import { venueTruth } from "../../lib/simulator/venue_truth.ts";

const FROM = Date.UTC(2025, 11, 1);
const DAYS = 60;

Deno.test("a perpetual stands above its coin by the planted basis, which returns to its mean", () => {
  const model = createMarketModel({ seed: 5, from: FROM });
  const { mean, deviation, halfLifeMs } = model.basis;
  const basis = Float64Array.from(
    { length: DAYS * DAY / HOUR },
    (_, hour) => Math.log(model.premium("BTCUSDT@usdm", FROM + hour * HOUR)),
  );
  const found = basis.reduce((sum, one) => sum + one, 0) / basis.length;
  // Hours that are a half-life apart: about a third of them count.
  assert.ok(Math.abs(found - mean) < 4 * deviation / Math.sqrt(basis.length / 3), `${found}`);
  const away = basis.map((one) => one - found);
  const variance = away.reduce((sum, one) => sum + one * one, 0) / away.length;
  const next = away.slice(1).reduce((sum, one, i) => sum + one * away[i]!, 0) / away.length;
  assert.ok(Math.abs(Math.sqrt(variance) / deviation - 1) < 0.1, `${Math.sqrt(variance)}`);
  assert.ok(Math.abs(next / variance - 2 ** (-HOUR / halfLifeMs)) < 0.08, `${next / variance}`);
  const other = createMarketModel({ seed: 6, from: FROM });
  const first = model.premium("BTCUSDT@usdm", FROM);
  assert.notEqual(other.premium("BTCUSDT@usdm", FROM), first);
  assert.notEqual(model.premium("ETHUSDT@usdm", FROM), first, "of its own for each symbol");
  assert.equal(model.premium("BTCUSDT", FROM), 1);
  const slow = Math.abs(Math.log(model.premium("BTCUSDT@usdm", FROM + MINUTE) / first));
  assert.ok(slow < deviation / 4, "it goes from minute to minute without leaps");
});

Deno.test("closes of spot and USD-M differ by that basis, and both trade in every minute", () => {
  const model = createMarketModel({ seed: 5, from: FROM, tradesPerMinute: 2 });
  let apart = 0;
  const minutes = 12 * HOUR / MINUTE;
  for (let minute = 0; minute < minutes; minute++) {
    const at = FROM + minute * MINUTE;
    const spot = model.minute("BTCUSDT", at), future = model.minute("BTCUSDT@usdm", at);
    assert.ok(spot !== undefined && future !== undefined);
    apart += Math.log(future.close / spot.close / model.premium("BTCUSDT@usdm", at)) / minutes;
  }
  // The last trades of a minute are seconds apart, either way.
  assert.ok(Math.abs(apart) < model.basis.mean / 8, `${apart}`);
});

Deno.test("the venue has its symbols under their plain names, the rest as it is", () => {
  const model = createMarketModel({ seed: 5, from: FROM });
  const venue = venueTruth(model, "usdm");
  assert.deepEqual(venue.minute("BTCUSDT", FROM), model.minute("BTCUSDT@usdm", FROM));
  assert.deepEqual(venue.trades("BTCUSDT", FROM), model.trades("BTCUSDT@usdm", FROM));
  assert.equal(venue.listing!("BTCUSDT", FROM)!.symbol, "BTCUSDT");
  assert.equal(venue.listing!("NOSUCH", FROM), undefined);
  assert.deepEqual(
    venue.listings(FROM).map(({ symbol }) => symbol),
    model.listings(FROM).map(({ symbol }) => symbol),
  );
  assert.deepEqual(venue.minute("ESZ5", FROM), model.minute("ESZ5", FROM));
});

Deno.test("funding is the mean premium of its interval and a bounded interest, the index what the coin costs", () => {
  const truth = (premium: number) => ({ premium: () => 1 + premium }) as unknown as Truth;
  const rate = (premium: number) => Number(fundingRate(truth(premium), "X", FROM).toFixed(8));
  assert.deepEqual([0, 0.0004, 0.001, -0.001].map(rate), [0.0001, 0.0001, 0.0005, -0.0005]);
  const rising = { premium: (_: string, time: number) => 1 + (time - FROM) / DAY } as Truth;
  // 0 at first, a twelfth after two hours: the mean of five looks at it is a twenty-fourth.
  const risen = fundingRate(rising, "X", FROM + 2 * HOUR);
  assert.ok(Math.abs(risen - (1 / 24 - 0.0005)) < 1e-12, `${risen}`);
  const price = { eventTime: FROM, lastPrice: 1_001, premium: 1.001, fundingRate: 0.0005 };
  const { p, i, r } = JSON.parse(markPriceEvent("X", price, "MILLISECOND"));
  assert.deepEqual([p, i, r].map(Number), [1_001, 1_000, 0.0005]);
});
