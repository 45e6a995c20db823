import assert from "node:assert/strict";
import { DAY, MINUTE, SECOND } from "../../lib/model/time.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import { laggedPrices, VENUE_LAG } from "../../lib/simulator/venue_lag.ts";

const FROM = Date.UTC(2026, 0, 12);

/** Price over that of the other venues at each five seconds' end, with the premium taken out. */
function slotEnds(symbol: string, from: number, minutes: number): Map<number, number> {
  const model = createMarketModel({ seed: 3, from: FROM, tradesPerMinute: 200 });
  const ends = new Map<number, number>();
  for (let minute = from; minute < from + minutes * MINUTE; minute += MINUTE) {
    for (const { time, price } of model.trades(symbol, minute)) {
      ends.set(Math.floor(time / 5_000), Math.log(price / model.premium(symbol, minute)));
    }
  }
  return ends;
}

Deno.test("Kraken has the prices of the others five seconds later, over midnight too", () => {
  assert.deepEqual(VENUE_LAG, { follower: "kraken", lagMs: 5 * SECOND });
  const from = FROM + DAY - 30 * MINUTE;
  const [spot, coinbase, kraken] = ["BTCUSDT", "BTC-USD@coinbase", "BTC-USD@kraken"]
    .map((symbol) => slotEnds(symbol, from, 60));
  const furthest = (a: Map<number, number>, b: Map<number, number>, slots: number) => {
    const apart = [...a].flatMap(([slot, log]) => {
      const other = b.get(slot + slots);
      return other === undefined ? [] : [Math.abs(log - other)];
    });
    assert.ok(apart.length > 600);
    return Math.max(...apart);
  };
  // Ticks alone are between them: a cent and a dollar of 95,000.
  assert.ok(furthest(spot!, kraken!, 1) < 1e-5);
  assert.ok(furthest(spot!, coinbase!, 0) < 1e-5);
  assert.ok(furthest(spot!, kraken!, 0) > 1e-4);
});

Deno.test("the first day begins with a price that stands", () => {
  assert.deepEqual([...laggedPrices(Float64Array.of(1, 2, 3, 4), undefined)], [1, 1, 2, 3]);
  assert.deepEqual(
    [...laggedPrices(Float64Array.of(4, 5, 6, 7), Float64Array.of(1, 2, 3, 4))],
    [3, 4, 5, 6],
  );
});
